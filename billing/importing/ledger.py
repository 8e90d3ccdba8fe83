"""Importing the platform's ledger (`reports/ledger`) of one account: its books before this portal.

What history means here: the rows are kept as they are, to be read below the statement and never
reckoned with, for no document of this portal stands behind them; what they lead to, the balance
after the newest row, is booked once as the account's opening balance. So the statement begins with
the figure that the customer last saw, and every invariant holds from the first entry on.

The report does not say whether its balance is money owed or money prepaid. Its own rows do: where
a credit raises the balance, it is prepaid. Where they do not agree with themselves, or are too few
to tell, the rows are kept and the balance has to be imported as an opening balance by hand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.importing.errors import RowFailed, RowReported
from billing.importing.fields import Fields
from billing.importing.reading import Row, json_rows
from billing.importing.record import ImportRecord, Outcome, Progress
from billing.models import Account, EarlierEntry, ImportRow, ImportRun, LedgerEntry
from billing.models.fields import AMOUNT_LIMIT
from billing.models.seller import current_seller
from billing.money import ZERO, amount_text
from billing.payments.from_credits import open_balance
from billing.periods import local_date
from billing.sentences import gettext_noop


def import_ledger(
    *,
    file: BinaryIO,
    account: Account,
    imported_by: str,
    clock: Callable[[], datetime],
    zone: ZoneInfo | None = None,
    file_name: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Keep the rows of the account's report, and open its balance with what they lead to.

    Amounts are in the account's currency; times without a zone are a clock in `zone` (default: the
    seller's). Bad rows are reported, and then no balance is opened. Repeating an import changes
    nothing. Rows from the day on which this portal bills or was opened are reported and left out:
    they would count twice.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.LEDGER,
        account=account,
        file_name=file_name,
        imported_by=imported_by,
        progress=progress,
    )
    work = _Ledger(record, account, zone or current_seller().zone)
    run = record.work_through(json_rows(file, lists=("content", "ledger")), work.write)
    if not run.counts.get(Outcome.FAILED) and not run.counts.get(Outcome.REPORTED):
        work.open(run, now=clock())
    return run


@dataclass
class Chain:
    """Whether each balance follows from the one before it, in the four ways that it can.

    Ways are (newest row last, a credit raises the balance). Holds two rows, however many there are.
    """

    first: EarlierEntry | None = None
    last: EarlierEntry | None = None
    ways: set[tuple[bool, bool]] = field(
        default_factory=lambda: {(a, b) for a in (True, False) for b in (True, False)}
    )

    def add(self, entry: EarlierEntry) -> None:
        """Take the next row of the file."""
        if self.last is None:
            self.first = entry
        else:
            self.ways = {way for way in self.ways if self._fits(entry, *way)}
        self.last = entry

    def newest(self) -> tuple[EarlierEntry, bool] | None:
        """Return the newest row and whether its balance is prepaid; None where nothing tells."""
        if self.first is None or self.last is None:
            return None
        ways = [way for way in self.ways if self._is_in_order(newest_last=way[0])]
        if len(ways) != 1:
            return None
        newest_last, prepaid = ways[0]
        return (self.last if newest_last else self.first), prepaid

    def _is_in_order(self, *, newest_last: bool) -> bool:
        assert self.first is not None and self.last is not None  # noqa: S101, PT018
        start, end = (self.first, self.last) if newest_last else (self.last, self.first)
        return start.happened_at <= end.happened_at

    def _fits(self, entry: EarlierEntry, newest_last: bool, prepaid: bool) -> bool:
        assert self.last is not None  # noqa: S101
        before, after = (self.last, entry) if newest_last else (entry, self.last)
        raised = after.credit - after.debit if prepaid else after.debit - after.credit
        return after.balance - before.balance == raised


class _Ledger:
    """Writes the rows of one file."""

    def __init__(self, record: ImportRecord, account: Account, zone: ZoneInfo) -> None:
        self.record = record
        self.account = account
        self.zone = zone
        self.chain = Chain()
        # How often each content came: rows have no number, and two alike are two.
        self.seen: Counter[str] = Counter()

    def write(self, rows: list[Row]) -> None:
        """Write a batch of rows; one transaction, the caller's."""
        self.account = Account.objects.lock(self.account)
        until = self._kept_until()
        wanted: dict[int, EarlierEntry] = {}
        for row in rows:
            try:
                entry = self._read(row)
                self._refuse_what_counts_twice(entry, until)
            except (RowFailed, RowReported) as error:
                self.record.refuse(row.number, _key(row), error)
                continue
            self.chain.add(entry)
            wanted[row.number] = entry
        keys = [entry.content_key for entry in wanted.values()]
        known = set(
            EarlierEntry.objects.filter(account=self.account, content_key__in=keys).values_list(
                "content_key", flat=True
            )
        )
        EarlierEntry.objects.bulk_create(
            [entry for entry in wanted.values() if entry.content_key not in known]
        )
        for number, entry in wanted.items():
            outcome = Outcome.UNCHANGED if entry.content_key in known else Outcome.CREATED
            self.record.note(number, entry.order_number, outcome)

    @transaction.atomic
    def open(self, run: ImportRun, *, now: datetime) -> None:
        """Book what the rows lead to, once, and say so in the run."""
        account = Account.objects.lock(self.account)
        found = self.chain.newest()
        if self.chain.last is None or self._opened_on(account) is not None:
            return
        if found is None:
            self._say(
                run,
                Outcome.REPORTED,
                gettext_noop(
                    "The rows do not tell whether the balance is owed or prepaid: import it as an"
                    " opening balance."
                ),
            )
            return
        newest, prepaid = found
        owed = -newest.balance if prepaid else newest.balance
        if not owed:
            return
        day = local_date(newest.happened_at, self.zone)
        open_balance(
            account,
            owed=owed,
            currency=account.currency,
            source=f"Balance of {day:%-d %B %Y}, earlier ledger",
            by=self.record.by,
            now=now,
            on=day,
        )
        self._say(run, Outcome.CREATED, amount_text(owed, account.currency))

    def _say(self, run: ImportRun, outcome: Outcome, message: str) -> None:
        """Add a line about the opening balance below the rows."""
        number = sum(run.counts.values()) + 1
        ImportRow.objects.create(
            run=run, row_number=number, key="opening balance", outcome=outcome, message=message
        )
        run.counts[outcome] = run.counts.get(outcome, 0) + 1
        run.save(update_fields=["counts"])

    def _kept_until(self) -> date | None:
        """Return the day from which this portal keeps the account's books itself, if known."""
        days = [self.account.billing_from]
        opened = self._opened_on(self.account)
        if opened is not None:
            # The opening balance is that of the end of its day.
            days.append(date.fromordinal(opened.toordinal() + 1))
        return min((day for day in days if day), default=None)

    def _opened_on(self, account: Account) -> date | None:
        opening = account.ledger_entries.filter(kind=LedgerEntry.Kind.OPENING)
        return opening.values_list("on", flat=True).first()

    def _refuse_what_counts_twice(self, entry: EarlierEntry, until: date | None) -> None:
        if until is not None and local_date(entry.happened_at, self.zone) >= until:
            raise RowReported(
                gettext_noop("This portal keeps the account's books from %(day)s on: left out."),
                day=until.isoformat(),
            )

    def _read(self, row: Row) -> EarlierEntry:
        fields = Fields(row.value)
        currency = self.account.currency
        entry = EarlierEntry(
            account=self.account,
            happened_at=fields.moment("transactionDate", self.zone),
            description=fields.text("description", at_most=300),
            order_number=fields.ten_digits("orderNumber"),
            kind=fields.text("transactionType", at_most=60),
            debit=_money(fields, "debit", currency),
            credit=_money(fields, "credit", currency),
            balance=fields.money("balance", currency),
            currency=currency,
        )
        _refuse_large(entry)
        digest = _digest(entry)
        self.seen[digest] += 1
        entry.content_key = f"{digest}:{self.seen[digest]}"
        return entry


def _money(fields: Fields, name: str, currency: str) -> Decimal:
    return ZERO if fields.is_blank(name) else fields.money(name, currency)


def _refuse_large(entry: EarlierEntry) -> None:
    for name in ("debit", "credit", "balance"):
        if abs(getattr(entry, name)) > AMOUNT_LIMIT:
            raise RowFailed(
                gettext_noop("The amount is beyond %(limit)s."), field=name, limit=AMOUNT_LIMIT
            )


def _digest(entry: EarlierEntry) -> str:
    said = (
        entry.happened_at.isoformat(),
        entry.description,
        entry.order_number,
        entry.kind,
        f"{entry.debit:.4f}",
        f"{entry.credit:.4f}",
        f"{entry.balance:.4f}",
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:56]


def _key(row: Row) -> str:
    value = row.value.get("orderNumber") if isinstance(row.value, dict) else None
    return value if isinstance(value, str) else ""
