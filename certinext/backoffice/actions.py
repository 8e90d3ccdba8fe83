"""The audit trail's actions in words; the code stands beside them, for searching."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "account.added": _("Account added"),
    "account.changed": _("Account changed"),
    "account.chosen": _("Account chosen"),
    "account.parked": _("Account parked"),
    "account.unparked": _("Account no longer parked"),
    "billing_run.closed": _("Billing run closed"),
    "billing_run.retried": _("Billing run tried again"),
    "billing_run.started": _("Billing run started"),
    "charge.voided": _("Charge voided"),
    "credit_note.downloaded": _("Credit note downloaded"),
    "credit_note.issued": _("Credit note issued"),
    "demo.finished": _("Demo data complete"),
    "demo.started": _("Demo data begun"),
    "groups.imported": _("Groups imported"),
    "invitation.accepted": _("Invitation accepted"),
    "invitation.sent": _("Invitation sent"),
    "invitation.withdrawn": _("Invitation withdrawn"),
    "invoice.downloaded": _("Invoice downloaded"),
    "invoice.issued": _("Invoice issued"),
    "member.removed": _("Member removed"),
    "monthly_invoicing.turned_off": _("Monthly invoicing turned off"),
    "monthly_invoicing.turned_on": _("Monthly invoicing turned on"),
    "order.cancelled": _("Order cancelled"),
    "order.names_added": _("Names added to a certificate"),
    "order.placed": _("Order placed"),
    "order.reissued": _("Certificate reissued"),
    "order.rejected": _("Order rejected"),
    "order.renewed": _("Certificate renewed"),
    "order.saved": _("Order saved on hold"),
    "orders.imported": _("Orders imported"),
    "plan.added": _("Plan added"),
    "plan.changed": _("Plan changed"),
    "price_list.added": _("Price list added"),
    "price_list.ended": _("Price list ended"),
    "price_list.prices_added": _("Missing prices added"),
    "price_list.prices_changed": _("Prices changed"),
    "product.added": _("Product added"),
    "product.changed": _("Product changed"),
    "products.imported": _("Products imported"),
    "seller.branding_changed": _("Branding changed"),
    "seller.changed": _("Seller changed"),
    "staff.activated": _("Staff let in again"),
    "staff.added": _("Staff added"),
    "staff.deactivated": _("Staff shut out"),
    "subscription.added": _("Subscription added"),
    "subscription.ended": _("Subscription ended"),
    "tenant.created": _("Seller's portal created"),
    "usage.imported": _("Usage imported"),
    "user.address_added": _("Address added"),
    "user.address_changed": _("Address changed"),
    "user.address_removed": _("Address removed"),
    "user.password_changed": _("Password changed"),
    "user.sign_in_failed": _("Sign-in failed"),
    "user.signed_in": _("Signed in"),
    "user.signed_out": _("Signed out"),
}


def in_words(action: str) -> str:
    """Return what an action is called; one without a name keeps its code."""
    return str(WORDS.get(action, action))
