"""Forms of a customer's credits: adding to them, and asking for them back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.credits.wire import LONGEST_NUMBER
from billing.forms import MoneyField
from billing.models import GatewayAccount
from billing.money import ZERO
from billing.payments.begin import new_reference
from billing.payments.choice import way_label
from billing.payments.errors import PaymentRefused
from billing.payments.once import SentBefore
from billing.periods import EARLIEST_START, LATEST_START
from certinext.web import formatting
from certinext.web.forms import PlainForm

WIRE = "wire"
# In the currency's major unit. What is above it is a slip of the keyboard, in every currency.
MOST_BY_WIRE = Decimal(100_000_000)


class CreditsForm(PlainForm):
    """What both forms begin with. `reference` makes sending twice one payment."""

    amount = MoneyField(label=_("Amount"))
    reference = forms.RegexField(
        r"\AP[2-9A-HJ-NP-Z]{10}\Z", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["amount"]
        self.currency = field.currency = currency
        field.label = gettext("Amount in %(currency)s") % {"currency": currency}

    def refuse(self, error: PaymentRefused) -> None:
        """Show what was refused at the field that it is about.

        A page that has begun another payment already gets a number of its own: what was entered
        stays, and sending it again begins a further one.
        """
        sentence = gettext(error.message) % error.params
        if isinstance(error, SentBefore):
            self.data = {**dict(self.data.items()), "reference": new_reference()}
        is_shown = error.field in self.fields and error.field != "reference"
        self.add_error(error.field if is_shown else None, sentence)


class AddForm(CreditsForm):
    """How much is added, and how it is paid. The last two fields are a transfer's."""

    needed_for = dict.fromkeys(("transaction_number", "sent_on"), _("for a bank transfer"))

    way = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    transaction_number = forms.CharField(
        label=_("Transaction number"),
        help_text=_("The bank's number of the transfer, such as its UTR."),
        required=False,
        max_length=LONGEST_NUMBER,
    )
    sent_on = forms.DateField(
        label=_("Sent on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(
            attrs={
                "type": "date",
                "min": EARLIEST_START.isoformat(),
                "max": LATEST_START.isoformat(),
            },
            format="%Y-%m-%d",
        ),
    )

    def __init__(self, *args: Any, gateways: Sequence[GatewayAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [
            *(
                (
                    gateway.provider,
                    gettext("Online with %(name)s") % {"name": way_label(gateway.provider)},
                )
                for gateway in gateways
            ),
            (WIRE, gettext("Bank transfer, already sent")),
        ]
        field: Any = self.fields["way"]
        field.choices, field.initial = ways, ways[0][0]

    def clean(self) -> dict[str, Any]:
        """Ask for the transfer's facts where it is one, of an amount that one can have."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("way") == WIRE:
            for name in ("transaction_number", "sent_on"):
                if not cleaned.get(name) and name not in self.errors:
                    label = self.fields[name].label
                    self.add_error(name, gettext("Fill in “%(label)s”.") % {"label": label})
            if cleaned.get("amount", ZERO) > MOST_BY_WIRE:
                most = formatting.money(MOST_BY_WIRE, self.currency)
                sentence = gettext("Write an amount of at most %(most)s.") % {"most": most}
                self.add_error("amount", sentence)
        return cleaned


class WithdrawForm(CreditsForm):
    """How much is asked back, and where it goes."""

    holder = forms.CharField(label=_("Account holder"), max_length=100)
    account = forms.CharField(label=_("Account number or IBAN"), max_length=60)
    ifsc = forms.CharField(
        label=_("IFSC"), help_text=_("For a bank in India."), required=False, max_length=20
    )
    bic = forms.CharField(
        label=_("BIC/SWIFT"),
        help_text=_("For a bank abroad without IBAN."),
        required=False,
        max_length=20,
    )
    bank = forms.CharField(label=_("Bank"), required=False, max_length=100)
    field_order = ["amount", "holder", "account", "ifsc", "bic", "bank"]

    @property
    def details(self) -> dict[str, str]:
        """The bank details as they were typed."""
        names = ("holder", "account", "ifsc", "bic", "bank")
        return {name: self.cleaned_data[name] for name in names}


class AlertForm(PlainForm):
    """Below which free credits the account is written to; empty turns the alert off."""

    threshold = MoneyField(
        label=_("Alert below"),
        help_text=_("Leave it empty to get no alert."),
        required=False,
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["threshold"]
        field.currency = currency
        field.label = gettext("Alert below, in %(currency)s") % {"currency": currency}

    def refuse(self, error: PaymentRefused) -> None:
        """Show what was refused."""
        self.add_error("threshold", gettext(error.message) % error.params)
