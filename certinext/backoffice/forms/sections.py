"""Long forms in sections: headings, short fields side by side, texts fit for documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm, BoundField, CharField, Textarea
from django.utils.translation import gettext as _

from billing.text import UnusableText, clean_line

# A heading with its rows; a row is one field or several side by side.
Sections = Sequence[tuple[Any, Sequence[str | tuple[str, ...]]]]
# Characters, where a field has no limit of its own.
LONGEST = 1000
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


def refuse_unfit_texts(form: BaseForm) -> None:
    """Trim and compose what was typed into single lines; refuse invisible characters in it.

    Call it from `clean`: what is entered here is printed on documents, where a control of the
    writing direction could make a name look like another one.
    """
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if type(field) is not CharField or isinstance(field.widget, Textarea) or not value:
            continue
        if not isinstance(value, str):
            continue
        try:
            form.cleaned_data[name] = clean_line(value, at_most=field.max_length or LONGEST)
        except UnusableText as error:
            form.add_error(name, _(error.message) % error.params)


def _names(row: str | tuple[str, ...]) -> tuple[str, ...]:
    return (row,) if isinstance(row, str) else row
