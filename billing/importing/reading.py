"""Reading a report row by row, without ever holding the whole file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import ijson

from billing.importing.errors import BrokenFile
from billing.sentences import gettext_noop

BATCH_SIZE = 200
_BOM = b"\xef\xbb\xbf"
_POSITION = re.compile(r" at ([0-9]+)$")
# The C parser is faster and crashes the process on a number of 5,000 digits; this one also says
# where a file breaks. It reads 10,000 orders in less than a second.
_json = ijson.get_backend("python")
_CHUNK = 8192
# What the parser tells: what (`start_map`, `string`, …) and its value; then also where.
Mark = tuple[str, Any]
Event = tuple[str, str, Any]
_STEPS = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_DEEPEST = 32


# How files break: before their first row, and after some that are imported.
_NO_UTF8 = (
    gettext_noop("The file is no UTF-8 any more after row %(row)s: nothing was imported."),
    gettext_noop("The file is no UTF-8 any more after row %(row)s: what came before was imported."),
)
_NESTED = (
    gettext_noop("The file is nested too deeply after row %(row)s: nothing was imported."),
    gettext_noop("The file is nested too deeply after row %(row)s: what came before was imported."),
)
_CUT = (
    gettext_noop(
        "The file ends in the middle, after row %(row)s: nothing was imported. Download the report"
        " again."
    ),
    gettext_noop(
        "The file ends in the middle, after row %(row)s: what came before was imported. Download"
        " the report again."
    ),
)
_NO_JSON = (
    gettext_noop("The file is no JSON any more after row %(row)s: nothing was imported."),
    gettext_noop("The file is no JSON any more after row %(row)s: what came before was imported."),
)
_NO_JSON_AT = (
    gettext_noop(
        "The file is no JSON any more at character %(position)s, after row %(row)s: nothing was"
        " imported."
    ),
    gettext_noop(
        "The file is no JSON any more at character %(position)s, after row %(row)s: what came"
        " before was imported."
    ),
)
_NO_CSV = (
    gettext_noop("The file is no CSV in UTF-8 any more after row %(row)s: nothing was imported."),
    gettext_noop(
        "The file is no CSV in UTF-8 any more after row %(row)s: what came before was imported."
    ),
)


class MissingList(BrokenFile):
    """The file has no rows where they should stand; `seen` are the names that it has instead."""

    def __init__(self, message: str, *, name: str, seen: set[str]) -> None:
        self.seen = seen
        super().__init__(message, name=name)


class _TooDeep(ijson.JSONError):
    """Brackets within brackets within brackets, more than any report has."""


@dataclass(frozen=True)
class Row:
    """A row of the file, counted from 1, as JSON values."""

    number: int
    value: object


class Source(io.RawIOBase):
    """A binary file from its present place on, without a byte order mark.

    A pipe can be read too: nothing is asked of the file but `read`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead = file.read(len(_BOM)).removeprefix(_BOM)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes; return how many there were."""
        data = self._ahead or self._file.read(len(buffer))
        self._ahead = data[len(buffer) :]
        data = data[: len(buffer)]
        buffer[: len(data)] = data
        return len(data)

    def first_mark(self) -> bytes:
        """Return the first byte that is not blank, without taking it; nothing in an empty file."""
        while not self._ahead.strip():
            more = self._file.read(64)
            if not more:
                break
            self._ahead = more
        return self._ahead.strip()[:1]


def rows_of(file: BinaryIO, *, lists: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a JSON or a CSV file, whichever it is; CSV must have these columns.

    Raises `BrokenFile` as `json_rows` does.
    """
    source = Source(file)
    if source.first_mark() in {b"{", b"["}:
        return _json_rows(source, lists)
    return _csv_rows(source, columns)


def json_rows(file: BinaryIO, *, lists: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a page such as `{"content": [...]}`, or of a bare list.

    `lists` are the names under which the rows may stand. Raises `BrokenFile`, after the rows that
    came before, with the place of the break; and when there is no list at all.
    """
    return _json_rows(Source(file), lists)


def in_batches(rows: Iterable[Row], size: int = BATCH_SIZE) -> Iterator[list[Row]]:
    """Yield rows in lists; what was read before a break comes before the break is raised."""
    batch: list[Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
    except BrokenFile:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _json_rows(source: Source, lists: tuple[str, ...]) -> Iterator[Row]:
    number = 0
    try:
        marks = _shallow(_json.basic_parse(source, buf_size=_CHUNK))
        events = iter(_json.parse(marks))
        prefix = _find_list(events, lists)
        for value in _json.items(events, prefix):
            number += 1
            yield Row(number, value)
    except BrokenFile:
        raise
    # Besides its own errors the parser lets Python's out, for escapes and characters.
    except (ijson.JSONError, ValueError) as error:
        raise _broken_json(error, number) from error


def _shallow(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Pass the parser's marks on; its paths take quadratic time in brackets within brackets."""
    depth = 0
    for mark in marks:
        depth += _STEPS.get(mark[0], 0)
        if depth > _DEEPEST:
            raise _TooDeep
        yield mark


def _find_list(events: Iterator[Event], lists: tuple[str, ...]) -> str:
    """Read up to the start of the rows; return the parser's name for them."""
    seen: set[str] = set()
    for path, event, value in events:
        if event == "start_array" and path in {"", *lists}:
            return f"{path}.item" if path else "item"
        if event == "map_key" and not path:
            seen.add(value)
    raise MissingList(
        gettext_noop("The file holds no list “%(name)s”: is it the right report?"),
        name=lists[0],
        seen=seen,
    )


def _broken_json(error: Exception, rows: int) -> BrokenFile:
    if error.args and isinstance(error.args[0], UnicodeDecodeError):
        return _broken(_NO_UTF8, rows)
    if isinstance(error, _TooDeep):
        return _broken(_NESTED, rows)
    if isinstance(error, ijson.IncompleteJSONError):
        return _broken(_CUT, rows)
    position = _POSITION.search(str(error))
    if position is None:
        return _broken(_NO_JSON, rows)
    return _broken(_NO_JSON_AT, rows, position=int(position[1]) + 1)


def _broken(sentences: tuple[str, str], rows: int, **params: object) -> BrokenFile:
    """Say where a file breaks; the first sentence is for one that breaks before any row."""
    return BrokenFile(sentences[bool(rows)], row=rows, **params)


def _csv_rows(source: Source, columns: tuple[str, ...]) -> Iterator[Row]:
    number = 0
    text = io.TextIOWrapper(io.BufferedReader(source), encoding="utf-8", newline="")
    try:
        heading = text.readline()
        names = _names(heading, columns)
        reader = csv.DictReader(text, fieldnames=names, delimiter=_delimiter(heading), strict=True)
        for value in reader:
            number += 1
            yield Row(number, value)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _broken(_NO_CSV, number) from error


def _names(heading: str, columns: tuple[str, ...]) -> list[str]:
    names = [
        name.strip() for row in csv.reader([heading], delimiter=_delimiter(heading)) for name in row
    ]
    missing = [column for column in columns if column not in names]
    if missing:
        raise BrokenFile(
            gettext_noop(
                "The first line must name the columns %(columns)s; %(missing)s is missing."
            ),
            columns=", ".join(columns),
            missing=", ".join(missing),
        )
    return names


def _delimiter(heading: str) -> str:
    """Return the mark that parts the columns: spreadsheets in half of Europe write semicolons."""
    return max(",;\t", key=heading.count)
