"""Path converters for numbers."""

from __future__ import annotations

from django.urls import register_converter


class DocumentNumberConverter:
    """A document's number as it is printed, with its slashes: `INV/26-27/000001`.

    A number holds no dot, so `<number>.pdf` can never be taken for another document's page.
    """

    regex = r"[A-Za-z0-9][A-Za-z0-9/-]{0,15}"

    def to_python(self, value: str) -> str:
        """Return the number."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number."""
        return str(value)


class TenDigitsConverter:
    """An account, group, order or request number: ten digits, as text."""

    regex = r"[0-9]{10}"

    def to_python(self, value: str) -> str:
        """Return the digits."""
        return value

    def to_url(self, value: str) -> str:
        """Return the digits."""
        return str(value)


class MonthConverter:
    """A calendar month, `2026-10`."""

    regex = r"[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        """Return the month as text."""
        return value

    def to_url(self, value: str) -> str:
        """Return the month as text."""
        return str(value)


register_converter(DocumentNumberConverter, "document_number")
register_converter(TenDigitsConverter, "ten_digits")
register_converter(MonthConverter, "month")
