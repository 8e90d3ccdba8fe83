"""Form fields that several pages share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from billing.money import InvalidAmount, decimals_of, parse_amount, require_minor_units

LONGEST_FIGURE = 40


def typed_as(currency: str) -> str:
    """Return the keyboard that a phone shows for amounts: without a point where there is none."""
    return "numeric" if currency and not decimals_of(currency) else "decimal"


class MoneyField(forms.CharField):
    """An amount above zero in whole minor units of a currency, in plain digits.

    Digits of other scripts, exponents and separators are refused: nobody is asked what was meant.
    """

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=LONGEST_FIGURE, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.currency = currency

    @property
    def currency(self) -> str:
        """The currency of the amount: forms set it once they know the account."""
        return self._currency

    @currency.setter
    def currency(self, code: str) -> None:
        self._currency = code
        self.widget.attrs["inputmode"] = typed_as(code)

    def clean(self, value: Any) -> Decimal | None:
        """Refuse what is no amount, naming the fix; nothing where the field may be left empty."""
        text = super().clean(value)
        if not text and not self.required:
            return None
        try:
            amount = require_minor_units(parse_amount(text, self.currency), self.currency)
        except InvalidAmount as error:
            raise forms.ValidationError(_(error.message) % error.params) from error
        if amount <= 0:
            raise forms.ValidationError(_("Write an amount above zero."))
        return amount
