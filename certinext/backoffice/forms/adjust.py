"""Giving credits to an account, or taking them, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms import MoneyField
from billing.models import LedgerEntry
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainForm

GIVE, TAKE = "give", "take"


class AdjustForm(PlainForm):
    """Which way, how much, and why. `token` is drawn with the page: sent twice, it counts once."""

    way = forms.ChoiceField(
        label=_("What to do"),
        choices=[(GIVE, _("Give credits")), (TAKE, _("Take credits"))],
        initial=GIVE,
        widget=forms.RadioSelect,
    )
    amount = MoneyField(label=_("Amount"))
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": _("Say why, in a few words.")},
        help_text=_("The customer reads it on the statement."),
        max_length=LedgerEntry._meta.get_field("description").max_length,
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None, *, currency: str, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["amount"]
        field.currency = currency
        field.label = gettext("Amount in %(currency)s") % {"currency": currency}

    def clean(self) -> dict[str, Any]:
        """Trim the reason and refuse invisible characters in it."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned

    @property
    def signed(self) -> Decimal:
        """The amount, below zero where credits are taken."""
        amount: Decimal = self.cleaned_data["amount"]
        return amount if self.cleaned_data["way"] == GIVE else -amount
