"""The formats of document numbers.

CGST Rule 46(b): at most 16 characters of letters, digits, ``-`` and ``/``, unique in a financial
year. The e-invoice portal also refuses a number that starts with ``0``, ``-`` or ``/``. Sellers
elsewhere get the same rule: it hurts nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from billing.sentences import SentenceError, gettext_noop

LONGEST_NUMBER = 16
# A counter that fills up stops billing until somebody chooses another format.
FEWEST_DIGITS = 4
# The longest label that `FinancialYear.label` gives, "26-27".
_LONGEST_LABEL = 5
_KNOWN_PLACES = 2
_PLACES = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r"\{number:([1-9][0-9]?)\}")
_ALLOWED = re.compile(r"[A-Za-z0-9/-]*")
_BAD_START = ("0", "-", "/")


class InvalidNumberFormat(SentenceError):
    """The format could give a number that the law or the database would refuse."""


class NumbersClash(SentenceError):
    """Two series could give the same number, or numbers that nobody could tell apart."""


class SeriesExhausted(SentenceError):
    """The counter has outgrown the format's digits for this financial year."""


@dataclass(frozen=True)
class NumberFormat:
    """A series' format such as ``INV/{fy}/{number:6}``; build it with `parse`.

    ``before_year`` and ``after_year`` stand around the financial year's label; the counter,
    padded with zeros to ``width`` digits, always comes last.
    """

    before_year: str
    after_year: str
    width: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a format and refuse any that could break the rule, with `InvalidNumberFormat`."""
        _check_places(text)
        head, _, tail = text.partition("{fy}")
        number = _NUMBER.search(tail)
        if number is None or number.end() != len(tail):
            raise InvalidNumberFormat(
                gettext_noop("Put {number:6} last, after {fy}, such as INV/{fy}/{number:6}.")
            )
        result = cls(head, tail[: number.start()], int(number[1]))
        result._check_characters()
        result._check_length()
        return result

    def __str__(self) -> str:
        return f"{self.before_year}{{fy}}{self.after_year}{{number:{self.width}}}"

    def prefix(self, fy: str) -> str:
        """Return what stands before the counter in the financial year with label ``fy``."""
        return f"{self.before_year}{fy}{self.after_year}"

    def format(self, fy: str, number: int) -> str:
        """Return the document number; raises `SeriesExhausted` beyond ``width`` digits."""
        if number < 1:
            raise ValueError("Document numbers start at 1.")
        if number >= 10**self.width:
            raise SeriesExhausted(
                gettext_noop(
                    "The series %(prefix)s is full: its format has %(width)s digits. Give it a"
                    " format with more digits."
                ),
                prefix=self.prefix(fy),
                width=self.width,
            )
        return f"{self.prefix(fy)}{number:0{self.width}}"

    def refuse_few_digits(self) -> None:
        """Raise `InvalidNumberFormat` for a counter that a year could fill.

        Not part of `parse`: a format that is in use goes on giving its numbers.
        """
        if self.width < FEWEST_DIGITS:
            raise InvalidNumberFormat(
                gettext_noop(
                    "A year may need 9,999 numbers: give the counter %(fewest)s digits or more,"
                    " such as {number:6}."
                ),
                fewest=FEWEST_DIGITS,
            )

    def _check_characters(self) -> None:
        fixed = self.before_year + self.after_year
        if not _ALLOWED.fullmatch(fixed):
            raise InvalidNumberFormat(
                gettext_noop("Use only the letters A to Z, digits, - and / around the places.")
            )
        if self.before_year.startswith(_BAD_START):
            raise InvalidNumberFormat(
                gettext_noop("Begin with a letter or a digit from 1 to 9, such as INV.")
            )

    def _check_length(self) -> None:
        length = len(self.before_year) + _LONGEST_LABEL + len(self.after_year) + self.width
        if length > LONGEST_NUMBER:
            raise InvalidNumberFormat(
                gettext_noop(
                    "This gives numbers of %(length)s characters and the law allows %(longest)s:"
                    " leave out %(over)s."
                ),
                length=length,
                longest=LONGEST_NUMBER,
                over=length - LONGEST_NUMBER,
            )


def are_alike(prefix: str, other: str) -> bool:
    """Tell whether a number after one prefix could be read as a number after the other.

    So it is where they are equal, or where only digits stand between: INV/26-27/0 with 5 digits
    gives what INV/26-27/ with 6 digits gives.
    """
    short, long = sorted((prefix, other), key=len)
    rest = long.removeprefix(short)
    return long.startswith(short) and (not rest or rest.isdigit())


def _check_places(text: str) -> None:
    places = _PLACES.findall(text)
    if places.count("{fy}") != 1:
        raise InvalidNumberFormat(
            gettext_noop(
                "Write {fy} once: without the financial year, numbers would repeat every year."
            )
        )
    if sum(bool(_NUMBER.fullmatch(place)) for place in places) != 1:
        raise InvalidNumberFormat(
            gettext_noop("Write {number:6} once, with its count of digits, such as {number:6}.")
        )
    if len(places) > _KNOWN_PLACES:
        raise InvalidNumberFormat(gettext_noop("Use no places but {fy} and {number:6}."))
