"""Long forms in sections: headings, and short fields side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm, BoundField

# A heading with its rows; a row is one field or several side by side.
Sections = Sequence[tuple[Any, Sequence[str | tuple[str, ...]]]]
Shown = list[tuple[str, list[list[BoundField]]]]


def names_in(sections: Sections) -> list[str]:
    """Return the names of all fields, in their order."""
    return [name for _title, rows in sections for row in rows for name in _names(row)]


def shown(form: BaseForm, sections: Sections) -> Shown:
    """Return the form's fields under their headings, row by row."""
    return [
        (str(title), [[form[name] for name in _names(row)] for row in rows])
        for title, rows in sections
    ]


def _names(row: str | tuple[str, ...]) -> tuple[str, ...]:
    return (row,) if isinstance(row, str) else row
