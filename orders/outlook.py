"""On which invoices an order's charges are and will be, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Account, Charge, ParkedAccount, Reader
from billing.models.seller import current_seller
from billing.ordered import price_now
from billing.periods import Month, local_date
from billing.prices import PriceMissing, price_of
from billing.sentences import gettext_noop
from certinext.web import formatting
from invoices.models import MonthlyPermission
from invoices.permission import open_permission
from orders.costs import ZERO, Costs
from orders.models import CHARGEABLE, ENDED, Order


@dataclass(frozen=True)
class Destination:
    """Where an open charge goes: what is said when it is all there is, and when it adds to more.

    Sentences for `gettext`, with places for `facts` and, in `further`, for the net `amount`.
    """

    alone: str
    further: str
    facts: tuple[tuple[str, str], ...] = ()

    def in_words(self, charges: Sequence[Charge] = ()) -> str:
        """Say it of an order, or of these charges besides what else there is."""
        if not charges:
            return _(self.alone) % dict(self.facts)
        net = sum((charge.net_amount for charge in charges), ZERO)
        amount = formatting.money(net, charges[0].currency)
        return _(self.further) % {**dict(self.facts), "amount": amount}


def invoice_outlook(order: Order, costs: Costs, membership: Reader, *, now: datetime) -> list[str]:
    """Say on which invoices the order is, will be, or why on none: a sentence each.

    Where all of it is on invoices that the reader may open, nothing has to be said.
    """
    own = _own_accounts(membership)
    waiting: dict[tuple[Destination, str], list[Charge]] = {}
    for charge in costs.open_charges:
        place = _destination(charge, own, now=now)
        waiting.setdefault((place, charge.currency), []).append(charge)
    said = _invoiced(costs, own, is_all=not waiting)
    for (place, _currency), charges in waiting.items():
        said.append(place.in_words(charges if said else ()))
    return said or ([] if costs.invoices else [_why_on_none(order, costs)])


def billing_plan(account: Account, membership: Reader, *, today: date) -> str:
    """Say when and to whom an order that is placed today will be invoiced."""
    payer = account.payer
    if payer.pk not in _own_accounts(membership):
        return _to_partner(payer).in_words()
    permission = open_permission(payer)
    if permission is None:
        return _("It is invoiced at once.")
    return _in_month(billing_month(today, permission), today=today).in_words()


def billing_month(day: date, permission: MonthlyPermission) -> Month:
    """Return the month whose invoice takes what is supplied on a day: its own, or the first one
    that is not billed yet."""
    not_billed_yet = Month.of(local_date(permission.billed_until, current_seller().zone))
    return max(Month.of(day), not_billed_yet)


def _invoiced(costs: Costs, own: set[int], *, is_all: bool) -> list[str]:
    """Say on which documents the order stands, as far as the page does not show it anyway."""
    readable = [str(part.document) for part in costs.invoices if part.is_readable]
    payers = [part.document.account for part in costs.invoices if not part.is_readable]
    said = []
    if readable and (payers or not is_all):
        said.append(
            ngettext(
                "Invoice %(numbers)s can be downloaded.",
                "Invoices %(numbers)s can be downloaded.",
                len(readable),
            )
            % {"numbers": ", ".join(readable)}
        )
    for name in dict.fromkeys(a.display_name for a in payers if a.pk not in own):
        said.append(_("It was invoiced to %(partner)s.") % {"partner": name})
    if any(payer.pk in own for payer in payers):
        said.append(
            _(
                "It was invoiced together with other orders: administrators and finance managers of"
                " the account can download that invoice."
            )
        )
    return said


def _destination(charge: Charge, own: set[int], *, now: datetime) -> Destination:
    payer, seller = charge.payer, current_seller()
    if payer.pk not in own:
        return _to_partner(payer)
    parked = ParkedAccount.objects.filter(account=payer).first()
    if parked is not None:
        return Destination(
            gettext_noop("It cannot be invoiced yet. %(reason)s"),
            gettext_noop("Plus %(amount)s before tax, not to be invoiced yet. %(reason)s"),
            (("reason", parked.reason),),
        )
    permission = open_permission(payer)
    if permission is not None:
        month = billing_month(charge.service_from, permission)
        return _in_month(month, today=local_date(now, seller.zone))
    if not seller.issue_zero_invoices and not charge.net_amount:
        return Destination(
            gettext_noop("It costs nothing, so there is no invoice."),
            gettext_noop("Plus %(amount)s, for which there is no invoice."),
        )
    return Destination(
        gettext_noop("Its invoice is being made."),
        gettext_noop("Plus %(amount)s before tax on an invoice that is being made."),
    )


def _to_partner(payer: Account) -> Destination:
    return Destination(
        gettext_noop("It will be invoiced to %(partner)s."),
        gettext_noop("Plus %(amount)s before tax, to be invoiced to %(partner)s."),
        (("partner", payer.display_name),),
    )


def _in_month(month: Month, *, today: date) -> Destination:
    """Name the month; one that is over is being invoiced right now."""
    name, issued_on = formatting.month(month.first_day), month.next().first_day
    if issued_on <= today:
        return Destination(
            gettext_noop("It will be on the invoice for %(month)s, which is being made."),
            gettext_noop(
                "Plus %(amount)s before tax on the monthly invoice for %(month)s, which is being"
                " made."
            ),
            (("month", name),),
        )
    return Destination(
        gettext_noop("It will be on the invoice for %(month)s, issued on %(day)s."),
        gettext_noop(
            "Plus %(amount)s before tax on the monthly invoice for %(month)s, dated %(day)s."
        ),
        (("month", name), ("day", formatting.full_day(issued_on))),
    )


def _why_on_none(order: Order, costs: Costs) -> str:
    if costs.charges and order.order_status in ENDED:
        return _("Nothing is invoiced: it ended before that.")
    if costs.charges:
        return _("Nothing is invoiced: its charge was dropped.")
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


def _own_accounts(membership: Reader) -> set[int]:
    return set(membership.accounts().values_list("pk", flat=True))


def price_outlook(order: Order, costs: Costs, *, now: datetime) -> str:
    """Say what an order that was not charged yet would cost before tax, at today's prices."""
    if costs.charges or order.order_status in CHARGEABLE or order.order_status in ENDED:
        return ""
    account, product, term_years = order.account, order.product, order.term_years
    on = local_date(now, current_seller().zone)
    try:
        listed = price_of(account=account, product=product, term_years=term_years, on=on)
        price = price_now(listed, account=account, product=product, term_years=term_years, on=on)
    except PriceMissing:
        return ""
    return _("At today's prices it will cost %(amount)s before tax.") % {
        "amount": formatting.money(price.rounded, price.currency)
    }
