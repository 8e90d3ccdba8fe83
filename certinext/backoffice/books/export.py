"""Books as CSV and as workbooks, row by row: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from billing.exports.kinds import Tick, counted, silent
from billing.models import Seller
from billing.money import decimals_of
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.sheets import MONEY, Column, Row, Sheet
from certinext.web.spreadsheets import SHEET_ROWS, clean_cell, csv_stream, file_of

LONGEST_TITLE = 31


def csv_lines(
    sheet: Sheet, period: Period, seller: Seller, *, tick: Tick = silent
) -> Iterator[bytes]:
    """Yield one sheet as CSV in UTF-8: ISO dates, plain amounts."""
    head = [str(column.label) for column in sheet.columns]
    yield from csv_stream(chain([head], counted(_rows(sheet, period, seller), tick)))


def workbook(
    sheets: Sequence[Sheet], period: Period, seller: Seller, *, tick: Tick = silent
) -> IO[bytes]:
    """Return an XLSX file of all sheets, open at its start; closing it removes it."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _fill(book, sheet, counted(_rows(sheet, period, seller), tick))
    return file_of(book)


def _rows(sheet: Sheet, period: Period, seller: Seller) -> Iterator[list[Any]]:
    for row in sheet.stream(period, seller):
        yield [_rounded(column, row, seller) for column in sheet.columns]


def _rounded(column: Column, row: Row, seller: Seller) -> Any:
    """Return a cell; money has its currency's decimals, which never cuts anything off."""
    value = column.of(row)
    if column.kind == MONEY and isinstance(value, Decimal):
        digits = decimals_of(row.get("currency") or seller.currency)
        return value.quantize(Decimal(1).scaleb(-digits))
    return value


def _fill(book: Workbook, sheet: Sheet, rows: Iterator[list[Any]]) -> None:
    written: Any = None
    for number, row in enumerate(rows):
        if number % SHEET_ROWS == 0:
            written = _begin(book, sheet, part=number // SHEET_ROWS)
        written.append([_cell(written, cell) for cell in row])
    if written is None:
        _begin(book, sheet, part=0)


def _begin(book: Workbook, sheet: Sheet, *, part: int) -> Any:
    title = str(sheet.title) if not part else f"{sheet.title} {part + 1}"
    begun = book.create_sheet(title[:LONGEST_TITLE])
    begun.freeze_panes = "A2"
    begun.append([_cell(begun, str(column.label)) for column in sheet.columns])
    return begun


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            digits = -exponent if isinstance(exponent, int) else 0
            cell.number_format = f"0.{'0' * digits}" if digits > 0 else "0"
        return cell
    cell = WriteOnlyCell(sheet, clean_cell(value))
    cell.data_type = "s"
    return cell
