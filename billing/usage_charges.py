"""Lines for metered usage: the included units once a month, and what is used beyond them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import PlanMeter
from billing.models.fields import TierMode
from billing.money import ZERO
from billing.periods import Month
from billing.proration import Days, prorated_units
from billing.rating import ChargedBefore, LineKind, UsageLine, rate_usage
from billing.subscription_books import DueCharge, SubscriptionBook, What
from billing.tiers import Tier
from certinext.web import formatting


def usage(book: SubscriptionBook, month: Month) -> list[DueCharge]:
    """Return what is due of a month's usage, meter by meter; a true-up pays for them in order."""
    due: list[DueCharge] = []
    paid_ahead = _paid_ahead(book, month)
    for meter in book.subscription.plan.meters.all():
        total = book.usage.get((month, meter.pk))
        if total:
            lines = _of_meter(book, meter, month, total, paid_ahead)
            paid_ahead -= sum((one.link.covered for one in lines), ZERO)
            due += lines
    return due


def _paid_ahead(book: SubscriptionBook, month: Month) -> Decimal:
    """Return what is left of the true-up that the month's commitment was charged with."""
    trued_up = sum((link.charge.net_amount for link in book.standing(What.COMMITMENT, month)), ZERO)
    taken = sum((link.covered for link in book.standing(What.USAGE, month)), ZERO)
    return max(ZERO, trued_up - taken)


def _of_meter(
    book: SubscriptionBook, meter: PlanMeter, month: Month, total: Decimal, paid_ahead: Decimal
) -> list[DueCharge]:
    before = book.standing(What.USAGE, month, meter)
    charged_units = sum((link.units for link in before), ZERO)
    included = _included(book, meter, month)
    rating = rate_usage(
        total=total,
        included=included,
        tiers=tiers_of(meter),
        by_volume=meter.tier_mode == TierMode.VOLUME,
        before=ChargedBefore(
            units=charged_units,
            net=sum((link.charge.net_amount + link.covered for link in before), ZERO),
            paid_ahead=paid_ahead,
        ),
        currency=book.subscription.plan.currency,
    )
    used = _used(book, month, total, included)
    due = []
    if rating.included_quantity and not book.charged(What.INCLUDED, month, meter):
        due.append(
            book.charge(
                what=What.INCLUDED,
                key=f"{_key(book, meter, month)}:included",
                days=_days(book, month),
                description=_("%(meter)s, included in the plan") % {"meter": meter.name},
                detail=used,
                unit_price=ZERO,
                quantity=rating.included_quantity,
                meter=meter,
            )
        )
    # Counted with the voided ones: a voided charge's key stays taken.
    number = len(book.charged(What.USAGE, month, meter))
    for place, line in enumerate(rating.lines, number + 1):
        due.append(_over(book, meter, month, line, place, _with_charged(used, charged_units)))
    return due


def tiers_of(meter: PlanMeter) -> list[Tier]:
    """Return the prices of units above the included ones, lowest tier first."""
    return [
        Tier(unit_price=meter.unit_price),
        *(
            Tier(above=tier.above, unit_price=tier.unit_price, flat_amount=tier.flat_amount)
            for tier in sorted(meter.tiers.all(), key=lambda tier: tier.above)
        ),
    ]


def _days(book: SubscriptionBook, month: Month) -> Days:
    """Return the days that a month's lines are for: those on which the subscription runs in it.

    Usage may stand in a month of which a later change of the subscription left no day.
    """
    return book.days_in(month) or Days.of_month(month)


def _included(book: SubscriptionBook, meter: PlanMeter, month: Month) -> Decimal:
    """Return the included units of the days on which the subscription runs in the month."""
    days = book.days_in(month)
    if days is None:
        return ZERO
    return prorated_units(meter.included_units, part=days, whole=Days.of_month(month))


def _over(
    book: SubscriptionBook,
    meter: PlanMeter,
    month: Month,
    line: UsageLine,
    place: int,
    used: str,
) -> DueCharge:
    return book.charge(
        what=What.USAGE,
        key=f"{_key(book, meter, month)}:over:{place}",
        days=_days(book, month),
        description=_description(meter, line),
        detail=" · ".join(text for text in (used, _price_rule(book, meter, line)) if text),
        quantity=line.quantity,
        unit_price=line.unit_price,
        meter=meter,
        units=line.units,
        covered=line.covered,
    )


def _description(meter: PlanMeter, line: UsageLine) -> str:
    names = {"meter": meter.name, "above": formatting.quantity(line.tier.above)}
    if line.kind == LineKind.FLAT:
        return _("%(meter)s, once for reaching more than %(above)s further units") % names
    return _("%(meter)s above the included units") % names


def _price_rule(book: SubscriptionBook, meter: PlanMeter, line: UsageLine) -> str:
    """Say which price holds where a meter has several, and why a line is no price times units."""
    currency = book.subscription.plan.currency
    if line.kind == LineKind.COVERED:
        return _("%(units)s units, %(amount)s of them paid by the month's minimum commitment") % {
            "units": formatting.quantity(line.units),
            "amount": formatting.money(line.covered, currency),
        }
    facts = {
        "units": formatting.quantity(line.units),
        "above": formatting.quantity(line.tier.above),
        "price": formatting.money(line.tier.unit_price, currency),
    }
    if line.kind == LineKind.DIFFERENCE:
        return (
            _("%(units)s units more: all now cost %(price)s, less what was charged before") % facts
        )
    if line.kind == LineKind.FLAT or not line.tier.above:
        return ""
    if meter.tier_mode == TierMode.VOLUME:
        return _("All units at the price for more than %(above)s") % facts
    return _("Units above %(above)s") % facts


def _used(book: SubscriptionBook, month: Month, total: Decimal, included: Decimal) -> str:
    """Say what was used and what the plan includes, for the days on which it ran."""
    facts = {"used": formatting.quantity(total), "included": formatting.quantity(included)}
    days = book.days_in(month)
    if days is None or days == Days.of_month(month):
        return _("%(used)s used, %(included)s included") % facts
    return _("%(used)s used, %(included)s included for %(days)s of %(all)s days") % {
        **facts,
        "days": days.count,
        "all": month.days,
    }


def _with_charged(used: str, units: Decimal) -> str:
    """Add the units above the included ones that earlier charges of the month have taken."""
    if not units:
        return used
    return _("%(used)s, %(before)s charged before") % {
        "used": used,
        "before": formatting.quantity(units),
    }


def _key(book: SubscriptionBook, meter: PlanMeter, month: Month) -> str:
    return f"usage:{book.subscription.pk}:{meter.pk}:{month}"
