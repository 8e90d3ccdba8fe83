"""Reading a statement: any page of it in a constant number of queries.

Rows are the ledger's entries by day and id. `LedgerDay` has the sums of each day, so that the
opening balance, the months and the day on which a page begins are found among the days, of which
there are at most 366 a year however many entries they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, overload

from django.db.models import F, QuerySet, Sum

from billing.models import Account, Allocation, LedgerDay, LedgerEntry
from billing.money import ZERO
from billing.periods import Month
from billing.statement.span import Span

# Rows that a download holds at a time.
CHUNK = 1000
# What a row says about its document and payment, without loading documents with their snapshots.
_FACTS = {
    "document_number": F("document__number"),
    "document_kind": F("document__kind"),
    "due_date": F("document__due_date"),
    "credited_number": F("document__credit_note__invoice__document__number"),
    "payment": F("document__receipt__payment"),
    "payment_reference": F("document__receipt__payment__reference"),
    "payment_method": F("document__receipt__payment__method"),
    "provider": F("document__receipt__payment__provider"),
    "kept": F("document__receipt__credit_amount"),
}
_COLUMNS = ("on", "kind", "currency", "order_number", "description", "debit", "credit")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry with what is told of it; amounts in its account's currency.

    `settled` are the invoices that a payment settled, `kept` is what of it became credit.
    """

    on: date
    kind: str
    currency: str
    order_number: str
    description: str
    debit: Decimal
    credit: Decimal
    document_number: str | None
    document_kind: str | None
    due_date: date | None
    credited_number: str | None
    payment_reference: str | None
    payment_method: str | None
    provider: str | None
    kept: Decimal | None
    settled: tuple[str, ...]

    @property
    def effect(self) -> Decimal:
        """What it raised the balance by."""
        return self.debit - self.credit

    @property
    def type_label(self) -> str:
        """What happened, in a word."""
        return str(LedgerEntry.Kind(self.kind).label)


@dataclass(frozen=True, kw_only=True)
class Row(Entry):
    """An entry on a statement, with the balance after it."""

    balance: Decimal


@dataclass(frozen=True)
class Day:
    """The sums of a day's entries."""

    on: date
    debit: Decimal
    credit: Decimal
    entries: int


@dataclass(frozen=True, kw_only=True)
class MonthSum:
    """The sums of a month's entries within the statement, and the balance after them."""

    first_day: date
    debit: Decimal
    credit: Decimal
    entries: int
    closing: Decimal


@dataclass(frozen=True)
class MonthOfRows:
    """The rows of a page that belong to one month, whose sums are those of the whole month."""

    month: MonthSum
    rows: list[Row]


class Statement(Sequence[Row]):
    """An account's statement over a span, in the account's currency.

    A sequence of its rows: counting them asks nothing, a slice is three queries or fewer.
    Balances are what is owed less what is prepaid: above zero the account owes.
    """

    def __init__(self, account: Account, span: Span, *, opening: Decimal, days: list[Day]) -> None:
        self.account = account
        self.currency = account.currency
        self.span = span
        self.opening = opening
        self._days = days
        self.debit = sum((day.debit for day in days), ZERO)
        self.credit = sum((day.credit for day in days), ZERO)
        self.closing = opening + self.debit - self.credit

    def __len__(self) -> int:
        return sum(day.entries for day in self._days)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            start, stop, _step = index.indices(len(self))
            return self._rows(start, stop)
        return self._rows(index, index + 1)[0]

    @property
    def months(self) -> list[MonthSum]:
        """The months that have entries, oldest first."""
        balance, months = self.opening, []
        for month, group in groupby(self._days, key=lambda day: Month.of(day.on)):
            days = list(group)
            debit = sum((day.debit for day in days), ZERO)
            credit = sum((day.credit for day in days), ZERO)
            balance += debit - credit
            months.append(
                MonthSum(
                    first_day=month.first_day,
                    debit=debit,
                    credit=credit,
                    entries=sum(day.entries for day in days),
                    closing=balance,
                )
            )
        return months

    def by_month(self, rows: Iterable[Row]) -> list[MonthOfRows]:
        """Put a page's rows below their months."""
        months = {month.first_day: month for month in self.months}
        return [
            MonthOfRows(months[first_day], list(group))
            for first_day, group in groupby(rows, key=lambda row: Month.of(row.on).first_day)
        ]

    def stream(self) -> Iterator[Row]:
        """Yield all rows through a cursor on the server: memory does not grow with them."""
        entries = self._entries().iterator(chunk_size=CHUNK)
        balance = self.opening
        while chunk := list(islice(entries, CHUNK)):
            for row in _with_balances(chunk, balance):
                yield row
                balance = row.balance

    def _rows(self, start: int, stop: int) -> list[Row]:
        """Return some rows: the days say on which day they begin, and what the balance was."""
        if start >= stop:
            return []
        balance, within, day = self.opening, start, self._days[0]
        for day in self._days:
            if within < day.entries:
                break
            within -= day.entries
            balance += day.debit - day.credit
        entries = self._entries().filter(on__gte=day.on)
        if within:
            earlier = (
                LedgerEntry.objects.filter(account=self.account, currency=self.currency, on=day.on)
                .order_by("id")[:within]
                .aggregate(debit=Sum("debit"), credit=Sum("credit"))
            )
            balance += (earlier["debit"] or ZERO) - (earlier["credit"] or ZERO)
        return _with_balances(list(entries[within : within + stop - start]), balance)

    def _entries(self) -> QuerySet[LedgerEntry, dict[str, Any]]:
        entries: QuerySet[LedgerEntry, dict[str, Any]] = (
            LedgerEntry.objects.filter(
                account=self.account,
                currency=self.currency,
                on__range=(self.span.first, self.span.last),
            )
            .order_by("on", "id")
            .values(*_COLUMNS, **_FACTS)
        )
        return entries


def read_statement(account: Account, span: Span) -> Statement:
    """Return the account's statement; two queries, whatever its size."""
    days = LedgerDay.objects.filter(account=account, currency=account.currency)
    before = days.filter(on__lt=span.first).aggregate(debit=Sum("debit"), credit=Sum("credit"))
    within = days.filter(on__range=(span.first, span.last)).order_by("on")
    return Statement(
        account,
        span,
        opening=(before["debit"] or ZERO) - (before["credit"] or ZERO),
        days=[Day(*row) for row in within.values_list("on", "debit", "credit", "entries")],
    )


def read_entries(ids: Iterable[int]) -> dict[int, Entry]:
    """Return single entries by their ids, apart from any statement; two queries."""
    found = list(LedgerEntry.objects.filter(pk__in=ids).values("pk", *_COLUMNS, **_FACTS))
    keys = [entry.pop("pk") for entry in found]
    return {key: Entry(**facts) for key, facts in zip(keys, _told(found), strict=True)}


def _with_balances(entries: list[dict[str, Any]], balance: Decimal) -> list[Row]:
    rows = []
    for facts in _told(entries):
        balance += facts["debit"] - facts["credit"]
        rows.append(Row(**facts, balance=balance))
    return rows


def _told(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put what payments settled in the place of their ids."""
    payments = [entry.pop("payment") for entry in entries]
    settled = _settled(set(payments) - {None})
    return [
        {**entry, "settled": tuple(settled.get(payment, ()))}
        for entry, payment in zip(entries, payments, strict=True)
    ]


def _settled(payments: set[int]) -> dict[int, list[str]]:
    """Return the numbers of the invoices that payments settled, in the order of settling."""
    found: dict[int, list[str]] = defaultdict(list)
    if payments:
        shares = Allocation.objects.filter(payment__in=payments).order_by("id")
        for payment, number in shares.values_list("payment", "target__number"):
            found[payment].append(number or "")
    return found
