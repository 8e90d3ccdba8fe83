"""Days from which something holds: prices, subscriptions, billing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from billing.periods import EARLIEST_START, LATEST_START

_SLIP = _("Choose a day from 2000 to 2099: another year is a slip of the keyboard.")
NEAR = (MinValueValidator(EARLIEST_START, _SLIP), MaxValueValidator(LATEST_START, _SLIP))


def day_input() -> forms.DateInput:
    """Return the browser's own field for a day, within the bounds."""
    bounds = {"min": EARLIEST_START.isoformat(), "max": LATEST_START.isoformat()}
    return forms.DateInput(attrs={"type": "date", **bounds}, format="%Y-%m-%d")


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        validators=NEAR,
        widget=day_input(),
    )
