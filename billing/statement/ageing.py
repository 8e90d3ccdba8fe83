"""What is open on an account, by the days that it is past due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import Account, AccountBalance, Document, DocumentBalance, LedgerEntry
from billing.money import ZERO

# The last day past due of each bucket but the first (not past due) and the last (all that is left).
LIMITS = (30, 60, 90)
_OPEN = [DocumentBalance.State.ISSUED, DocumentBalance.State.PARTIALLY_PAID]


@dataclass(frozen=True, kw_only=True)
class Ageing:
    """What is owed on a day in buckets, what is prepaid, and the balance: owed less prepaid.

    Amounts are in `currency`. What is due on the day itself is not past due.
    """

    on: date
    currency: str
    current: Decimal
    days_1_30: Decimal
    days_31_60: Decimal
    days_61_90: Decimal
    over_90: Decimal
    credits: Decimal

    @property
    def past_due(self) -> Decimal:
        """What is past due altogether."""
        return self.days_1_30 + self.days_31_60 + self.days_61_90 + self.over_90

    @property
    def balance(self) -> Decimal:
        """What the account owes, less its credits."""
        return self.current + self.past_due - self.credits


def ageing_of(account: Account, *, on: date) -> Ageing:
    """Return what is open now, by its days past due on `on` (today in the seller's zone).

    What is left of an opening balance has no due date of its own: it counts as due on the day it
    was booked.
    """
    open_invoices = Document.objects.filter(
        account=account,
        kind=Document.Kind.INVOICE,
        currency=account.currency,
        # The states, not the amount: they have the index.
        balance__state__in=_OPEN,
    )
    buckets = _buckets(on)
    sums = open_invoices.aggregate(
        **{name: Sum("balance__open_amount", filter=due) for name, due in buckets.items()}
    )
    owed = {name: sums[name] or ZERO for name in buckets}
    row = AccountBalance.objects.filter(account=account, currency=account.currency).first()
    left = row.receivable - sum(owed.values(), ZERO) if row else ZERO
    if left > 0:
        owed[_bucket_of_opening(account, on)] += left
    return Ageing(on=on, currency=account.currency, credits=row.credits if row else ZERO, **owed)


def _buckets(on: date) -> dict[str, Q]:
    one, two, three = (on - timedelta(days=limit) for limit in LIMITS)
    return {
        "current": Q(due_date__gte=on) | Q(due_date__isnull=True),
        "days_1_30": Q(due_date__lt=on, due_date__gte=one),
        "days_31_60": Q(due_date__lt=one, due_date__gte=two),
        "days_61_90": Q(due_date__lt=two, due_date__gte=three),
        "over_90": Q(due_date__lt=three),
    }


def _bucket_of_opening(account: Account, on: date) -> str:
    booked = (
        LedgerEntry.objects.filter(account=account, kind=LedgerEntry.Kind.OPENING)
        .order_by("on")
        .values_list("on", flat=True)
        .first()
    )
    days = (on - booked).days if booked else 0
    names = ("days_1_30", "days_31_60", "days_61_90")
    if days <= 0:
        return "current"
    return next(
        (name for name, limit in zip(names, LIMITS, strict=True) if days <= limit), "over_90"
    )
