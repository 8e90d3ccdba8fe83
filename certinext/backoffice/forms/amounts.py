"""Amounts that staff types in: in whole minor units of their currency."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from billing.forms import typed_as
from billing.models.fields import UNIT_PRICE_LIMIT
from billing.money import InvalidAmount, decimals_of, require_minor_units


class PriceField(forms.DecimalField):
    """A price in a currency; an empty one is none."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "form-control text-end px-2"})

    def __init__(self, *, currency: str, initial: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            min_value=0,
            max_value=UNIT_PRICE_LIMIT.to_integral_value(ROUND_FLOOR),
            initial=plain(initial, currency),
            **kwargs,
        )
        self._currency = currency
        self.widget.attrs["inputmode"] = typed_as(currency)

    def clean(self, value: Any) -> Decimal | None:
        """Refuse fractions of the minor unit."""
        amount: Decimal | None = super().clean(value)
        return None if amount is None else in_minor_units(amount, self._currency)


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Return the amount; refuse fractions of the currency's minor unit, in a form's words."""
    try:
        return require_minor_units(amount, currency)
    except InvalidAmount as error:
        raise forms.ValidationError(_(error.message) % error.params) from error


def plain(amount: Decimal | None, currency: str) -> str | None:
    """Return an amount with its currency's decimals, and with more only where it has them."""
    if amount is None:
        return None
    exponent = amount.normalize().as_tuple().exponent
    least = decimals_of(currency)
    return f"{amount:.{max(least, -exponent) if isinstance(exponent, int) else least}f}"
