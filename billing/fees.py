"""Fees of plans and minimum commitments."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from billing.commitments import true_up
from billing.models import Charge
from billing.money import ZERO
from billing.periods import Month
from billing.proration import Days, prorated
from billing.subscription_books import DueCharge, SubscriptionBook, What
from certinext.web import formatting


def monthly_fee(book: SubscriptionBook, month: Month, until: date) -> list[DueCharge]:
    """Return the month's fee unless it is charged: that of the days on which it runs.

    Those after `until` count too, for a month is charged once. What begins after `until` waits.
    """
    plan, days = book.subscription.plan, book.days_in(month)
    if days is None or days.first > until or book.charged(What.MONTH, month):
        return []
    if not plan.monthly_fee and plan.yearly_fee:
        return []
    whole = Days.of_month(month)
    return [
        book.charge(
            what=What.MONTH,
            key=f"subscription:{book.subscription.pk}:{month}",
            days=days,
            description=plan.name,
            detail=_joined(plan.description, _part(days, whole)),
            unit_price=prorated(plan.monthly_fee, plan.currency, part=days, whole=whole),
        )
    ]


def yearly_fees(book: SubscriptionBook, first_day: date, until: date) -> list[DueCharge]:
    """Return the fees of years that begin by `until` and go on after `first_day`, unless charged.

    Whole, in the month in which the year begins; nothing is given back when the subscription ends
    before the year does. A year that is running already is due where nothing charged it: its
    account has only now got the monthly permission.
    """
    subscription, plan = book.subscription, book.subscription.plan
    ends_on = subscription.ends_on
    if not plan.yearly_fee or (ends_on and ends_on <= first_day):
        return []
    charged = {link.first_day for link in book.links if link.what == What.YEAR}
    return [
        book.charge(
            what=What.YEAR,
            key=f"subscription:{subscription.pk}:year:{year.first}",
            days=year,
            description=plan.name,
            detail=_joined(plan.description, _("Yearly fee")),
            unit_price=plan.yearly_fee,
        )
        for year in _years(subscription.starts_on, until)
        if year.until > first_day
        and year.first >= book.begins
        and (ends_on is None or year.first < ends_on)
        and year.first not in charged
    ]


def commitment(
    book: SubscriptionBook, month: Month, until: date, due: Iterable[DueCharge]
) -> list[DueCharge]:
    """Return what a month that is over lacks of the plan's minimum commitment; `due` counts."""
    plan, days = book.subscription.plan, book.days_in(month)
    if not plan.minimum_commitment or days is None or days.last > until:
        return []
    if book.charged(What.COMMITMENT, month):
        return []
    whole = Days.of_month(month)
    minimum = prorated(plan.minimum_commitment, plan.currency, part=days, whole=whole)
    fee = prorated(plan.monthly_fee, plan.currency, part=days, whole=whole)
    used = _used(book, month, due)
    lacks = true_up(commitment=minimum, charged=fee + used, currency=plan.currency)
    if not lacks:
        return []
    reckoning = _("Minimum %(minimum)s, fee %(fee)s, usage %(usage)s") % {
        "minimum": formatting.money(minimum, plan.currency),
        "fee": formatting.money(fee, plan.currency),
        "usage": formatting.money(used, plan.currency),
    }
    return [
        book.charge(
            what=What.COMMITMENT,
            key=f"commitment:{book.subscription.pk}:{month}",
            days=days,
            description=_("%(plan)s, up to the minimum commitment") % {"plan": plan.name},
            detail=_joined(reckoning, _part(days, whole)),
            unit_price=lacks,
        )
    ]


def _years(starts_on: date, until: date) -> list[Days]:
    """Return the years of a subscription that have begun, each from its anniversary on."""
    begins = [_anniversary(starts_on, years) for years in range(until.year - starts_on.year + 2)]
    return [Days(first, following) for first, following in pairwise(begins) if first <= until]


def _anniversary(day: date, years: int) -> date:
    """Return the same day years later; of 29 February the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _used(book: SubscriptionBook, month: Month, due: Iterable[DueCharge]) -> Decimal:
    """Return what the usage of a month costs, charged before or due now."""
    before: list[Charge] = [link.charge for link in book.standing(What.USAGE, month)]
    now = [one.charge for one in due if one.link.what == What.USAGE and one.link.first_day in month]
    return sum((charge.net_amount for charge in (*before, *now)), ZERO)


def _part(days: Days, whole: Days) -> str:
    """Say by which rule a part of a month is charged."""
    if days == whole:
        return ""
    return _("%(days)s of %(all)s days: %(period)s") % {
        "days": days.count,
        "all": whole.count,
        "period": formatting.period(days.first, days.last),
    }


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
