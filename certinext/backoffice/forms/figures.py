"""Numbers that staff types in: plain digits and a point, not below zero."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

# No exponents, no digits of other scripts, no NaN: what Decimal would read besides.
_PLAIN = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?|[+-]?\.[0-9]{1,30}")


class FigureField(forms.DecimalField):
    """An amount, a quantity or a percentage, zero or more."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Read plain digits as a Decimal; raises ValidationError for anything else."""
        if isinstance(value, str):
            value = value.strip()
            if value and not _PLAIN.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored figure without the zeros that the column adds."""
        if isinstance(value, Decimal) and value.is_finite():
            shown = value.normalize()
            return f"{shown:f}"
        return value
