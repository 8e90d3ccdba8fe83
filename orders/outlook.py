"""Where an order's open charges will be invoiced, in one sentence."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from billing.models import Account, Charge, Membership, ParkedAccount
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
        today = local_date(now, current_seller().zone)
        return _in_month(billing_month(charge.service_from, permission), today=today)
    seller = current_seller()
    if not seller.issue_zero_invoices and not charge.net_amount:
        return _("It costs nothing, so there is no invoice.")
    return _("Its invoice is being made.")


def billing_plan(account: Account, membership: Membership, *, today: date) -> str:
    """Say when and to whom an order that is placed today will be invoiced."""
    payer = account.payer
    if payer.pk not in _own_accounts(membership):
        return _("It will be invoiced to %(partner)s.") % {"partner": payer.display_name}
    permission = open_permission(payer)
    if permission is None:
        return _("It is invoiced at once.")
    return _in_month(billing_month(today, permission), today=today)


def billing_month(day: date, permission: MonthlyPermission) -> Month:
    """Return the month whose invoice takes what is supplied on a day: its own, or the first one
    that is not billed yet."""
    not_billed_yet = Month.of(local_date(permission.billed_until, current_seller().zone))
    return max(Month.of(day), not_billed_yet)


def _in_month(month: Month, *, today: date) -> str:
    """Name the month; one that is over is being invoiced right now."""
    name, issued_on = formatting.month(month.first_day), month.next().first_day
    if issued_on <= today:
        return _("It will be on the invoice for %(month)s, which is being made.") % {"month": name}
    return _("It will be on the invoice for %(month)s, issued on %(day)s.") % {
        "month": name,
        "day": formatting.full_day(issued_on),
    }


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
