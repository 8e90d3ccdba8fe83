"""What a report is: sheets of typed columns over rows that the database streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.utils.functional import Promise

from billing.models import Document, LedgerAccount, Seller
from certinext.backoffice.books.periods import Period

# Rows fetched at once through the server-side cursor.
CHUNK = 2000
AMOUNT: DecimalField[Any, Decimal] = DecimalField(max_digits=18, decimal_places=3)
TEXT, CODE, DAY, MONEY = "text", "code", "day", "money"
NUMBER, PERCENT = "number", "percent"
ALWAYS, WIDE, FILES = "", "wide", "files"
Row = Mapping[str, Any]
# A query of `values()`, or a short list of rows: the stubs know no annotated columns.
Rows = Any


@dataclass(frozen=True)
class Column:
    """One column: `key` finds its value in a row, `shown` turns that into what is written.

    Money has the decimals of the row's `currency`, or of the seller's where it has none.
    """

    key: str
    label: str | Promise
    kind: str = TEXT
    shown: Callable[[Any], Any] | None = None
    total: bool = False
    # Where a page shows it: ALWAYS, WIDE (not on a phone), or only in FILES.
    at: str = "wide"

    def of(self, row: Row) -> Any:
        """Return what the cell says."""
        value = row.get(self.key, "")
        return self.shown(value) if self.shown is not None else value


@dataclass(frozen=True)
class Sheet:
    """One table of a report. `rows` answers a query of `values()`, or a short list of rows."""

    name: str
    title: str | Promise
    columns: Sequence[Column]
    rows: Callable[[Period, Seller], Rows]

    def stream(self, period: Period, seller: Seller) -> Iterable[Row]:
        """Return the rows through a server-side cursor: memory does not grow with them."""
        rows = self.rows(period, seller)
        return rows.iterator(CHUNK) if isinstance(rows, QuerySet) else rows

    @property
    def on_page(self) -> list[Column]:
        """The columns that a page has room for; files have all of them."""
        return [column for column in self.columns if column.at != FILES]

    def totals(self, rows: Rows, *, seller: Seller) -> dict[str, dict[str, Decimal]]:
        """Return the sums of the columns that have one, by currency: one query, or none."""
        keys = [column.key for column in self.columns if column.total]
        if not keys:
            return {}
        if not isinstance(rows, QuerySet):
            return _added(rows, keys, seller)
        has_currency = any(column.key == "currency" for column in self.columns)
        currencies = currencies_in_use(seller) if has_currency else [seller.currency]
        wanted: dict[str, Any] = {
            f"{key}_in_{currency}": Sum(key, filter=Q(currency=currency))
            if has_currency
            else Sum(key)
            for currency in currencies
            for key in keys
        }
        sums = rows.order_by().aggregate(**wanted)
        found = {
            currency: {key: sums[f"{key}_in_{currency}"] or Decimal(0) for key in keys}
            for currency in currencies
        }
        return {currency: sums for currency, sums in found.items() if any(sums.values())}


@dataclass(frozen=True)
class Report:
    """A report by its name in addresses; `proves` tells what the ledger says beside its totals."""

    name: str
    title: str | Promise
    note: str | Promise
    sheets: Callable[[Seller], Sequence[Sheet]]
    country: str = ""
    notice: Callable[[Period, Seller], str] | None = None
    is_proved: bool = False

    def fits(self, seller: Seller) -> bool:
        """Whether a seller files this: India's returns in India, the EU's elsewhere."""
        home = "IN" if seller.country == "IN" else "EU"
        return not self.country or self.country == home


def currencies_in_use(seller: Seller) -> list[str]:
    """Return the currencies that anything was ever booked in, the seller's first."""
    found = LedgerAccount.objects.filter(account__isnull=True).values_list("currency", flat=True)
    return sorted({*found, seller.currency}, key=lambda code: (code != seller.currency, code))


def signed(field: str, *, kind: str = "kind") -> Any:
    """Return an amount that a credit note takes back: negative on one."""
    sign = Case(
        When(**{kind: Document.Kind.CREDIT_NOTE}, then=Value(Decimal(-1))),
        default=Value(Decimal(1)),
        output_field=AMOUNT,
    )
    return F(field) * sign


def _added(
    rows: Sequence[Row], keys: Sequence[str], seller: Seller
) -> dict[str, dict[str, Decimal]]:
    sums: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        mine = sums.setdefault(
            row.get("currency", seller.currency), dict.fromkeys(keys, Decimal(0))
        )
        for key in keys:
            mine[key] += row[key] or 0
    return sums
