"""Confirming, rejecting and giving back payments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms import MoneyField
from billing.models import Payment
from certinext.backoffice.forms.amounts import plain
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm


class ConfirmForm(PlainForm):
    """When the money came, or was paid out, and what the bank calls it."""

    received_on = forms.DateField(
        label=_("Received on"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    bank_reference = forms.CharField(
        label=_("Bank's reference"),
        help_text=_("The transfer's number on the bank statement, such as the UTR."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, is_payout: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_payout:
            self.fields["received_on"].label = gettext("Paid out on")

    def clean(self) -> dict[str, Any]:
        """Refuse invisible characters."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


class RejectForm(PlainForm):
    """Why a payment is refused."""

    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": _("Say why: the customer reads it beside the payment.")},
        help_text=_("The customer reads it beside the payment."),
        max_length=Payment._meta.get_field("reason").max_length,
    )

    def clean(self) -> dict[str, Any]:
        """Trim the reason and refuse invisible characters in it."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


class RefundForm(PlainForm):
    """How much of a payment goes back. `ordinal` says which refund of it this is."""

    amount = MoneyField(label=_("Amount"))
    ordinal = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, currency: str, most: Decimal, ordinal: int
    ) -> None:
        super().__init__(data, initial={"amount": plain(most, currency), "ordinal": ordinal})
        amount: Any = self.fields["amount"]
        amount.currency = currency
        amount.label = gettext("Amount in %(currency)s") % {"currency": currency}
