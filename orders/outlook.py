"""Where an order's open charges will be invoiced, in one sentence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billing.models import Charge, Membership, ParkedAccount
from billing.models.seller import current_seller
from billing.periods import Month, local_date
from billing.prices import PriceMissing, price_of
from certinext.web import formatting
from invoices.models import MonthlyPermission
from invoices.permission import open_permission
from orders.costs import Costs
from orders.models import CHARGEABLE, ENDED, Order


def invoice_outlook(order: Order, costs: Costs, membership: Membership, *, now: datetime) -> str:
    """Say on which invoice the order is, will be, or why on none; empty when it can be read."""
    if any(part.is_readable for part in costs.invoices):
        return ""
    if costs.invoices:
        return _on_anothers_document(costs, membership)
    if costs.open_charges:
        return _when_it_will_be(costs.open_charges[0], membership, now=now)
    return _why_on_none(order, costs)


def _on_anothers_document(costs: Costs, membership: Membership) -> str:
    payer = costs.invoices[-1].document.account
    if payer.pk not in _own_accounts(membership):
        return _("It was invoiced to %(partner)s.") % {"partner": payer.display_name}
    return _(
        "It was invoiced together with other orders: administrators and finance managers of the"
        " account can download that invoice."
    )


def _when_it_will_be(charge: Charge, membership: Membership, *, now: datetime) -> str:
    payer = charge.payer
    if payer.pk not in _own_accounts(membership):
        return _("It will be invoiced to %(partner)s.") % {"partner": payer.display_name}
    parked = ParkedAccount.objects.filter(account=payer).first()
    if parked is not None:
        return _("It cannot be invoiced yet. %(reason)s") % {"reason": parked.reason}
    permission = open_permission(payer)
    if permission is not None:
        return _on_monthly_invoice(charge, permission, now=now)
    seller = current_seller()
    if not seller.issue_zero_invoices and not charge.net_amount:
        return _("It costs nothing, so there is no invoice.")
    return _("Its invoice is being made.")


def _on_monthly_invoice(charge: Charge, permission: MonthlyPermission, *, now: datetime) -> str:
    """Name the month whose run takes the charge; a month that is over is being invoiced."""
    zone = current_seller().zone
    month = billing_month(charge, permission, zone)
    issued_on = month.next().first_day
    if issued_on <= local_date(now, zone):
        return _("It will be on the invoice for %(month)s, which is being made.") % {
            "month": formatting.month(month.first_day)
        }
    return _("It will be on the invoice for %(month)s, issued on %(day)s.") % {
        "month": formatting.month(month.first_day),
        "day": formatting.full_day(issued_on),
    }


def billing_month(charge: Charge, permission: MonthlyPermission, zone: ZoneInfo) -> Month:
    """Return the month whose invoice takes a charge: its own, or the first one not billed yet."""
    not_billed_yet = Month.of(local_date(permission.billed_until, zone))
    return max(Month.of(charge.service_from), not_billed_yet)


def _why_on_none(order: Order, costs: Costs) -> str:
    if costs.charges:
        return _("Nothing is invoiced: it ended before that.")
    if order.order_status in ENDED:
        return _("Nothing was charged for it.")
    if order.order_status not in CHARGEABLE:
        return _("Nothing is charged before it is accepted.")
    billed_from = order.account.billing_from
    if billed_from and local_date(order.ordered_at, current_seller().zone) < billed_from:
        return _("It was ordered before %(day)s, when billing in this portal began.") % {
            "day": formatting.full_day(billed_from)
        }
    return _("Nothing was charged for it.")


def _own_accounts(membership: Membership) -> set[int]:
    return set(membership.accounts().values_list("pk", flat=True))


def price_outlook(order: Order, costs: Costs, *, now: datetime) -> str:
    """Say what an order that was not charged yet would cost before tax, at today's prices."""
    if costs.charges or order.order_status in CHARGEABLE or order.order_status in ENDED:
        return ""
    try:
        price = price_of(
            account=order.account,
            product=order.product,
            term_years=order.term_years,
            on=local_date(now, current_seller().zone),
        )
    except PriceMissing:
        return ""
    return _("At today's prices it will cost %(amount)s before tax.") % {
        "amount": formatting.money(price.amount, price.currency)
    }
