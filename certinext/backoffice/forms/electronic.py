"""What the forms of seller and account say about electronic invoices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.einvoice.endpoints import (
    SCHEMES,
    InvalidEndpoint,
    normalise_endpoint,
    normalise_legal_id,
)

ELECTRONIC = gettext_lazy("Electronic invoices")
ELECTRONIC_ROWS = (("endpoint_scheme", "endpoint_id"), ("legal_id", "legal_id_scheme"))


def endpoint_scheme_field() -> forms.ChoiceField:
    """Return the field that says what kind an electronic address is of."""
    return forms.ChoiceField(
        label=gettext_lazy("Kind of address"),
        required=False,
        help_text=gettext_lazy("Empty: the VAT id, or else the e-mail address."),
    )


def explain(form: BaseForm) -> None:
    """Say what a register's code is."""
    form.fields["legal_id_scheme"].help_text = _("Its ISO 6523 code, such as 0106 for the KvK.")


def schemes() -> list[tuple[str, str]]:
    """Return the kinds of electronic addresses, each with its code."""
    return [
        ("", "\N{EN DASH}"),
        *((code, f"{code} {name}") for code, name in sorted(SCHEMES.items())),
    ]


def check_electronic(form: BaseForm) -> None:
    """Put electronic address and registration number in one form; refuse what cannot be right."""
    _check(form, normalise_endpoint, "endpoint_scheme", "endpoint_id")
    _check(form, normalise_legal_id, "legal_id_scheme", "legal_id")


def _check(form: BaseForm, normalise: Any, scheme: str, identifier: str) -> None:
    cleaned = form.cleaned_data
    if scheme not in cleaned or identifier not in cleaned:
        return
    try:
        cleaned[scheme], cleaned[identifier] = normalise(cleaned[scheme], cleaned[identifier])
    except InvalidEndpoint as error:
        field = scheme if error.field == "scheme" else identifier
        form.add_error(field, _(error.message) % error.params)
