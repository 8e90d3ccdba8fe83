"""Reading the fields of one row, strictly: what is not what it should be is named."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billing.importing.errors import RowFailed
from billing.importing.moments import parse_moment
from billing.money import InvalidAmount, parse_amount, require_minor_units
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_MOST_ENTRIES = 50


class Fields:
    """The named fields of a row. Every method raises `RowFailed`, naming the field."""

    def __init__(self, value: object, *, within: str = "") -> None:
        if not isinstance(value, dict):
            raise RowFailed(
                gettext_noop("An object with named fields is expected, not %(kind)s."),
                field=within,
                kind=_kind(value),
            )
        self._values = value

    def says(self, name: str) -> bool:
        """Tell whether the row has the field at all; null is as good as nothing."""
        return self._values.get(name) is not None

    def is_blank(self, name: str) -> bool:
        """Tell whether the field is missing or an empty text."""
        value = self._values.get(name)
        return value is None or (isinstance(value, str) and not value.strip())

    def text(self, name: str, *, at_most: int, required: bool = False) -> str:
        """Return one line of text; an empty one when the field is missing and not required."""
        value = self._values.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise RowFailed(
                gettext_noop("Text in quotes is expected, not %(kind)s."),
                field=name,
                kind=_kind(value),
            )
        return _cleaned(name, value, at_most=at_most, required=required)

    def label(self, name: str, *, at_most: int, required: bool = False) -> str:
        """Return text that may also come as a whole number, where nothing is lost by it."""
        value = self._values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return _cleaned(name, str(value), at_most=at_most, required=required)
        return self.text(name, at_most=at_most, required=required)

    def ten_digits(self, name: str, *, required: bool = False) -> str:
        """Return a number of the platform: text of ten digits, never an integer."""
        value = self._values.get(name)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            raise RowFailed(
                gettext_noop("Ten digits in quotes are expected: as a number they lose zeros."),
                field=name,
            )
        text = self.text(name, at_most=100, required=required)
        if text and not _TEN_DIGITS.fullmatch(text):
            raise RowFailed(
                gettext_noop("Ten digits are expected, not %(text)s."), field=name, text=repr(text)
            )
        return text

    def one_of(self, name: str, allowed: set[str]) -> str:
        """Return one of a few codes; an empty text when the field is missing."""
        text = self.label(name, at_most=20)
        if text and text not in allowed:
            raise RowFailed(
                gettext_noop("One of %(allowed)s is expected, not %(text)s."),
                field=name,
                allowed=", ".join(sorted(allowed)),
                text=repr(text),
            )
        return text

    def moment(self, name: str, zone: ZoneInfo) -> datetime:
        """Return a date and time, in UTC; without a zone of its own it is a clock in `zone`."""
        text = self.text(name, at_most=100, required=True)
        try:
            return parse_moment(text, zone)
        except RowFailed as error:
            raise RowFailed.because(error, field=name) from error

    def amount(self, name: str) -> Decimal:
        """Return an exact amount, written as text or as a number."""
        value = self._values.get(name)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = str(value)
        text = Fields({name: value}).text(name, at_most=100, required=True)
        try:
            return parse_amount(text)
        except InvalidAmount as error:
            raise RowFailed.because(error, field=name) from error

    def money(self, name: str, currency: str) -> Decimal:
        """Return an amount in whole minor units of the currency."""
        amount = self.amount(name)
        try:
            return require_minor_units(amount, currency)
        except InvalidAmount as error:
            raise RowFailed.because(error, field=name) from error

    def entry(self, name: str) -> dict[str, object]:
        """Return an object within the row."""
        value = self._values.get(name)
        if not isinstance(value, dict):
            raise RowFailed(
                gettext_noop("An object is expected, not %(kind)s."), field=name, kind=_kind(value)
            )
        return value

    def entries(self, name: str) -> list[object]:
        """Return a list; an empty one when the field is missing."""
        value = self._values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise RowFailed(
                gettext_noop("A list is expected, not %(kind)s."), field=name, kind=_kind(value)
            )
        if len(value) > _MOST_ENTRIES:
            raise RowFailed(
                gettext_noop("The list has more than %(limit)s entries."),
                field=name,
                limit=_MOST_ENTRIES,
            )
        return value

    def labels(self, name: str, *, at_most: int) -> list[str]:
        """Return a list of short texts."""
        return [
            Fields({name: entry}).label(name, at_most=at_most, required=True)
            for entry in self.entries(name)
        ]


def _cleaned(name: str, value: str, *, at_most: int, required: bool) -> str:
    try:
        text = clean_line(value, at_most=at_most)
    except UnusableText as error:
        raise RowFailed.because(error, field=name) from error
    if required and not text:
        raise RowFailed(gettext_noop("The field is missing or empty."), field=name)
    return text


def _kind(value: object) -> str:
    """Name a JSON type."""
    if value is None:
        return _("null")
    kinds = {bool: _("true or false"), str: _("text"), list: _("a list"), dict: _("an object")}
    return kinds.get(type(value), _("a number"))
