"""Forms of the customer's order pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Group, Membership, Product
from billing.prices import Price
from certinext.web import formatting
from certinext.web.forms import PlainForm
from orders.add_names import MOST_NAMES, check_names
from orders.details import LIMITS, MOST_TAGS
from orders.errors import InvalidOrder
from orders.models import Order
from orders.subjects import LONGEST_NAME, Subject, subject_of

# Between names: lines, as asked for, and what else people paste.
SEPARATORS = re.compile(r"[\s,;]+")
LONGEST_NAMES = MOST_NAMES * (LONGEST_NAME + 2)
SUBJECT_FIELDS: dict[Subject, tuple[Any, Any, bool]] = {
    Subject.DOMAIN: (_("Domain"), _("Such as www.example.com or *.example.com."), True),
    Subject.MAILBOX: (_("E-mail address or domain"), _("Whom the certificate names."), True),
    Subject.ANY: (_("Domain or e-mail address"), "", False),
}
# Where the catalogue says which kind of name it is.
WILDCARD_HINTS: dict[str, Any] = {
    Product.Wildcard.NO: _("Such as www.example.com."),
    Product.Wildcard.ONLY: _("Such as *.example.com."),
}


class AccountForm(PlainForm):
    """For which account a partner orders."""

    account = forms.ModelChoiceField(
        queryset=Account.objects.none(),
        to_field_name="account_number",
        label=_("Order for"),
        empty_label=None,
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["account"]
        choices.queryset = membership.accounts().order_by("display_name", "account_number")

    @property
    def is_a_choice(self) -> bool:
        """Whether there is more than one account to order for."""
        choices: Any = self.fields["account"]
        return bool(choices.queryset.count() > 1)


class OrderForm(PlainForm):
    """One product for one account: term, what the certificate names, and how it is billed.

    The verb checks what is written; this form knows which fields there are and what can be chosen.
    """

    term_years = forms.TypedChoiceField(label=_("Term"), coerce=int, widget=forms.RadioSelect)
    domain_name = forms.CharField(
        label=_("Domain"),
        error_messages={"required": _("Enter what the certificate names.")},
        max_length=255,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    organization_name = forms.CharField(
        label=_("Organization"),
        error_messages={"required": _("Enter the organization that the certificate names.")},
        max_length=LIMITS["organization_name"],
        required=False,
    )
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        to_field_name="group_number",
        label=_("Group"),
        help_text=_("The cost centre that is printed on the invoice's line."),
        required=False,
        empty_label=_("No group"),
    )
    po_number = forms.CharField(
        label=_("Purchase order number"),
        max_length=LIMITS["po_number"],
        required=False,
        help_text=_("Printed on the invoice."),
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=MOST_TAGS * (LIMITS["tags"] + 2),
        required=False,
        help_text=_("Separated by commas."),
    )
    remarks = forms.CharField(
        label=_("Remarks"),
        max_length=LIMITS["remarks"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        account: Account,
        product: Product,
        prices: Iterable[Price | None],
        terms: Iterable[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        terms_field: Any = self.fields["term_years"]
        terms_field.choices = [
            (term, _term_label(term, price))
            for term, price in zip(terms, prices, strict=True)
            if price is not None
        ]
        self._name_the_subject(product)
        groups: Any = self.fields["group"]
        groups.queryset = account.groups.all()
        if not groups.queryset.exists():
            del self.fields["group"]

    def _name_the_subject(self, product: Product) -> None:
        subject = subject_of(product)
        if subject is Subject.ORGANIZATION or product.names_an_organization:
            self.fields["organization_name"].required = True
            self.fields["organization_name"].widget.is_required = True
        if subject is Subject.ORGANIZATION:
            del self.fields["domain_name"]
            return
        label, hint, is_required = SUBJECT_FIELDS[subject]
        if subject is Subject.DOMAIN:
            hint = WILDCARD_HINTS.get(product.wildcard, hint)
        field = self.fields["domain_name"]
        field.label, field.help_text, field.required = label, hint, is_required

    def clean_remarks(self) -> str:
        """Write several lines as one: they are kept and printed so."""
        return one_line(self.cleaned_data["remarks"])

    @property
    def details(self) -> dict[str, Any]:
        """What was entered, as the verbs name it."""
        cleaned = self.cleaned_data
        return {
            "term_years": cleaned["term_years"],
            "domain_name": cleaned.get("domain_name", ""),
            "organization_name": cleaned["organization_name"],
            "group": cleaned.get("group"),
            "po_number": cleaned["po_number"],
            "tags": cleaned["tags"].split(","),
            "remarks": cleaned["remarks"],
        }

    def refuse(self, field: str, sentence: str) -> None:
        """Show what a verb refused at the field that it names."""
        self.add_error(field if field in self.fields else None, sentence)


class ReasonForm(PlainForm):
    """Why an order is cancelled or rejected; the credit note prints it."""

    reason = forms.CharField(
        label=_("Reason"),
        error_messages={"required": _("Say why, in a few words.")},
        max_length=LIMITS["reason"],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the order, and printed on a credit note."),
    )

    def clean_reason(self) -> str:
        """Write several lines as one."""
        return one_line(self.cleaned_data["reason"])


class RenewalForm(PlainForm):
    """For which term an order is renewed.

    `extension` is the number that the page was shown with: sent twice, it renews once.
    `shown_term` is the term whose cost stood on the page.
    """

    term_years = forms.TypedChoiceField(label=_("Term"), coerce=int, widget=forms.RadioSelect)
    extension = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput)
    shown_term = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, terms: Mapping[int, Price], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["term_years"]
        field.choices = [(term, _term_label(term, price)) for term, price in terms.items()]


class NamesForm(PlainForm):
    """Which names are added to an order's certificate."""

    names = forms.CharField(
        label=_("Names"),
        error_messages={"required": _("Enter the names to add.")},
        help_text=_("One a line, such as www.example.com."),
        max_length=LONGEST_NAMES,
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._order = order

    def clean_names(self) -> list[str]:
        """Return each name once, as the verb will charge it."""
        try:
            return check_names(self._order, names_in(self.cleaned_data["names"]))
        except InvalidOrder as error:
            raise forms.ValidationError(gettext(error.message) % error.params) from error


def names_in(text: str) -> list[str]:
    """Return the names of a text, as they were typed or pasted."""
    return [name for name in SEPARATORS.split(text) if name]


def one_line(text: str) -> str:
    """Return a text without line breaks and repeated blanks."""
    return " ".join(text.split())


def _term_label(term: int, price: Price) -> str:
    years = ngettext("%(count)s year", "%(count)s years", term) % {"count": term}
    return format_html(
        "{}<small>{}</small>", years, formatting.money(price.rounded, price.currency)
    )
