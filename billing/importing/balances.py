"""Importing opening balances: what each account owed when this portal took its books over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from django.db import transaction

from billing.importing.errors import RowFailed, RowReported
from billing.importing.fields import Fields
from billing.importing.reading import Row, rows_of
from billing.importing.record import ImportRecord, Outcome, Progress
from billing.models import Account, ImportRun, LedgerEntry
from billing.money import amount_text
from billing.payments.errors import PaymentRefused
from billing.payments.from_credits import open_balance
from billing.periods import EARLIEST_START
from billing.sentences import gettext_noop

COLUMNS = ("account_number", "owed", "currency", "as_of", "source")


@dataclass(frozen=True, kw_only=True)
class BalanceRow:
    """A row of the file: what an account owed (below zero: had prepaid) on a day."""

    account: Account
    owed: Decimal
    currency: str
    as_of: date
    source: str


def import_balances(
    *,
    file: BinaryIO,
    imported_by: str,
    clock: Callable[[], datetime],
    file_name: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Open the balances of a file, CSV or JSON; each row is a transaction of its own.

    An account is opened once: the same row again changes nothing, another balance is reported.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.BALANCES,
        file_name=file_name,
        imported_by=imported_by,
        progress=progress,
    )
    rows = rows_of(file, lists=("balances", "content"), columns=COLUMNS)
    # One at a time: no row waits for another one's account.
    return record.work_through(rows, lambda batch: _write(record, batch, clock), size=1)


def _write(record: ImportRecord, rows: list[Row], clock: Callable[[], datetime]) -> None:
    for row in rows:
        try:
            with transaction.atomic():
                found = _read(row)
                outcome = _open(found, by=record.by, now=clock())
            record.note(row.number, found.account.account_number, outcome)
        except (RowFailed, RowReported) as error:
            record.refuse(row.number, _key(row), error)


def _read(row: Row) -> BalanceRow:
    fields = Fields(row.value)
    number = fields.ten_digits("account_number", required=True)
    account = Account.objects.filter(account_number=number).first()
    if account is None:
        raise RowFailed(
            gettext_noop("There is no account %(number)s: add it first, or correct the row."),
            field="account_number",
            number=number,
        )
    return BalanceRow(
        account=account,
        owed=fields.amount("owed"),
        currency=fields.text("currency", at_most=3, required=True),
        as_of=_day(fields),
        source=fields.text("source", at_most=200, required=True),
    )


def _day(fields: Fields) -> date:
    text = fields.text("as_of", at_most=100, required=True)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day < EARLIEST_START:
        raise RowFailed(
            gettext_noop("Write a day like 2026-03-31, not %(text)s."),
            field="as_of",
            text=repr(text),
        )
    return day


def _open(found: BalanceRow, *, by: str, now: datetime) -> Outcome:
    account = Account.objects.lock(found.account)
    standing = account.ledger_entries.filter(kind=LedgerEntry.Kind.OPENING).first()
    if standing is not None:
        return _compare(found, standing)
    if not found.owed:
        raise RowReported(gettext_noop("Nothing was owed or prepaid: there is no balance."))
    try:
        open_balance(
            account,
            owed=found.owed,
            currency=found.currency,
            source=found.source,
            by=by,
            now=now,
            on=found.as_of,
        )
    except PaymentRefused as error:
        field = "owed" if error.field == "amount" else error.field
        raise RowFailed.because(error, field=field) from error
    return Outcome.CREATED


def _compare(found: BalanceRow, standing: LedgerEntry) -> Outcome:
    """Tell whether the row says what stands already; raises `RowReported` when it does not."""
    said = (found.owed, found.currency, found.as_of, found.source)
    opened = standing.debit - standing.credit
    if said == (opened, standing.currency, standing.on, standing.description):
        return Outcome.UNCHANGED
    raise RowReported(
        gettext_noop(
            "The account was opened with %(owed)s on %(day)s already, which stays: adjust its"
            " credits if that is wrong."
        ),
        owed=amount_text(opened, standing.currency),
        day=standing.on.isoformat(),
    )


def _key(row: Row) -> str:
    value = row.value.get("account_number") if isinstance(row.value, dict) else None
    return value if isinstance(value, str) else ""
