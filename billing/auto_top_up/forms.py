"""The form of what is charged by itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms import MoneyField
from billing.models import Mandate
from billing.payments.errors import PaymentRefused
from certinext.web.forms import PlainForm


class TermsForm(PlainForm):
    """Below which free credits how much is charged, and how much a month at most.

    `method` is the number of the payment method that the reader saw: another one is another text.
    """

    threshold = MoneyField(label=_("Top up below"))
    amount = MoneyField(
        label=_("Top up by"), help_text=_("At least what you top up below, so that once is enough.")
    )
    monthly_limit = MoneyField(label=_("At most a month"))
    method = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for name, label in (
            ("threshold", gettext("Top up when less than this is free, in %(currency)s")),
            ("amount", gettext("Top up by, in %(currency)s")),
            ("monthly_limit", gettext("At most in a calendar month, in %(currency)s")),
        ):
            field: Any = self.fields[name]
            field.currency = currency
            field.label = label % {"currency": currency}

    @property
    def terms(self) -> dict[str, Any]:
        """What was filled in, as `agree` takes it."""
        names = ("threshold", "amount", "monthly_limit")
        return {"currency": self.currency, **{name: self.cleaned_data[name] for name in names}}

    def refuse(self, error: PaymentRefused) -> None:
        """Show what was refused at the field that it is about."""
        sentence = gettext(error.message) % error.params
        self.add_error(error.field if error.field in self.fields else None, sentence)

    def is_about(self, mandate: Mandate) -> bool:
        """Say whether the reader saw this payment method."""
        return bool(self.cleaned_data["method"] == mandate.reference)
