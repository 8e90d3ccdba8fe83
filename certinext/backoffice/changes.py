"""What a form changed, for the audit trail."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, ModelChoiceField

# Drawings and texts of several lines would drown the trail.
LONGEST = 120


def changes_of(form: BaseForm) -> dict[str, list[str]]:
    """Return old and new value of every changed field, as short texts."""
    return {
        name: [
            _short(_before(form, name)),
            _short(form.cleaned_data[name]),
        ]
        for name in form.changed_data
        if name in form.cleaned_data
    }


def _before(form: BaseForm, name: str) -> Any:
    """Return the old value; of a row that was chosen the row itself, for its key says nothing."""
    field, value = form.fields[name], form.get_initial_for_field(form.fields[name], name)
    if isinstance(field, ModelChoiceField) and value is not None:
        return field.queryset.filter(pk=value).first() if field.queryset is not None else value
    return value


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
