"""What is open on an account at the end of a day, by the days that it is past due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import (
    Account,
    AccountBalance,
    Allocation,
    Document,
    DocumentBalance,
    LedgerAccount,
    LedgerDay,
    LedgerEntry,
    LedgerTransfer,
)
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
    """Return what was open at the end of a day in the seller's zone, by its days past due then.

    What was booked later is taken back from what stands now, so that a day of today, or one to
    come, costs no more than what is open. What is left of an opening balance has no due date of
    its own: it counts as due on the day it was booked. A constant number of queries.
    """
    buckets = _buckets(on)
    owed = dict.fromkeys(buckets, ZERO)
    for sums in (_open_now(account, on), *_settled_later(account, on)):
        for name in buckets:
            owed[name] += sums[name] or ZERO
    prepaid = _credits_at(account, on)
    days = LedgerDay.objects.filter(account=account, currency=account.currency, on__lte=on)
    booked = days.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    balance = (booked["debit"] or ZERO) - (booked["credit"] or ZERO)
    left = balance + prepaid - sum(owed.values(), ZERO)
    if left > 0:
        owed[_bucket_of_opening(account, on)] += left
    return Ageing(on=on, currency=account.currency, credits=prepaid, **owed)


def _open_now(account: Account, on: date) -> dict[str, Decimal | None]:
    """Sum by bucket what is open now of the invoices that were issued by then."""
    invoices = Document.objects.filter(
        account=account,
        kind=Document.Kind.INVOICE,
        currency=account.currency,
        issue_date__lte=on,
        # The states, not the amount: they have the index.
        balance__state__in=_OPEN,
    )
    sums: dict[str, Decimal | None] = invoices.aggregate(
        **{name: Sum("balance__open_amount", filter=due) for name, due in _buckets(on).items()}
    )
    return sums


def _settled_later(account: Account, on: date) -> Iterator[dict[str, Decimal | None]]:
    """Sum by bucket what payments and credit notes took off those invoices since."""
    later = Document.objects.filter(account=account, issue_date__gt=on)
    receipts = later.filter(kind=Document.Kind.RECEIPT).values("receipt__payment")
    notes = later.filter(kind=Document.Kind.CREDIT_NOTE).values("pk")
    issued = Allocation.objects.filter(
        target__account=account, target__currency=account.currency, target__issue_date__lte=on
    )
    due_dates = _buckets(on, prefix="target__")
    # One after the other, for each has an index of its own.
    for settled in (issued.filter(payment__in=receipts), issued.filter(source__in=notes)):
        yield settled.aggregate(
            **{name: Sum("amount", filter=due) for name, due in due_dates.items()}
        )


def _credits_at(account: Account, on: date) -> Decimal:
    """Return what was prepaid then: what is now, less what came in and went out since."""
    row = AccountBalance.objects.filter(account=account, currency=account.currency).first()
    own = {"account": account, "kind": LedgerAccount.Kind.CREDITS}
    since = LedgerTransfer.objects.filter(
        entry__account=account, entry__currency=account.currency, entry__on__gt=on
    ).aggregate(
        came=Sum("amount", filter=Q(**{f"credit__{name}": own[name] for name in own})),
        went=Sum("amount", filter=Q(**{f"debit__{name}": own[name] for name in own})),
    )
    now = row.credits if row else ZERO
    return now - (since["came"] or ZERO) + (since["went"] or ZERO)


def _buckets(on: date, *, prefix: str = "") -> dict[str, Q]:
    one, two, three = (on - timedelta(days=limit) for limit in LIMITS)
    due = f"{prefix}due_date"
    return {
        "current": Q(**{f"{due}__gte": on}) | Q(**{f"{due}__isnull": True}),
        "days_1_30": Q(**{f"{due}__lt": on, f"{due}__gte": one}),
        "days_31_60": Q(**{f"{due}__lt": one, f"{due}__gte": two}),
        "days_61_90": Q(**{f"{due}__lt": two, f"{due}__gte": three}),
        "over_90": Q(**{f"{due}__lt": three}),
    }


def _bucket_of_opening(account: Account, on: date) -> str:
    booked = (
        LedgerEntry.objects.filter(account=account, kind=LedgerEntry.Kind.OPENING, on__lte=on)
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
