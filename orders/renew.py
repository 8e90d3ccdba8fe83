"""Renewing an order: a further charge, for another term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from billing.models import Charge
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import Price, price_of, prices_of
from billing.sentences import gettext_noop
from certinext.web import formatting
from orders.certificates import WAITING, was_issued
from orders.charges import Item, source_key
from orders.errors import OrderCannotBeExtended
from orders.extend import (
    can_be_extended,
    charge_extension,
    extended_meanwhile,
    lock_to_extend,
    next_extension,
)
from orders.models import Order, OrderCharge

RENEWAL = OrderCharge.Reason.RENEWAL


@transaction.atomic
def renew_order(order: Order, *, term_years: int, extension: int, by: str, now: datetime) -> Order:
    """Charge a renewal at the price of today; the certificate is pending again. Safe twice.

    Raises `OrderCannotBeExtended` (where no certificate was ever issued, too) and `PriceMissing`.
    """
    order = lock_to_extend(order)
    if _is_charged(order, extension, term_years):
        return order
    refuse_to_renew(order)
    on = local_date(now, current_seller().zone)
    with override(order.account.payer.document_language):
        detail = _("Renewal")
    item = Item(
        order=order,
        price=price_of(account=order.account, product=order.product, term_years=term_years, on=on),
        on=on,
        reason=RENEWAL,
        term_years=term_years,
        extension=extension,
        detail=detail,
    )
    charge_extension(item, by=by, now=now, action="order.renewed")
    return order


def refuse_to_renew(order: Order) -> None:
    """Raise `OrderCannotBeExtended` where there is no certificate whose term could go on."""
    if not was_issued(order):
        raise OrderCannotBeExtended(
            gettext_noop(
                "Order %(order)s has no certificate yet: it can be renewed once one is issued."
            ),
            order=str(order),
        )


def renewal_prices(order: Order, *, on: date) -> dict[int, Price]:
    """Return the terms for which an order can be renewed on a day: none where it cannot be."""
    if not (can_be_extended(order) and was_issued(order)):
        return {}
    return prices_for_terms(order, on=on)


def prices_for_terms(order: Order, *, on: date) -> dict[int, Price]:
    """Return what each term costs on a day, if the product is still sold at all."""
    if not order.product.is_active:
        return {}
    return prices_of(account=order.account, product=order.product, on=on)


@dataclass(frozen=True)
class NewEnd:
    """Until when a renewed certificate is valid, and how that is reckoned. `day`: if it is known.

    The issuance platform has the last word: its report brings the day of the new certificate.
    """

    day: date | None
    reckoning: str


def new_end(order: Order, *, term_years: int, on: date) -> NewEnd:
    """Say until when a renewal that is asked for on a day would be valid."""
    added = ngettext("%(count)s year", "%(count)s years", term_years) % {"count": term_years}
    if order.certificate_status in WAITING and next_extension(order, RENEWAL) > 1:
        return NewEnd(
            None,
            _("The last renewal is not issued yet: this one adds %(years)s to the end it brings.")
            % {"years": added},
        )
    if order.certificate_expires_at is None:
        return NewEnd(
            None,
            _(
                "The certificate's end is not known here: the renewal adds %(years)s to it, or"
                " counts from the day of issue if it is over."
            )
            % {"years": added},
        )
    end = local_date(order.certificate_expires_at, current_seller().zone)
    facts = {"end": formatting.full_day(end), "years": added}
    if end < on:
        return NewEnd(
            _plus_years(on, term_years),
            _("It ended on %(end)s: %(years)s from the day of issue, today at the earliest.")
            % facts,
        )
    return NewEnd(
        _plus_years(end, term_years), _("Its present end, %(end)s, and %(years)s.") % facts
    )


def _plus_years(day: date, years: int) -> date:
    """Return the same day of a later year; 29 February becomes the 28th."""
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def _is_charged(order: Order, extension: int, term_years: int) -> bool:
    """Let the same page pass twice, but never two different ones under one number."""
    key = source_key(order, RENEWAL, extension)
    standing = Charge.objects.filter(source_key=key).first()
    if standing is not None and standing.term_years == term_years:
        return True
    if standing is not None or extension != next_extension(order, RENEWAL):
        raise extended_meanwhile(order)
    return False
