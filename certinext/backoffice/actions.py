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
    "order.placed": _("Order placed"),
    "order.reissued": _("Certificate reissued"),
    "order.rejected": _("Order rejected"),
    "order.saved": _("Order saved on hold"),
    "orders.imported": _("Orders imported"),
    "products.imported": _("Products imported"),
    "seller.changed": _("Seller changed"),
    "staff.added": _("Staff added"),
    "subscription.added": _("Subscription added"),
    "subscription.ended": _("Subscription ended"),
    "tenant.created": _("Seller's portal created"),
    "usage.imported": _("Usage imported"),
    "user.password_changed": _("Password changed"),
    "user.sign_in_failed": _("Sign-in failed"),
    "user.signed_in": _("Signed in"),
    "user.signed_out": _("Signed out"),
}


def in_words(action: str) -> str:
    """Return what an action is called; one without a name keeps its code."""
    return str(WORDS.get(action, action))
