"""Which report a file is: people choose the wrong kind, and 70 rows need not say so."""

from __future__ import annotations

from collections.abc import Sequence

from billing.importing.errors import BrokenFile
from billing.importing.reading import Row
from billing.models import ImportRun
from billing.sentences import gettext_noop

Kind = ImportRun.Kind

# Fields of which every usable row has some, and that no other kind of report has.
_FIELDS: dict[str, tuple[str, ...]] = {
    Kind.ORDERS: ("requestNumber", "orderNumber", "orderStatus", "orderDate"),
    Kind.PRODUCTS: ("currencyType", "categoryID", "products", "product"),
    Kind.GROUPS: ("groupName", "isDefaultGroup"),
    Kind.USAGE: ("idempotency_key", "meter", "quantity", "occurred_at"),
    Kind.BALANCES: ("owed", "as_of"),
    Kind.LEDGER: ("transactionDate", "transactionType", "debit", "credit", "balance"),
}


def refuse_other_kind(kind: str, rows: Sequence[Row]) -> None:
    """Raise `BrokenFile` when no row has anything of its kind: then the file is another report.

    Rows that are no objects, or empty ones, are left to be refused one by one.
    """
    names = [_names(row.value) for row in rows]
    if not all(names) or any(found.intersection(_FIELDS[kind]) for found in names):
        return
    refuse_names(names[0], kind=kind)
    raise BrokenFile(
        gettext_noop("No row has any of %(fields)s: the file is no report of the kind “%(kind)s”."),
        fields=", ".join(_FIELDS[kind]),
        kind=Kind(kind).label,
    )


def refuse_names(names: set[str], *, kind: str) -> None:
    """Raise `BrokenFile` when these fields are those of another kind of report."""
    for other, fields in _FIELDS.items():
        if other != kind and names.intersection(fields):
            raise _other_kind(other, kind)


def refuse_lists(names: set[str], *, kind: str) -> None:
    """Raise `BrokenFile` when the file's list has the name of another kind of report."""
    for other in Kind.values:
        if other != kind and other in names:
            raise _other_kind(other, kind)


def _other_kind(other: str, kind: str) -> BrokenFile:
    return BrokenFile(
        gettext_noop("This looks like “%(other)s” and not like “%(kind)s”: choose that kind."),
        other=Kind(other).label,
        kind=Kind(kind).label,
    )


def _names(value: object) -> set[str]:
    """Return the names of what a row says something about."""
    if not isinstance(value, dict):
        return set()
    return {name for name, content in value.items() if content not in (None, "")}
