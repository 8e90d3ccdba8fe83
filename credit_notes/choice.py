"""What of an invoice is credited: all that is left, one order's lines, or parts of single lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from billing.models import Document, DocumentLine
from billing.sentences import gettext_noop
from credit_notes.errors import CannotCredit, NothingLeftToCredit
from credit_notes.left import LeftOfLine, LineCredit, Part, left_of


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An order's number, or parts of lines; with neither, everything that is left."""

    order_number: str = ""
    parts: Sequence[Part] | None = None


def chosen(invoice: Document, choice: Choice) -> list[LineCredit]:
    """Return what a note over this choice takes back, in the order of the invoice's lines.

    A constant number of queries. Raises `CannotCredit` and its kinds.
    """
    lines = (
        DocumentLine.objects.filter(document=invoice).select_related("charge").order_by("position")
    )
    if choice.parts is not None:
        return _parts(invoice, lines, choice.parts)
    if choice.order_number:
        return _order(invoice, lines, choice.order_number)
    credits = _rest(_left(invoice, lines))
    if not credits:
        raise NothingLeftToCredit(
            gettext_noop("Nothing is left to credit on invoice %(number)s."), number=invoice.number
        )
    return credits


def _order(invoice: Document, lines: QuerySet[DocumentLine], order_number: str) -> list[LineCredit]:
    found = _left(invoice, lines.filter(order_number=order_number))
    if not found:
        raise CannotCredit(
            gettext_noop("Invoice %(number)s has no line of order %(order)s."),
            field="order_number",
            number=invoice.number,
            order=order_number,
        )
    credits = _rest(found)
    if not credits:
        raise NothingLeftToCredit(
            gettext_noop("Nothing is left to credit of order %(order)s on invoice %(number)s."),
            field="order_number",
            number=invoice.number,
            order=order_number,
        )
    return credits


def _parts(
    invoice: Document, lines: QuerySet[DocumentLine], parts: Sequence[Part]
) -> list[LineCredit]:
    if not parts:
        raise CannotCredit(gettext_noop("Choose what to credit: no line is chosen."))
    counted = Counter(part.position for part in parts)
    found = {
        left.line.position: left
        for left in _left(invoice, lines.filter(position__in=list(counted)))
    }
    for position, times in counted.items():
        if times > 1 or position not in found:
            raise CannotCredit(
                gettext_noop("Line %(position)s: choose a line of the invoice, each once."),
                position=position,
            )
    return [found[part.position].credit(part) for part in sorted(parts, key=_position)]


def _left(invoice: Document, lines: QuerySet[DocumentLine]) -> list[LeftOfLine]:
    found = left_of(lines)
    for left in found:
        left.line.document = invoice
    return found


def _rest(lines: Sequence[LeftOfLine]) -> list[LineCredit]:
    return [left.rest() for left in lines if left.net]


def _position(part: Part) -> int:
    return part.position
