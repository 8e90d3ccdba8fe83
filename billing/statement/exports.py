"""A statement as CSV and as a workbook, row by row: memory does not grow with the statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from billing.exports.kinds import Tick, counted, silent
from billing.money import decimals_of, round_money
from billing.statement.ageing import Ageing
from billing.statement.read import Statement
from billing.statement.words import ageing_lines, text_of
from certinext.web.spreadsheets import BOM, SHEET_ROWS, clean_cell, csv_stream, file_of

Cell = date | Decimal | str
_WIDTHS = (12, 52, 20, 15, 16, 16, 16, 16, 10)


def csv_lines(
    statement: Statement, ageing: Ageing, *, language: str, tick: Tick = silent
) -> Iterator[bytes]:
    """Yield the statement as CSV in UTF-8: ISO dates, plain amounts, words in `language`.

    Below it stands the ageing, in the same columns.
    """
    with translation.override(language):
        yield BOM
        yield from csv_stream(counted(_table(statement), tick))
        yield from csv_stream(_ageing_rows(ageing))


def workbook_file(
    statement: Statement, ageing: Ageing, *, language: str, tick: Tick = silent
) -> IO[bytes]:
    """Return the statement as an XLSX file, open at its start: days and amounts are numbers.

    The ageing has a sheet of its own. Written row by row to disk; closing the file removes it.
    """
    workbook = Workbook(write_only=True)
    with translation.override(language):
        for number, row in enumerate(counted(_table(statement), tick)):
            if number % SHEET_ROWS == 0:
                sheet = _Sheet(workbook, statement.currency, title=_("Statement"))
            sheet.append(row)
        sheet = _Sheet(workbook, statement.currency, title=_("Ageing"))
        for row in (_heads(), *_ageing_rows(ageing)):
            sheet.append(row)
    return file_of(workbook)


def _table(statement: Statement) -> Iterator[Sequence[Cell]]:
    """Yield the head, the opening balance, the entries, and the closing balance that they lead to.

    The last line is the sum of the lines above it, whatever is posted meanwhile.
    """
    currency = statement.currency
    yield _heads()
    opening = round_money(statement.opening, currency)
    first, last = statement.span.first, statement.span.last
    yield (first, _("Opening balance"), "", "", "", "", "", opening, currency)
    debit = credit = round_money(Decimal(0), currency)
    for row in statement.stream():
        debit, credit = debit + row.debit, credit + row.credit
        yield (
            row.on,
            text_of(row),
            row.document_number or "",
            row.order_number,
            row.type_label,
            _side(row.debit, currency),
            _side(row.credit, currency),
            round_money(row.balance, currency),
            currency,
        )
    sides = (round_money(debit, currency), round_money(credit, currency))
    closing = round_money(statement.opening + debit - credit, currency)
    yield (last, _("Closing balance"), "", "", "", *sides, closing, currency)


def _heads() -> Sequence[Cell]:
    return (
        _("Date"),
        _("Description"),
        _("Document"),
        _("Order number"),
        _("Type"),
        _("Debit"),
        _("Credit"),
        _("Balance"),
        _("Currency"),
    )


def _ageing_rows(ageing: Ageing) -> Iterator[Sequence[Cell]]:
    """Yield what was open at the end of the day that the ageing is of, by days past due."""
    currency = ageing.currency
    for label, amount in ageing_lines(ageing):
        shown = round_money(amount, currency)
        yield (ageing.on, label, "", "", _("Ageing"), "", "", shown, currency)


def _side(amount: Decimal, currency: str) -> Cell:
    return round_money(amount, currency) if amount else ""


class _Sheet:
    """One sheet. Its cells are used for each row anew: to style a million of them takes minutes."""

    def __init__(self, workbook: Workbook, currency: str, *, title: str) -> None:
        self._sheet: Any = workbook.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        for position, width in enumerate(_WIDTHS, 1):
            self._sheet.column_dimensions[get_column_letter(position)].width = width
        decimals = decimals_of(currency)
        amounts = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
        self._day = self._styled("yyyy-mm-dd")
        self._amounts = [self._styled(amounts) for _width in _WIDTHS]

    def append(self, row: Sequence[Cell]) -> None:
        """Write a row."""
        self._sheet.append([self._cell(at, value) for at, value in enumerate(row)])

    def _cell(self, at: int, value: Cell) -> Any:
        if isinstance(value, str):
            # Clean text begins with no "=": it is never taken for a formula.
            return clean_cell(value) or None
        cell = self._amounts[at] if isinstance(value, Decimal) else self._day
        cell.value = value
        return cell

    def _styled(self, number_format: str) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = number_format
        return cell
