"""Charges for plans and metered usage, raised when a monthly invoice is made.

Both are keyed by what they stand for, so raising them again changes nothing. Usage is rated on the
month's cumulated units: what arrives late is charged on the next invoice for the difference alone.
Days before the account's `billing_from` are history, as orders of such days are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.charging import raise_charge
from billing.models import Account, Charge, PlanMeter, Subscription, UsageRecord
from billing.money import round_money
from billing.periods import Month
from billing.rating import over_included


def raise_monthly_charges(account: Account, *, months: list[Month], until: date) -> list[Charge]:
    """Raise fees and usage of the given calendar months for what `account` pays for.

    `until` is the last local day (inclusive) of usage to rate; the months before the first given
    one are rated again for usage that arrived late. Amounts are in the plan's currency.
    """
    raised: list[Charge] = []
    subscriptions = (
        Subscription.objects.payable_by(account)
        .select_related("plan", "account__parent")
        .prefetch_related("plan__meters")
        .order_by("id")
    )
    with override(account.document_language):
        for subscription in subscriptions:
            for month in months:
                raised += _fee(subscription, month)
            for month in _months_with_usage(subscription, until):
                for meter in subscription.plan.meters.all():
                    raised += _usage(subscription, meter, month, until)
    return raised


@dataclass(frozen=True)
class MonthFee:
    """A month's fee, net, in the plan's currency, for the days from `begins` on."""

    amount: Decimal
    begins: date
    days: int


def fee_of(subscription: Subscription, month: Month) -> MonthFee | None:
    """Return the month's fee, whole, for a month in which the subscription runs for a day or more.

    Only the month in which billing begins is charged by days, when it ran there before.
    """
    first = max(subscription.starts_on, _billed_from(subscription))
    ends = subscription.ends_on
    if first > month.last_day or (ends and ends <= max(first, month.first_day)):
        return None
    plan = subscription.plan
    if subscription.starts_on >= first or first <= month.first_day:
        return MonthFee(plan.monthly_fee, month.first_day, month.days)
    days = (month.last_day - first).days + 1
    return MonthFee(round_money(plan.monthly_fee * days / month.days, plan.currency), first, days)


def _fee(subscription: Subscription, month: Month) -> list[Charge]:
    fee = fee_of(subscription, month)
    if fee is None:
        return []
    plan, detail = subscription.plan, subscription.plan.description
    if fee.days < month.days:
        part = _("%(days)s of %(all)s days of the month") % {"days": fee.days, "all": month.days}
        detail = f"{detail} · {part}" if detail else part
    return [
        raise_charge(
            source_key=f"subscription:{subscription.pk}:{month}",
            kind=Charge.Kind.SUBSCRIPTION,
            account=subscription.account,
            description=plan.name,
            detail=detail,
            tax_code=plan.tax_code,
            unit_price=fee.amount,
            currency=plan.currency,
            service_from=fee.begins,
            service_until=month.last_day,
        )
    ]


def _billed_from(subscription: Subscription) -> date:
    return subscription.account.billing_from or date.min


def _months_with_usage(subscription: Subscription, until: date) -> list[Month]:
    days = (
        UsageRecord.objects.filter(
            subscription=subscription, occurred_on__range=(_billed_from(subscription), until)
        )
        .values_list("occurred_on__year", "occurred_on__month")
        .distinct()
        .order_by("occurred_on__year", "occurred_on__month")
    )
    return [Month(year, month) for year, month in days]


def _usage(subscription: Subscription, meter: PlanMeter, month: Month, until: date) -> list[Charge]:
    """Two lines at most: the included units at zero once a month, and the units above them."""
    total: Decimal = UsageRecord.objects.filter(
        subscription=subscription,
        meter=meter,
        occurred_on__range=(
            max(month.first_day, _billed_from(subscription)),
            min(month.last_day, until),
        ),
    ).aggregate(total=Sum("quantity"))["total"] or Decimal(0)
    if not total:
        return []
    key = f"usage:{subscription.pk}:{meter.pk}:{month}"
    # Counted with the voided ones: a voided charge's key stays taken.
    before = Charge.objects.filter(source_key__startswith=f"{key}:over:").aggregate(
        quantity=Sum("quantity", filter=Q(void__isnull=True)), number=Count("pk")
    )
    rating = over_included(
        total=total,
        included=meter.included_units,
        already_charged=before["quantity"] or Decimal(0),
    )
    used = _("%(used)s used, %(included)s included") % {
        "used": _plain(total),
        "included": _plain(meter.included_units),
    }
    charges = []
    if rating.included_quantity:
        charges.append(
            _usage_charge(
                subscription,
                meter,
                month,
                key=f"{key}:included",
                description=_("%(meter)s, included in the plan") % {"meter": meter.name},
                quantity=rating.included_quantity,
                detail=used,
                unit_price=Decimal(0),
            )
        )
    if rating.over_quantity:
        charges.append(
            _usage_charge(
                subscription,
                meter,
                month,
                key=f"{key}:over:{before['number'] + 1}",
                description=_("%(meter)s above the included units") % {"meter": meter.name},
                quantity=rating.over_quantity,
                detail=_with_charged_before(used, before["quantity"]),
                unit_price=meter.unit_price,
            )
        )
    return charges


def _with_charged_before(used: str, quantity: Decimal | None) -> str:
    """Add the units above the included ones that earlier charges of the month have taken."""
    if not quantity:
        return used
    return _("%(used)s, %(before)s charged before") % {"used": used, "before": _plain(quantity)}


def _usage_charge(
    subscription: Subscription,
    meter: PlanMeter,
    month: Month,
    *,
    key: str,
    description: str,
    quantity: Decimal,
    detail: str,
    unit_price: Decimal,
) -> Charge:
    return raise_charge(
        source_key=key,
        kind=Charge.Kind.USAGE,
        account=subscription.account,
        description=description,
        detail=detail,
        tax_code=subscription.plan.tax_code,
        quantity=quantity,
        unit_price=unit_price,
        currency=subscription.plan.currency,
        service_from=month.first_day,
        service_until=month.last_day,
    )


def _plain(quantity: Decimal) -> str:
    """Write a quantity with grouping and without trailing zeros."""
    return f"{quantity.normalize():,f}"
