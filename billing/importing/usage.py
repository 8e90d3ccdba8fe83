"""Importing metered usage, as CSV or JSON, with an idempotency key per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from django.db.models import Prefetch

from billing.importing.errors import RowFailed, RowReported
from billing.importing.fields import Fields
from billing.importing.reading import Row, rows_of
from billing.importing.record import ImportRecord, Outcome, Progress
from billing.models import ImportRun, PlanMeter, Seller, Subscription, UsageRecord
from billing.models.fields import UNIT_PRICE_LIMIT
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.sentences import gettext_noop

COLUMNS = ("idempotency_key", "account_number", "meter", "quantity", "occurred_at")
# {(account number, meter's code): the subscriptions that count it}
Subscriptions = dict[tuple[str, str], list[tuple[Subscription, PlanMeter]]]


@dataclass(frozen=True, kw_only=True)
class UsageRow:
    """A row of the file: so many units of a meter at a moment."""

    number: int
    idempotency_key: str
    account_number: str
    meter: str
    quantity: Decimal
    occurred_at: datetime
    occurred_on: date


def import_usage(
    *,
    file: BinaryIO,
    imported_by: str,
    file_name: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Record the usage of a file; a row counts once, however often its key is sent.

    The same key with other content is reported and changes nothing. Times without a zone are the
    seller's clock, whose calendar also decides the day.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.USAGE, file_name=file_name, imported_by=imported_by, progress=progress
    )
    work = _Usage(record, current_seller())
    rows = rows_of(file, lists=("usage", "content"), columns=COLUMNS)
    return record.work_through(rows, work.write)


class _Usage:
    """Writes the rows of one file."""

    def __init__(self, record: ImportRecord, seller: Seller) -> None:
        self.record = record
        self.zone = seller.zone

    def write(self, rows: list[Row]) -> None:
        """Write a batch; a bounded number of queries however many rows it has."""
        good: list[UsageRow] = []
        for row in rows:
            try:
                good.append(self._read(row))
            except RowFailed as error:
                self.record.refuse(row.number, _key(row), error)
        subscriptions = _subscriptions({row.account_number for row in good})
        wanted: dict[int, UsageRecord] = {}
        for found in good:
            try:
                wanted[found.number] = _usage_record(found, subscriptions)
            except RowFailed as error:
                self.record.refuse(found.number, found.idempotency_key, error)
        created = _insert(wanted.values())
        standing = _standing(wanted.values())
        for number, usage in wanted.items():
            self._note(number, usage, standing[usage.idempotency_key], created)

    def _read(self, row: Row) -> UsageRow:
        fields = Fields(row.value)
        quantity = fields.amount("quantity")
        if not 0 <= quantity <= UNIT_PRICE_LIMIT:
            raise RowFailed(
                gettext_noop("A quantity is between 0 and %(limit)s."),
                field="quantity",
                limit=UNIT_PRICE_LIMIT,
            )
        occurred_at = fields.moment("occurred_at", self.zone)
        return UsageRow(
            number=row.number,
            idempotency_key=fields.label("idempotency_key", at_most=100, required=True),
            account_number=fields.ten_digits("account_number", required=True),
            meter=fields.text("meter", at_most=40, required=True),
            quantity=quantity,
            occurred_at=occurred_at,
            occurred_on=local_date(occurred_at, self.zone),
        )

    def _note(
        self, number: int, usage: UsageRecord, standing: UsageRecord, created: set[str]
    ) -> None:
        key = usage.idempotency_key
        if _content(usage) == _content(standing):
            self.record.note(number, key, Outcome.CREATED if key in created else Outcome.UNCHANGED)
            created.discard(key)
        else:
            error = RowReported(
                gettext_noop(
                    "This key was sent before with other content: %(quantity)s units at %(moment)s."
                    " Send what is new under a key of its own."
                ),
                quantity=f"{standing.quantity.normalize():f}",
                moment=standing.occurred_at.astimezone(self.zone).isoformat(sep=" "),
            )
            self.record.refuse(number, key, error)


def _subscriptions(account_numbers: set[str]) -> Subscriptions:
    """Return the accounts' subscriptions by account and meter."""
    found: Subscriptions = defaultdict(list)
    for subscription in (
        Subscription.objects.filter(account__account_number__in=account_numbers)
        .select_related("account", "plan")
        .prefetch_related(Prefetch("plan__meters"))
    ):
        for meter in subscription.plan.meters.all():
            found[subscription.account.account_number, meter.code].append((subscription, meter))
    return found


def _usage_record(row: UsageRow, subscriptions: Subscriptions) -> UsageRecord:
    day = row.occurred_on
    running = [
        (subscription, meter)
        for subscription, meter in subscriptions.get((row.account_number, row.meter), [])
        if subscription.starts_on <= day
        and (subscription.ends_on is None or day < subscription.ends_on)
    ]
    if len(running) != 1:
        raise _no_subscription(row, found=len(running))
    subscription, meter = running[0]
    return UsageRecord(
        idempotency_key=row.idempotency_key,
        subscription=subscription,
        meter=meter,
        quantity=row.quantity,
        occurred_at=row.occurred_at,
        occurred_on=day,
    )


def _no_subscription(row: UsageRow, *, found: int) -> RowFailed:
    if found:
        message = gettext_noop(
            "Account %(account)s has %(count)s subscriptions that count %(meter)s on %(date)s: end"
            " all but one."
        )
    else:
        message = gettext_noop(
            "Account %(account)s has no subscription that counts %(meter)s on %(date)s: give it"
            " one, or correct the row."
        )
    return RowFailed(
        message,
        account=row.account_number,
        meter=row.meter,
        date=row.occurred_on.isoformat(),
        count=found,
    )


def _insert(records: Iterable[UsageRecord]) -> set[str]:
    """Insert what has a new key; return the keys that are new."""
    first: dict[str, UsageRecord] = {}
    for usage in records:
        first.setdefault(usage.idempotency_key, usage)
    known = set(
        UsageRecord.objects.filter(idempotency_key__in=first).values_list(
            "idempotency_key", flat=True
        )
    )
    # Another import may be sending the same keys now: the first one counts.
    UsageRecord.objects.bulk_create(
        [usage for key, usage in first.items() if key not in known], ignore_conflicts=True
    )
    return set(first) - known


def _standing(records: Iterable[UsageRecord]) -> dict[str, UsageRecord]:
    keys = {usage.idempotency_key for usage in records}
    return {
        usage.idempotency_key: usage
        for usage in UsageRecord.objects.filter(idempotency_key__in=keys)
    }


def _content(usage: UsageRecord) -> tuple[object, ...]:
    """Return what two records of one key must agree in."""
    return (usage.subscription_id, usage.meter_id, usage.quantity, usage.occurred_at)


def _key(row: Row) -> str:
    """Name a row that cannot be used, as far as it can be named."""
    value = row.value.get("idempotency_key") if isinstance(row.value, dict) else None
    return value if isinstance(value, str) else ""
