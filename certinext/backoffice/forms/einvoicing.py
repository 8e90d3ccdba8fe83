"""The switch of e-invoicing in India, on the seller's form."""

from __future__ import annotations

from datetime import date

from django import forms
from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Registry, Seller
from billing.registering.credentials import CredentialsMissing
from billing.registering.registries import allowed_registries
from billing.registering.switch import CannotSwitch, refuse_switch
from certinext.backoffice.forms.days import day_field

EINVOICING = gettext_lazy("E-invoicing in India")
EINVOICING_ROWS = ("einvoicing_from", "registry")


def einvoicing_day_field() -> forms.DateField:
    """Return the field for the day from which e-invoicing applies; empty: it does not."""
    return day_field(
        gettext_lazy("Applies from"),
        required=False,
        help_text=gettext_lazy(
            "Documents of this day and later, to registered buyers and abroad, get their PDF only"
            " once the government's portal has registered them. Empty: e-invoicing does not apply."
        ),
    )


def registries(current: str) -> list[tuple[str, str]]:
    """Return what may be chosen; what is set stays on the list, to be seen."""
    allowed = allowed_registries()
    return [(one.value, str(one.label)) for one in Registry if one in allowed or one == current]


def check_einvoicing(form: ModelForm[Seller], *, before: date | None) -> None:
    """Refuse a switch that cannot be, naming the field. Call it from `clean`."""
    cleaned = form.cleaned_data
    if "einvoicing_from" not in cleaned or "registry" not in cleaned:
        return
    # What the form says of the seller otherwise counts, too.
    seller = Seller(country=cleaned.get("country", ""), gstin=cleaned.get("gstin", ""))
    try:
        refuse_switch(
            seller,
            since=cleaned["einvoicing_from"],
            registry=cleaned["registry"],
            before=before,
            today=timezone.localdate(),
        )
    except CannotSwitch as error:
        form.add_error(error.field, _(error.message) % error.params)
    except CredentialsMissing as error:
        form.add_error("registry", str(error))
