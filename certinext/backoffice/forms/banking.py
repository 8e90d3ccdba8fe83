"""Bank statements: uploading them, and deciding entries that nothing matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import BankEntry, Document, Payment
from billing.models.fields import ten_digits
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.formatting import money
from certinext.web.forms import PlainForm

# A month of a busy account; longer files belong to the command, which no browser waits for.
LARGEST_MEGABYTES = 20
MEGABYTE = 1024 * 1024


class StatementForm(PlainForm):
    """One statement. Reading it, and refusing what is in it, is the import's work."""

    file = forms.FileField(
        label=gettext_lazy("Statement"),
        help_text=gettext_lazy("CAMT.053 (XML), or CSV."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,text/csv,application/xml"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is empty, or that takes longer than a browser waits."""
        file: Any = self.cleaned_data["file"]
        size = file.size or 0
        if size > LARGEST_MEGABYTES * MEGABYTE:
            raise forms.ValidationError(
                _(
                    "The file has %(size)s MB and the limit is %(limit)s MB: split it, or use the"
                    " command import_bank on the server."
                )
                % {"size": -(-size // MEGABYTE), "limit": LARGEST_MEGABYTES}
            )
        if not size:
            raise forms.ValidationError(_("The file is empty: download the statement again."))
        return file


class AccountForm(PlainForm):
    """Whose money an entry is."""

    account = forms.CharField(
        label=gettext_lazy("Account number"),
        validators=[ten_digits],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class MatchForm(PlainForm):
    """What an entry pays: a transfer that waits, or invoices."""

    payment = forms.ChoiceField(
        label=gettext_lazy("It is"), required=False, widget=forms.RadioSelect
    )
    invoices = forms.MultipleChoiceField(
        label=gettext_lazy("Invoices"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        payments: Sequence[Payment],
        invoices: Sequence[Document],
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        self._payments = {payment.reference: payment for payment in payments}
        self._invoices = {str(invoice): invoice for invoice in invoices}
        fields["payment"].choices = [
            *((reference, _payment_label(row)) for reference, row in self._payments.items()),
            ("", _("A payment that was not announced")),
        ]
        fields["payment"].initial = next(iter(self._payments), "")
        fields["invoices"].choices = [
            (number, _invoice_label(invoice)) for number, invoice in self._invoices.items()
        ]
        fields["invoices"].help_text = _(
            "For one that was not announced. Tick none to pay whatever is owed, the oldest due"
            " first. What is over becomes credit."
        )
        if not self._payments:
            del self.fields["payment"]
        if not self._invoices:
            del self.fields["invoices"]

    @property
    def chosen_payment(self) -> Payment | None:
        """The transfer that was chosen."""
        return self._payments.get(self.cleaned_data.get("payment", ""))

    @property
    def chosen_invoices(self) -> list[Document]:
        """The invoices that were ticked; none where a transfer was chosen."""
        if self.chosen_payment is not None:
            return []
        return [self._invoices[number] for number in self.cleaned_data.get("invoices", [])]


class IgnoreForm(PlainForm):
    """Why an entry is no customer's money."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
        help_text=gettext_lazy("Such as interest, or a transfer between own accounts."),
        max_length=BankEntry._meta.get_field("reason").max_length,
    )

    def clean(self) -> dict[str, Any]:
        """Trim the reason and refuse invisible characters in it."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned


def _payment_label(payment: Payment) -> str:
    return f"{payment.reference} · {payment.get_kind_display()}"


def _invoice_label(invoice: Document) -> str:
    owed = money(invoice.balance.open_amount, invoice.currency)
    return _("%(number)s: %(owed)s is owed") % {"number": invoice, "owed": owed}
