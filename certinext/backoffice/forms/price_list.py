"""Price lists: adding one, a new version of one, the prices of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.lists import EARLIEST, LATEST
from billing.models import Account, PriceList, PriceListItem, Product
from billing.models.fields import ten_digits
from certinext.backoffice.countries import currencies
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.backoffice.price_lists import Key, sections_of
from certinext.web import formatting

DAY = {"type": "date", "min": EARLIEST.isoformat(), "max": LATEST.isoformat()}


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )


class VersionForm(forms.Form):
    """From when a list's next version holds, and its name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    valid_from = day_field(
        gettext_lazy("Valid from"),
        help_text=gettext_lazy("Today or later: the list of now holds until the day before."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_valid_from(self) -> date:
        """Refuse a day that is over: what was ordered on it has its price."""
        day: date = self.cleaned_data["valid_from"]
        if not self._today <= day <= LATEST:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a name that is not fit to be shown."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


class PriceListForm(forms.Form):
    """A new list, general or an account's own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    account = forms.CharField(
        label=gettext_lazy("Account number"),
        help_text=gettext_lazy("For an account's own prices. Left empty: the general list."),
        required=False,
        validators=[ten_digits],
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    valid_from = day_field(gettext_lazy("Valid from"))
    valid_until = day_field(
        gettext_lazy("Until"),
        help_text=gettext_lazy("The first day on which it does not hold any more."),
        required=False,
    )
    copied_from = forms.ModelChoiceField(
        queryset=PriceList.objects.all(),
        label=gettext_lazy("Prices"),
        help_text=gettext_lazy("Amounts are copied as they are: nothing is converted."),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        choices: Any = self.fields
        choices["currency"].choices = currencies()
        choices["copied_from"].label_from_instance = _list_label
        choices["copied_from"].queryset = PriceList.objects.select_related("account")

    def clean_account(self) -> Account | None:
        """Find the account."""
        number = self.cleaned_data["account"]
        if not number:
            return None
        account = Account.objects.filter(account_number=number).first()
        if account is None:
            raise forms.ValidationError(_("There is no account with this number."))
        return account

    def clean_valid_from(self) -> date:
        """Refuse a day that is over: what was ordered on it has its price."""
        day: date = self.cleaned_data["valid_from"]
        if not self._today <= day <= LATEST:
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """Check what several fields say together."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        first, until = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and until and until <= first:
            self.add_error("valid_until", _("It has to end after the day it starts."))
        account, currency = cleaned.get("account"), cleaned.get("currency")
        if account and currency and account.currency != currency:
            self.add_error(
                "currency",
                _("The account is billed in %(currency)s: prices in another one never count.")
                % {"currency": account.currency},
            )
        self._check_copy(cleaned.get("copied_from"), currency)
        return cleaned

    def _check_copy(self, source: PriceList | None, currency: str | None) -> None:
        if source and currency and source.currency != currency:
            self.add_error(
                "copied_from",
                _("That list is in %(currency)s: prices are never converted.")
                % {"currency": source.currency},
            )


@dataclass(frozen=True)
class Inputs:
    """A product with one field a term."""

    product: Product
    fields: list[BoundField]


class PricesForm(forms.Form):
    """One field for each product and term; an empty one takes the price out."""

    def __init__(
        self,
        *args: Any,
        products: Iterable[Product],
        prices: Mapping[Key, Decimal],
        terms: tuple[int, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._products, self._terms = list(products), terms
        model_field: Any = PriceListItem._meta.get_field("amount")
        for product in self._products:
            for term in terms:
                self.fields[_name(product.pk, term)] = forms.DecimalField(
                    label=_("%(product)s, %(term)s years")
                    % {"product": product.name, "term": term},
                    initial=_plain(prices.get((product.pk, term))),
                    required=False,
                    min_value=0,
                    max_digits=model_field.max_digits,
                    decimal_places=model_field.decimal_places,
                    widget=forms.TextInput(
                        attrs={"inputmode": "decimal", "class": "form-control text-end px-2"}
                    ),
                )

    @property
    def sections(self) -> list[tuple[str, list[Inputs]]]:
        """The fields by category, in the order of the list's page."""
        return [
            (
                section.name,
                [
                    Inputs(row.product, [self[_name(row.product.pk, t)] for t in self._terms])
                    for row in section.rows
                ],
            )
            for section in sections_of(self._products, {}, self._terms)
        ]

    @property
    def prices(self) -> dict[Key, Decimal | None]:
        """What was entered, by product and term."""
        return {
            (product.pk, term): self.cleaned_data[_name(product.pk, term)]
            for product in self._products
            for term in self._terms
        }


def _name(product_id: int, term: int) -> str:
    return f"price-{product_id}-{term}"


def _plain(amount: Decimal | None) -> str | None:
    """Return an amount with two decimals at least and no more zeros than that."""
    if amount is None:
        return None
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    digits = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{amount:.{digits}f}"


def _list_label(price_list: PriceList) -> str:
    owner = str(price_list.account) if price_list.account else _("general")
    first = formatting.day(price_list.valid_from)
    return f"{price_list.name} · {owner} · {price_list.currency} · {first}"
