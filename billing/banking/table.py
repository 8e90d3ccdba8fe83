"""A bank's CSV: one line an entry, columns named in the first line, in any order.

`reference`, `booked_on` (2026-10-08), `amount` (1250.50; below zero it went out) and `currency`
must be there; `valued_on`, `debtor`, `debtor_account`, `remittance` and `account` (our own) may.
Separated by comma, semicolon or tab; UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from billing.banking.entries import (
    LONGEST_REFERENCE,
    NO_REFERENCE,
    SKIPPED,
    Incoming,
    Problem,
    Skipped,
    one_line,
    read_day,
    read_money,
    refused,
)
from billing.importing.errors import BrokenFile
from billing.importing.reading import Source
from billing.sentences import gettext_noop

REQUIRED = ("reference", "booked_on", "amount", "currency")
OPTIONAL = ("valued_on", "debtor", "debtor_account", "remittance", "account")
LONGEST_LINE = 20_000


def csv_entries(file: BinaryIO) -> Iterator[Incoming | Skipped]:
    """Yield what came in, and a mark for what went out. Raises `BrokenFile` naming the line."""
    # What is no UTF-8 passes as surrogates, so that the line it stands in can be named.
    text = io.TextIOWrapper(
        io.BufferedReader(Source(file)), encoding="utf-8", errors="surrogateescape", newline=""
    )
    lines = _lines(text)
    heading = next(lines, "")
    names = _names(heading)
    reader = csv.DictReader(lines, names, delimiter=_delimiter(heading), strict=True)
    # The heading is line 1; the reader counts from the line below it.
    number = 1
    try:
        for row in reader:
            number = reader.line_num + 1
            yield _entry(row, number)
    except csv.Error as error:
        raise BrokenFile(
            gettext_noop(
                "The file is no CSV any more from line %(line)s on: look for a quotation mark that"
                " is not closed."
            ),
            line=number + 1,
        ) from error


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines, none longer than an entry can be."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise BrokenFile(
                gettext_noop("Line %(line)s is longer than any entry: is it CSV or CAMT.053?"),
                line=number,
            )
        try:
            line.encode()
        except UnicodeEncodeError as error:
            raise BrokenFile(
                gettext_noop("Line %(line)s is no UTF-8: save the file as UTF-8."), line=number
            ) from error
        if "\0" in line:
            # PostgreSQL stores none in a text, and what stood there nobody can tell.
            raise BrokenFile(
                gettext_noop(
                    "Line %(line)s has a NUL byte in it: save the file as CSV in UTF-8 again."
                ),
                line=number,
            )
        yield line


def _names(heading: str) -> list[str]:
    names = [
        name.strip().lower()
        for row in csv.reader([heading], delimiter=_delimiter(heading))
        for name in row
    ]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BrokenFile(
            gettext_noop(
                "The file is neither CAMT.053 nor CSV with the columns %(columns)s in its first"
                " line; %(missing)s is missing."
            ),
            columns=", ".join(REQUIRED),
            missing=", ".join(missing),
        )
    return names


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)


def _entry(row: dict[str, str | None], line: int) -> Incoming | Skipped:
    if None in row or None in row.values():
        problem = Problem(gettext_noop("It has more or fewer columns than the first line names."))
        raise refused(line, "columns", problem)
    fields = {name: (value or "").strip() for name, value in row.items()}
    name = ""
    try:
        name = "amount"
        amount = read_money(fields[name], fields["currency"])
        if amount < 0:
            return SKIPPED
        if not amount:
            raise Problem(gettext_noop("An entry's amount is not zero."))
        name = "reference"
        if fields[name] in NO_REFERENCE or len(fields[name]) > LONGEST_REFERENCE:
            raise Problem(gettext_noop("The bank's reference is needed, of at most 100 letters."))
        name = "booked_on"
        booked_on = read_day(fields[name])
        name = "valued_on"
        valued_on = read_day(fields[name]) if fields.get(name) else None
    except Problem as error:
        raise refused(line, name, error) from error
    remittance = one_line(fields.get("remittance", ""), at_most=1000)
    return Incoming(
        place=line,
        bank_account=one_line(fields.get("account", ""), at_most=40),
        bank_reference=one_line(fields["reference"], at_most=LONGEST_REFERENCE),
        booked_on=booked_on,
        valued_on=valued_on,
        amount=amount,
        currency=fields["currency"],
        debtor=one_line(fields.get("debtor", ""), at_most=140),
        debtor_account=one_line(fields.get("debtor_account", ""), at_most=40),
        remittance=remittance,
        text=remittance,
    )
