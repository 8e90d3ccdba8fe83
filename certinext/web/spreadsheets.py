"""Tables for spreadsheets, as CSV and as workbooks, row by row: memory does not grow with them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# Spreadsheets run a text that begins with one of these, also behind a tab or a line end.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Begins a CSV: Windows' spreadsheets take a file for UTF-8 only when it says so.
BOM = "\ufeff".encode()
# A sheet has 1,048,576 rows; what is over goes on in another one.
SHEET_ROWS = 1_000_000
# A file smaller than this stays in memory.
_IN_MEMORY = 1024 * 1024


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula (CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def clean_cell(text: str) -> str:
    """Return text as a workbook can hold it: neutral, without characters that XML forbids."""
    cleaned: str = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", neutral(text))
    return cleaned


def csv_stream(rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield rows as CSV in UTF-8: ISO dates, plain amounts, neutral texts."""
    line = _Line()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
        yield line.last.encode()


def file_of(workbook: Workbook) -> IO[bytes]:
    """Return a write-only workbook as a file, open at its start; closing it removes it."""
    file = _temporary()
    workbook.save(file)
    file.seek(0)
    return file


def file_of_chunks(chunks: Iterable[bytes]) -> IO[bytes]:
    """Return what comes in pieces as a file, open at its start; closing it removes it."""
    file = _temporary()
    for chunk in chunks:
        file.write(chunk)
    file.seek(0)
    return file


def _temporary() -> IO[bytes]:
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    return file


class _Line:
    """What `csv` writes to: it keeps the last line only."""

    last = ""

    def write(self, line: str) -> int:
        self.last = line
        return len(line)


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else neutral(value) if isinstance(value, str) else str(value)
