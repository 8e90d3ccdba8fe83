"""Discounts and tiers of price lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import PriceList, PriceListItem
from certinext.backoffice.forms.amounts import in_minor_units
from certinext.backoffice.forms.figures import FigureField
from certinext.backoffice.forms.tiers import TierFields, TierFigures, TierModeField
from certinext.web.forms import PlainForm


def percent_field(*, required: bool, help_text: Any) -> FigureField:
    """Return a field for a percentage from 0 to 100 with two decimals."""
    return FigureField(
        label=gettext_lazy("Discount in per cent"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=required,
        help_text=help_text,
    )


class ListDiscountForm(PlainForm):
    """What is taken off each price of a list."""

    discount_percent = percent_field(
        required=True,
        help_text=gettext_lazy("Taken off each price that has no discount of its own. 0 for none."),
    )

    def __init__(self, *args: Any, price_list: PriceList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["discount_percent"] = price_list.discount_percent


class PriceTermsForm(TierFields, PlainForm):
    """The discount and the tiers of one price."""

    discount_percent = percent_field(
        required=False,
        help_text=gettext_lazy("Left empty: that of the list. 0: none, whatever the list says."),
    )
    tier_mode = TierModeField()

    def __init__(self, *args: Any, item: PriceListItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["discount_percent"] = item.discount_percent
        self.initial["tier_mode"] = item.tier_mode
        self._currency = item.price_list.currency
        self.add_tiers(
            TierFigures(above=Decimal(tier.above), price=tier.amount, flat=Decimal(0))
            for tier in item.tiers.all()
        )

    def clean(self) -> dict[str, Any]:
        """Refuse tiers of half an order and prices that are finer than the currency."""
        cleaned = super().clean() or self.cleaned_data
        for row in self.tier_rows():
            above, price = cleaned.get(row.above.name), cleaned.get(row.price.name)
            if above is not None and above != above.to_integral_value():
                self.add_error(row.above.name, _("Write a whole number of orders."))
            if price is not None:
                try:
                    in_minor_units(price, self._currency)
                except forms.ValidationError as error:
                    self.add_error(row.price.name, error)
        cleaned["tiers"] = self.clean_tiers()
        return cleaned
