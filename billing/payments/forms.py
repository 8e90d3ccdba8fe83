"""The form of paying invoices: which, how much, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.forms import typed_as
from billing.models import Account, Document, GatewayAccount
from billing.money import ZERO, InvalidAmount, parse_amount, require_minor_units, round_money
from billing.payments.begin import ALPHABET
from billing.payments.choice import Choice, Way, way_label
from billing.payments.owed import Position
from certinext.web.formatting import money
from certinext.web.forms import PlainForm

REFERENCE = re.compile(f"P[{ALPHABET}]{{10}}")


class PayForm(PlainForm):
    """What a customer pays of what the account owes. Nothing chosen at first means everything.

    `free` are the credits that it can be paid from.
    """

    invoices = forms.MultipleChoiceField(
        label=gettext_lazy("Invoices"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    opening = forms.BooleanField(label=gettext_lazy("Earlier balance"), required=False)
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    way = forms.ChoiceField(label=gettext_lazy("Pay with"), widget=forms.RadioSelect)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        account: Account,
        owed: Sequence[Document],
        position: Position,
        free: Decimal,
        gateways: Sequence[GatewayAccount],
        takes_transfers: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.account, self.owed, self.position, self.free = account, owed, position, free
        fields: dict[str, Any] = self.fields
        fields["invoices"].choices = [(str(invoice), str(invoice)) for invoice in owed]
        ways = [(gateway.provider, way_label(gateway.provider)) for gateway in gateways]
        if free > 0:
            credit = money(free, position.currency)
            ways.append((Way.CREDITS.value, _("Credits (%(balance)s)") % {"balance": credit}))
        if takes_transfers:
            ways.append((Way.TRANSFER.value, _("Bank transfer")))
        fields["way"].choices = ways
        fields["way"].initial = ways[0][0] if ways else None
        fields["amount"].widget.attrs["inputmode"] = typed_as(account.currency)
        # Without separators: what it shows could be typed.
        fields["amount"].widget.attrs["placeholder"] = (
            f"{round_money(position.receivable, account.currency)}"
        )
        fields["amount"].help_text = _(
            "Leave it empty to pay all that is ticked, or write a smaller amount: the oldest due"
            " is settled first."
        )

    @property
    def chosen(self) -> set[str]:
        """The numbers that are ticked."""
        return set(self["invoices"].value() or [])

    def clean(self) -> dict[str, Any]:
        """Make the choice of it, or name what has to be put right."""
        cleaned = super().clean() or self.cleaned_data
        if "invoices" in cleaned:
            self._check_chosen(cleaned)
        if not self.errors:
            self._check_amount(cleaned)
        return cleaned

    @property
    def choice(self) -> Choice:
        """What was chosen; only of a valid form."""
        chosen: Choice = self.cleaned_data["choice"]
        return chosen

    def _check_chosen(self, cleaned: dict[str, Any]) -> None:
        if not cleaned["invoices"] and not cleaned["opening"]:
            self.add_error("invoices", _("Tick at least one invoice."))
        elif cleaned["opening"] and len(cleaned["invoices"]) < len(self.owed):
            self.add_error(
                "opening",
                _(
                    "The earlier balance is settled before every invoice: tick all of them too, or"
                    " take it off."
                ),
            )

    def _check_amount(self, cleaned: dict[str, Any]) -> None:
        invoices = [i for i in self.owed if str(i) in cleaned["invoices"]]
        opening = self.position.opening if cleaned["opening"] else ZERO
        total = sum((invoice.balance.open_amount for invoice in invoices), opening)
        try:
            typed = self._amount(cleaned["amount"].strip())
        except InvalidAmount as error:
            self.add_error("amount", _(error.message) % error.params)
            return
        amount = total if typed is None else typed
        if not 0 < amount <= total:
            self.add_error(
                "amount",
                _("Write an amount above zero and of at most %(total)s: that is what you ticked.")
                % {"total": money(total, self.account.currency)},
            )
        elif cleaned["way"] == Way.CREDITS and amount > self.free:
            self.add_error(
                "way",
                _(
                    "The credits of %(credits)s do not cover %(amount)s: write a smaller amount, or"
                    " pay in another way."
                )
                % {
                    "credits": money(self.free, self.account.currency),
                    "amount": money(amount, self.account.currency),
                },
            )
        else:
            cleaned["choice"] = Choice(
                account=self.account,
                invoices=invoices,
                opening=opening,
                amount=amount,
                way=cleaned["way"],
            )

    def _amount(self, text: str) -> Decimal | None:
        if not text:
            return None
        return require_minor_units(parse_amount(text, self.account.currency), self.account.currency)
