"""The facts of an account."""

from __future__ import annotations

import secrets
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Account, Charge
from billing.models.fields import ten_digits
from billing.tax.errors import InvalidTaxId
from billing.tax.ids import normalise_tax_id
from certinext.backoffice.countries import countries, currencies, states
from certinext.backoffice.forms.address import NEEDED_REGION, NEEDED_STATE, check_address
from certinext.backoffice.forms.days import NEAR, day_input
from certinext.backoffice.forms.electronic import (
    ELECTRONIC,
    ELECTRONIC_ROWS,
    check_electronic,
    endpoint_scheme_field,
    explain,
    schemes,
)
from certinext.backoffice.forms.sections import (
    Sections,
    Shown,
    names_in,
    refuse_unfit_texts,
    shown,
)
from certinext.web.forms import PlainModelForm
from invoices.permission import has_monthly_permission

SECTIONS: Sections = [
    (
        gettext_lazy("Who it is"),
        ("display_name", "legal_name", "kind", ("contact_name", "billing_email")),
    ),
    (
        gettext_lazy("Legal address, which decides the tax"),
        (
            "address_line1",
            "address_line2",
            ("postal_code", "city"),
            "country",
            ("state_code", "region"),
        ),
    ),
    (
        gettext_lazy("Billing address, printed instead when given"),
        (
            "billing_line1",
            "billing_line2",
            ("billing_postal_code", "billing_city"),
            "billing_country",
            ("billing_state_code", "billing_region"),
        ),
    ),
    (gettext_lazy("Tax"), ("tax_id", "is_business", "is_sez")),
    (ELECTRONIC, (*ELECTRONIC_ROWS, "buyer_reference")),
    (gettext_lazy("Partner"), ("partner_number", "bill_to")),
    (
        gettext_lazy("Billing"),
        (
            "currency",
            ("document_language", "paper_size"),
            ("payment_days", "po_number"),
            "billing_from",
        ),
    ),
]
BILLING_ADDRESS = (
    "billing_line2",
    "billing_postal_code",
    "billing_city",
    "billing_country",
    "billing_state_code",
    "billing_region",
)


class AccountForm(PlainModelForm[Account]):
    """Every fact of an account that staff may change.

    Validate it with the account's row locked: some rules look at charges, permission and partner.
    """

    # An account can do without, but its first invoice parks it.
    needed_for = {
        **dict.fromkeys(("address_line1", "city", "country"), gettext_lazy("needed for invoices")),
        **dict.fromkeys(("state_code", "billing_state_code"), NEEDED_STATE),
        **dict.fromkeys(("region", "billing_region"), NEEDED_REGION),
    }

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state_code = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    billing_country = forms.ChoiceField(label=gettext_lazy("Billing country"), required=False)
    billing_state_code = forms.ChoiceField(label=gettext_lazy("Billing State"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    endpoint_scheme = endpoint_scheme_field()
    partner_number = forms.CharField(
        label=gettext_lazy("Partner's account number"),
        help_text=gettext_lazy("Only for a sub-account."),
        required=False,
        validators=[ten_digits],
    )

    class Meta:
        model = Account
        fields = [name for name in names_in(SECTIONS) if name != "partner_number"]
        widgets = {
            "billing_from": day_input(),
            "kind": forms.RadioSelect,
            "bill_to": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = cast(dict[str, forms.ChoiceField], self.fields)
        fields["country"].choices = countries()
        fields["state_code"].choices = states()
        fields["billing_country"].choices = countries()
        fields["billing_state_code"].choices = states()
        fields["currency"].choices = currencies()
        fields["endpoint_scheme"].choices = schemes()
        explain(self)
        self.fields["billing_from"].validators.extend(NEAR)
        # Without the empty choice that a model's choices begin with.
        fields["kind"].choices = Account.Kind.choices
        partner = self.instance.parent
        self.fields["partner_number"].initial = partner.account_number if partner else ""

    @property
    def sections(self) -> Shown:
        """The fields under their headings."""
        return shown(self, SECTIONS)

    def clean_kind(self) -> str:
        """Keep a partner with sub-accounts a partner."""
        kind: str = self.cleaned_data["kind"]
        if kind != Account.Kind.PARTNER and self._has_sub_accounts():
            raise forms.ValidationError(_("It has sub-accounts: only a partner can."))
        return kind

    def clean_currency(self) -> str:
        """Keep the currency once money was counted in it, and that of whom it pays for."""
        currency: str = self.cleaned_data["currency"]
        if self.instance.pk and currency != self.instance.currency:
            used = Charge.objects.filter(Q(account=self.instance) | Q(payer=self.instance))
            sentence = ""
            if used.exists():
                sentence = _("The account has charges in %(currency)s: its currency cannot change.")
            elif self.instance.ledger_entries.exists() or self.instance.payments.exists():
                sentence = _("The account has paid in %(currency)s: its currency cannot change.")
            if sentence:
                raise forms.ValidationError(sentence % {"currency": self.instance.currency})
            self._keep_with_sub_accounts(currency)
        return currency

    def clean_partner_number(self) -> Account | None:
        """Find the partner; refuse accounts that are none, and circles."""
        number = self.cleaned_data["partner_number"]
        if not number:
            return None
        partner = Account.objects.filter(account_number=number).first()
        if partner is None:
            raise forms.ValidationError(_("There is no account with this number."))
        if partner.kind != Account.Kind.PARTNER:
            raise forms.ValidationError(_("This account is no partner."))
        if self.instance.pk and self.instance.pk in _line_of(partner):
            raise forms.ValidationError(_("This account stands below the one you are changing."))
        return partner

    def clean(self) -> dict[str, Any]:
        """Check what several fields say together."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        self._check_tax_id(cleaned)
        check_address(self)
        check_address(self, prefix="billing_")
        check_electronic(self)
        self._check_billing_address(cleaned)
        self._check_payer(cleaned)
        return cleaned

    def save(self, commit: bool = True) -> Account:
        """Store the account with its partner."""
        self.instance.parent = self.cleaned_data["partner_number"]
        return super().save(commit)

    def _post_clean(self) -> None:
        """Put the partner on the account before its constraints are checked."""
        if "partner_number" in self.cleaned_data:
            self.instance.parent = self.cleaned_data["partner_number"]
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, which the stubs leave out

    def _check_tax_id(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["tax_id"] = normalise_tax_id(
                cleaned.get("tax_id", ""), cleaned.get("country", "")
            )
        except InvalidTaxId as error:
            self.add_error("tax_id", _(error.message) % error.params)

    def _check_billing_address(self, cleaned: dict[str, Any]) -> None:
        """Refuse one without its first line: it would never be printed."""
        rest = any(cleaned.get(name) for name in BILLING_ADDRESS)
        if rest and cleaned.get("billing_line1") == "":
            problem = _("Enter its first line, or leave the whole billing address empty.")
            self.add_error("billing_line1", problem)

    def _check_payer(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("bill_to") != Account.BillTo.PARENT or "partner_number" not in cleaned:
            return
        partner = cleaned["partner_number"]
        if partner is None:
            self.add_error("bill_to", _("Only a sub-account's invoices can go to its partner."))
        elif partner.bill_to == Account.BillTo.PARENT:
            self.add_error("bill_to", _("The partner is itself invoiced through another account."))
        elif self.instance.pk and has_monthly_permission(self.instance):
            self.add_error("bill_to", _("Turn off this account's monthly invoicing first."))
        elif self._pays_for_others():
            self.add_error("bill_to", _("Other accounts are invoiced through this one."))
        elif cleaned.get("currency", partner.currency) != partner.currency:
            self.add_error(
                "currency",
                _(
                    "Its invoices go to %(partner)s, which is billed in %(currency)s, and nothing"
                    " is converted: choose %(currency)s here, or let this account pay for itself."
                )
                % {"partner": partner, "currency": partner.currency},
            )

    def _keep_with_sub_accounts(self, currency: str) -> None:
        """Refuse a currency that accounts which are invoiced through this one do not have."""
        others = self._paid_for().exclude(currency=currency)
        first = others.first()
        if first is not None:
            raise forms.ValidationError(
                _(
                    "%(account)s is invoiced through this account and billed in %(theirs)s, and"
                    " nothing is converted. Let it and the others like it pay for themselves, then"
                    " change the currency here and there."
                )
                % {"account": first, "theirs": first.currency}
            )

    def _has_sub_accounts(self) -> bool:
        return bool(self.instance.pk) and self.instance.sub_accounts.exists()

    def _pays_for_others(self) -> bool:
        return bool(self.instance.pk) and self._paid_for().exists()

    def _paid_for(self) -> QuerySet[Account]:
        return self.instance.sub_accounts.filter(bill_to=Account.BillTo.PARENT)


class NewAccountForm(AccountForm):
    """An account with the platform's number, or with a free one."""

    account_number = forms.CharField(
        label=gettext_lazy("Account number"),
        help_text=gettext_lazy("The platform's 10 digits. Leave it empty for a free number."),
        required=False,
        validators=[ten_digits],
    )
    # Drawn with the page: a form that is sent twice finds its own account.
    free_number = forms.CharField(
        widget=forms.HiddenInput,
        required=False,
        validators=[ten_digits],
    )

    class Meta(AccountForm.Meta):
        fields = ["account_number", *AccountForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["free_number"].initial = free_account_number

    @property
    def sections(self) -> Shown:
        """The number stands with the name."""
        (title, first), *rest = super().sections
        return [(title, [[self["account_number"]], *first]), *rest]

    def clean_account_number(self) -> str:
        """Refuse a number that is taken."""
        number: str = self.cleaned_data["account_number"]
        taken = Account.objects.filter(account_number=number).first() if number else None
        if taken is not None:
            raise forms.ValidationError(
                _("%(account)s has this number already.") % {"account": taken}
            )
        return number

    def clean(self) -> dict[str, Any]:
        """Take the free number where none was given, once."""
        cleaned = super().clean()
        if cleaned.get("account_number") == "":
            number = cleaned.get("free_number") or free_account_number()
            added = Account.objects.filter(account_number=number).first()
            if added is not None:
                self.add_error(
                    None,
                    _(
                        "This form was sent before and added %(account)s, account %(number)s:"
                        " nothing was added again. For another account open the form anew."
                    )
                    % {"account": added, "number": number},
                )
            else:
                cleaned["account_number"] = number
        return cleaned


def free_account_number() -> str:
    """Return ten digits that no account has."""
    while True:
        number = f"{3 * 10**9 + secrets.randbelow(10**9)}"
        if not Account.objects.filter(account_number=number).exists():
            return number


def _line_of(account: Account) -> set[int]:
    """Return the account and all above it."""
    line: set[int] = set()
    here: Account | None = account
    while here is not None and here.pk not in line:
        line.add(here.pk)
        here = here.parent
    return line
