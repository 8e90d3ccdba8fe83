"""What of an invoice is credited, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.forms import typed_as
from billing.money import InvalidAmount, parse_amount
from billing.text import UnusableText, clean_line
from certinext.web.formatting import money
from certinext.web.forms import PlainForm
from credit_notes.choice import Choice
from credit_notes.errors import CannotCredit
from credit_notes.issue import LONGEST_REASON
from credit_notes.left import LeftOfLine, Part, plain
from credit_notes.models import CreditNote

Reason = CreditNote.Reason
# The others come about by ending an order.
REASONS = [(code, code.label) for code in (Reason.GOODWILL, Reason.BILLING_ERROR, Reason.OTHER)]
# As many characters as the longest amount, signs and all, with room to say that it is too long.
LONGEST_FIGURE = 40


class FigureField(forms.CharField):
    """A quantity or an amount in plain digits; an empty one is none.

    Of an amount, `currency` says whether it has decimals.
    """

    def __init__(self, *, label: str, currency: str = "") -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=LONGEST_FIGURE,
            widget=forms.TextInput(
                attrs={
                    "inputmode": typed_as(currency),
                    "autocomplete": "off",
                    "class": "form-control text-end px-2",
                }
            ),
        )

    def clean(self, value: Any) -> Decimal | None:
        """Refuse everything but plain digits and a point."""
        text = super().clean(value)
        try:
            return parse_amount(text) if text else None
        except InvalidAmount as error:
            raise forms.ValidationError(
                gettext(
                    "“%(field)s”: write plain digits and a point, such as 1250.50, at most 12"
                    " digits before and 6 after it."
                )
                % {"field": self.label}
            ) from error


@dataclass(frozen=True)
class Row:
    """A line in the table, with its fields where something is left of it."""

    left: LeftOfLine
    tick: BoundField | None = None
    quantity: BoundField | None = None
    amount: BoundField | None = None

    @property
    def errors(self) -> list[BoundField]:
        """The fields that were filled in wrongly."""
        return [bound for bound in (self.quantity, self.amount) if bound and bound.errors]


class CreditForm(PlainForm):
    """Why an invoice is credited; below it, all that is left of it is."""

    reason_code = forms.ChoiceField(label=_("Kind"), choices=REASONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": _("Say why, in a few words.")},
        help_text=_("Printed on the credit note."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        """Write several lines as one; refuse invisible characters."""
        one_line = " ".join(self.cleaned_data["reason"].split())
        try:
            return clean_line(one_line, at_most=LONGEST_REASON)
        except UnusableText as error:
            raise forms.ValidationError(gettext(error.message) % error.params) from error

    @property
    def choice(self) -> Choice:
        """What is to be credited."""
        return Choice()

    def refuse(self, error: CannotCredit) -> None:
        """Show what was refused at the field that it is about."""
        name = f"{error.field}-{error.position}" if error.position else error.field
        sentence = gettext(error.message) % error.params
        self.add_error(name if name in self.fields else None, sentence)

    def entered(self) -> list[tuple[str, str]]:
        """Return what was filled in, for the page that confirms it."""
        return [(name, value) for name in self.fields if (value := str(self.data.get(name, "")))]


class OrderCreditForm(CreditForm):
    """All that is left of one order."""

    order_number = forms.CharField(
        label=_("Order number"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "list": "orders"}),
    )
    field_order = ["order_number"]

    @property
    def choice(self) -> Choice:
        """The order's lines."""
        return Choice(order_number=self.cleaned_data["order_number"])


class LinesCreditForm(CreditForm):
    """Single lines: a tick credits all that is left of one, a quantity or an amount so much of it.

    A tick and a figure that says something else contradict each other, and nothing is credited.
    """

    def __init__(self, *args: Any, lines: Iterable[LeftOfLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = list(lines)
        for left in self._lines:
            if left.net:
                self._add(left)

    def _add(self, left: LeftOfLine) -> None:
        position = left.line.position
        facts = {"position": position}
        self.fields[f"tick-{position}"] = forms.BooleanField(
            label=gettext("Line %(position)s, all that is left") % facts,
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )
        if left.line.quantity != 1:
            self.fields[f"quantity-{position}"] = FigureField(
                label=gettext("Line %(position)s, quantity") % facts
            )
        self.fields[f"amount-{position}"] = FigureField(
            label=gettext("Line %(position)s, amount") % facts,
            currency=left.line.document.currency,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a figure beside a tick, unless it is all that is left."""
        cleaned = super().clean() or self.cleaned_data
        for left in self._lines:
            position = left.line.position
            if not cleaned.get(f"tick-{position}"):
                continue
            all_of_it = {"quantity": left.quantity, "amount": left.net}
            for name, most in all_of_it.items():
                figure = cleaned.get(f"{name}-{position}")
                if figure is not None and figure != most:
                    self._refuse_figure(f"{name}-{position}", figure, left)
        return cleaned

    def _refuse_figure(self, name: str, figure: Decimal, left: LeftOfLine) -> None:
        facts = {
            "field": self.fields[name].label,
            "figure": plain(figure),
            "left": money(left.net, left.line.document.currency),
        }
        sentence = gettext(
            "“%(field)s”: the line is ticked, which credits all %(left)s that is left, and not"
            " %(figure)s. Take the tick off, or clear the figure."
        )
        self.add_error(name, sentence % facts)

    @property
    def rows(self) -> list[Row]:
        """The table's rows."""
        return [
            Row(left, *[self._bound(f"{name}-{left.line.position}") for name in _NAMES])
            for left in self._lines
        ]

    @property
    def has_quantities(self) -> bool:
        """Whether a line has units to choose from."""
        return any(row.quantity for row in self.rows)

    def _bound(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None

    @property
    def choice(self) -> Choice:
        """The lines that were ticked or have a figure."""
        parts = [self._part(left.line.position) for left in self._lines]
        return Choice(parts=[part for part in parts if part is not None])

    def _part(self, position: int) -> Part | None:
        tick, quantity, amount = (self.cleaned_data.get(f"{name}-{position}") for name in _NAMES)
        if not tick and quantity is None and amount is None:
            return None
        return Part(position=position, quantity=quantity, amount=amount)


_NAMES = ("tick", "quantity", "amount")
