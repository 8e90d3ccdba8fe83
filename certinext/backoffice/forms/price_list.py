"""Price lists: adding one, a new version of one, the prices of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.models import Account, PriceList, Product
from billing.models.fields import ten_digits
from certinext.backoffice import price_lists as verbs
from certinext.backoffice.countries import currencies
from certinext.backoffice.forms.amounts import PriceField
from certinext.backoffice.forms.days import day_field
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.backoffice.price_lists import Key
from certinext.web import formatting
from certinext.web.forms import PlainForm


class VersionForm(PlainForm):
    """From when a list's next version holds, and its name.

    It begins tomorrow at the earliest: as a copy it would be in force before its prices are set.
    """

    valid_from = day_field(
        gettext_lazy("Valid from"),
        help_text=gettext_lazy("Tomorrow or later: its prices are set before that day."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=verbs.LONGEST_NAME, required=False
    )

    def __init__(self, *args: Any, price_list: PriceList, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._price_list, self._today = price_list, today
        tomorrow = today + timedelta(days=1)
        self.fields["valid_from"].initial = tomorrow
        self.fields["valid_from"].widget.attrs["min"] = tomorrow.isoformat()
        self.fields["name"].help_text = _(
            "Left empty: the old name with the day, such as “%(name)s”."
        ) % {"name": verbs.version_name(price_list, tomorrow)}

    def clean_valid_from(self) -> date:
        """Refuse today: orders of today would be priced by a copy that is not finished."""
        day: date = self.cleaned_data["valid_from"]
        if day <= self._today:
            raise forms.ValidationError(
                _("Choose tomorrow or a later day: the prices are set before they hold.")
            )
        return day

    def clean_name(self) -> str:
        """Refuse the old list's name: two lists would be told apart by their days only."""
        name: str = self.cleaned_data["name"]
        if name == self._price_list.name:
            raise forms.ValidationError(
                _("The old list is called so: choose another name, or leave it empty.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Name the version after its day where no name was given."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        if cleaned.get("name") == "" and "valid_from" in cleaned:
            cleaned["name"] = verbs.version_name(self._price_list, cleaned["valid_from"])
        return cleaned


class PriceListForm(PlainForm):
    """A new list, general or an account's own."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=verbs.LONGEST_NAME)
    valid_from = day_field(gettext_lazy("Valid from"))
    account = forms.CharField(
        label=gettext_lazy("Account number"),
        help_text=gettext_lazy("For an account's own prices. Left empty: the general list."),
        required=False,
        validators=[ten_digits],
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    last_day = day_field(
        gettext_lazy("Until"),
        help_text=gettext_lazy("The last day on which it holds. Left empty: until further notice."),
        required=False,
    )
    copied_from = forms.ModelChoiceField(
        queryset=PriceList.objects.all(),
        label=gettext_lazy("Prices"),
        help_text=gettext_lazy("Amounts are copied as they are: nothing is converted."),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )

    field_order = ["name", "account", "currency", "valid_from", "last_day", "copied_from"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["valid_from"].widget.attrs["min"] = today.isoformat()
        choices: Any = self.fields
        choices["currency"].choices = currencies()
        choices["copied_from"].label_from_instance = _list_label
        choices["copied_from"].queryset = PriceList.objects.select_related("account")

    def clean_valid_from(self) -> date:
        """Refuse a day that is over: what was ordered on it has its price."""
        day: date = self.cleaned_data["valid_from"]
        if day < self._today:
            raise forms.ValidationError(
                _("Choose today or a later day: what was ordered before has its price.")
            )
        return day

    def clean_account(self) -> Account | None:
        """Find the account."""
        number = self.cleaned_data["account"]
        if not number:
            return None
        account = Account.objects.filter(account_number=number).first()
        if account is None:
            raise forms.ValidationError(_("There is no account with this number."))
        return account

    def clean(self) -> dict[str, Any]:
        """Check what several fields say together."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        first, last = cleaned.get("valid_from"), cleaned.pop("last_day", None)
        if first and last and last < first:
            self.add_error("last_day", _("Choose the day it starts, or a later one."))
        cleaned["valid_until"] = last + timedelta(days=1) if last else None
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
class Cell:
    """A price: the field to set it, or where it stays as it is, the amount."""

    field: BoundField | None
    amount: Decimal | None


@dataclass(frozen=True)
class Inputs:
    """A product with one cell a term."""

    product: Product
    cells: list[Cell]


class PricesForm(PlainForm):
    """One field for each product and term; an empty one takes the price out.

    With `only_missing` the prices that there are stay, and only the others have fields.
    """

    def __init__(
        self,
        *args: Any,
        products: Iterable[Product],
        prices: Mapping[Key, Decimal],
        terms: tuple[int, ...],
        currency: str,
        only_missing: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._terms, self._fixed = terms, prices if only_missing else {}
        self._products = [
            product
            for product in products
            if not all((product.pk, term) in self._fixed for term in terms)
        ]
        for product in self._products:
            for term in terms:
                key = (product.pk, term)
                if key not in self._fixed:
                    self.fields[_name(*key)] = _price_field(
                        product, term, currency, prices.get(key)
                    )

    @property
    def sections(self) -> list[tuple[str, list[Inputs]]]:
        """The fields by category, in the order of the list's page."""
        return [
            (
                section.name,
                [
                    Inputs(row.product, [self._cell((row.product.pk, t)) for t in self._terms])
                    for row in section.rows
                ],
            )
            for section in verbs.sections_of(self._products, {}, self._terms)
        ]

    @property
    def prices(self) -> dict[Key, Decimal | None]:
        """What was entered, by product and term."""
        keys = [(product.pk, term) for product in self._products for term in self._terms]
        return {key: self.cleaned_data[_name(*key)] for key in keys if key not in self._fixed}

    def _cell(self, key: Key) -> Cell:
        fixed = self._fixed.get(key)
        return Cell(None if fixed is not None else self[_name(*key)], fixed)


def _price_field(product: Product, term: int, currency: str, amount: Decimal | None) -> PriceField:
    label = ngettext("%(product)s, %(term)s year", "%(product)s, %(term)s years", term)
    return PriceField(
        label=label % {"product": product.name, "term": term}, currency=currency, initial=amount
    )


def _name(product_id: int, term: int) -> str:
    return f"price-{product_id}-{term}"


def _list_label(price_list: PriceList) -> str:
    owner = str(price_list.account) if price_list.account else _("general")
    first = formatting.day(price_list.valid_from)
    return f"{price_list.name} · {owner} · {price_list.currency} · {first}"
