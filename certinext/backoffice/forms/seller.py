"""The seller's legal identity, and how its pages and documents look."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Document, Seller
from billing.numbers import InvalidNumberFormat, NumberFormat, NumbersClash
from billing.periods import financial_year
from billing.sealing.keys import SealingKeyMissing
from billing.sealing.switch import refuse_without_key
from billing.series import refuse_clash
from certinext.backoffice.contrast import LEAST, contrast_with_white, darkened
from certinext.backoffice.countries import countries, currencies, states
from certinext.backoffice.forms.address import NEEDED_REGION, NEEDED_STATE, check_address
from certinext.backoffice.forms.einvoicing import (
    EINVOICING,
    EINVOICING_ROWS,
    check_einvoicing,
    einvoicing_day_field,
    registries,
)
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
from certinext.pdf.logo import LARGEST_UPLOAD, InvalidLogo, safe_logo
from certinext.web.forms import PlainModelForm
from invoices.models import BillingRun, MonthlyPermission

MONTHS = [
    (1, gettext_lazy("January")),
    (2, gettext_lazy("February")),
    (3, gettext_lazy("March")),
    (4, gettext_lazy("April")),
    (5, gettext_lazy("May")),
    (6, gettext_lazy("June")),
    (7, gettext_lazy("July")),
    (8, gettext_lazy("August")),
    (9, gettext_lazy("September")),
    (10, gettext_lazy("October")),
    (11, gettext_lazy("November")),
    (12, gettext_lazy("December")),
]
SECTIONS: Sections = [
    (
        gettext_lazy("Who sells"),
        ("legal_name", "trade_name", "registration", ("email", "phone"), "signatory"),
    ),
    (
        gettext_lazy("Address"),
        (
            "address_line1",
            "address_line2",
            ("postal_code", "city"),
            "country",
            ("state_code", "region"),
        ),
    ),
    (
        gettext_lazy("Tax"),
        (("gstin", "pan"), "vat_id", "oss_registered", "export_under_lut", "lut_number"),
    ),
    (ELECTRONIC, ELECTRONIC_ROWS),
    (EINVOICING, EINVOICING_ROWS),
    (
        gettext_lazy("Bank"),
        (("bank_name", "bank_account"), ("bank_ifsc", "upi_id"), ("iban", "bic")),
    ),
    (
        gettext_lazy("Calendar and money"),
        (
            ("time_zone", "financial_year_start"),
            ("currency", "payment_days"),
            "round_to_unit",
            "issue_zero_invoices",
        ),
    ),
    (
        gettext_lazy("Numbers and texts of documents"),
        (
            ("invoice_number_format", "credit_note_number_format"),
            ("receipt_number_format", "refund_number_format"),
            "terms",
            ("terms_en", "terms_de"),
            ("terms_fr", "terms_hi"),
            "legal_footer",
            ("seals_documents", "chain_email"),
        ),
    ),
]
NUMBER_FORMATS = {
    "invoice_number_format": Document.Kind.INVOICE,
    "credit_note_number_format": Document.Kind.CREDIT_NOTE,
    "receipt_number_format": Document.Kind.RECEIPT,
    "refund_number_format": Document.Kind.REFUND,
}
LANGUAGES = [key for key, _name in settings.DOCUMENT_LANGUAGES]


class SellerForm(PlainModelForm[Seller]):
    """What is printed of the seller on every document from now on."""

    needed_for = {
        "state_code": NEEDED_STATE,
        "region": NEEDED_REGION,
        "bic": gettext_lazy("for transfers from abroad"),
    }

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    state_code = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    endpoint_scheme = endpoint_scheme_field()
    einvoicing_from = einvoicing_day_field()
    registry = forms.ChoiceField(label=gettext_lazy("Registered by"))
    financial_year_start = forms.TypedChoiceField(
        label=gettext_lazy("First month of the financial year"), choices=MONTHS, coerce=int
    )

    class Meta:
        model = Seller
        fields = names_in(SECTIONS)
        widgets = {
            "terms": forms.Textarea(attrs={"rows": 3}),
            **{f"terms_{key}": forms.Textarea(attrs={"rows": 3}) for key in LANGUAGES},
            "legal_footer": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = cast(dict[str, forms.ChoiceField], self.fields)
        fields["country"].choices = countries()
        fields["state_code"].choices = states()
        fields["currency"].choices = currencies()
        fields["endpoint_scheme"].choices = schemes()
        fields["registry"].choices = registries(self.instance.registry)
        explain(self)
        for name in NUMBER_FORMATS:
            self.fields[name].help_text = self._example(name)

    @property
    def sections(self) -> Shown:
        """The fields under their headings."""
        return shown(self, SECTIONS)

    def clean_time_zone(self) -> str:
        """Keep the zone once monthly periods were counted in it: their ends cannot move."""
        zone: str = self.cleaned_data["time_zone"]
        before = self.initial.get("time_zone")
        if zone != before and (MonthlyPermission.objects.exists() or BillingRun.objects.exists()):
            raise forms.ValidationError(
                _(
                    "Monthly invoices are counted in %(zone)s: in another time zone their months"
                    " would overlap or leave a gap, so it cannot change any more."
                )
                % {"zone": before}
            )
        return zone

    def clean(self) -> dict[str, Any]:
        """Refuse texts that no document should carry, and numbers that another series gives."""
        super().clean()
        refuse_unfit_texts(self)
        check_address(self)
        check_electronic(self)
        check_einvoicing(self, before=self.initial.get("einvoicing_from"))
        if "financial_year_start" in self.cleaned_data:
            for name, kind in NUMBER_FORMATS.items():
                self._refuse_clash(name, kind)
        return self.cleaned_data

    def clean_seals_documents(self) -> bool:
        """Refuse to seal without a key that can: no document could be issued."""
        wanted: bool = self.cleaned_data["seals_documents"]
        if wanted and not self.instance.seals_documents:
            try:
                refuse_without_key(now=timezone.now())
            except SealingKeyMissing as error:
                raise forms.ValidationError(str(error)) from error
        return wanted

    def _refuse_clash(self, name: str, kind: Document.Kind) -> None:
        try:
            refuse_clash(
                NumberFormat.parse(self.cleaned_data.get(name, "")),
                kind,
                today=timezone.localdate(),
                financial_year_start=self.cleaned_data["financial_year_start"],
            )
        except InvalidNumberFormat:
            return  # The seller's own rules say so, in their words.
        except NumbersClash as error:
            self.add_error(name, _(error.message) % error.params)

    def _example(self, name: str) -> str:
        """Show the number that the format gives now; a wrong format shows the form to follow."""
        written = self.data.get(self.add_prefix(name), getattr(self.instance, name))
        year = financial_year(
            timezone.localdate(), start_month=self.instance.financial_year_start or 1
        )
        try:
            number = NumberFormat.parse(written).format(year.label, 1)
        except (InvalidNumberFormat, ValueError):
            return _("Such as INV/{fy}/{number:6}, 16 characters at most.")
        return _(
            "Gives %(example)s. {fy} is the financial year, {number:6} the counter with its count"
            " of digits."
        ) % {"example": number}


class BrandingForm(PlainModelForm[Seller]):
    """Logo and accent colour."""

    logo_file = forms.FileField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy(
            "An SVG drawing of shapes, 60 kB at most, or a PNG picture, also a transparent one, of"
            " 1 MB and 4,000 pixels a side at most. It stands on pages and documents."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".svg,.png,image/svg+xml,image/png"}),
    )
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)

    class Meta:
        model = Seller
        fields = ["accent_colour"]
        widgets = {"accent_colour": forms.TextInput(attrs={"maxlength": 7})}
        help_texts = {
            "accent_colour": gettext_lazy(
                "Links and buttons, such as #2b50c8. White text on it must be readable."
            )
        }

    def clean_accent_colour(self) -> str:
        """Refuse a colour on which white cannot be read, and name one on which it can."""
        colour: str = self.cleaned_data["accent_colour"].lower()
        ratio = contrast_with_white(colour)
        if ratio < LEAST:
            raise forms.ValidationError(
                _(
                    "White text on %(colour)s has a contrast of %(ratio).1f:1 and needs"
                    " %(least).1f:1. Take a darker one, such as %(better)s."
                )
                % {
                    "colour": colour,
                    # Rounded down: 4.46 must not read as enough.
                    "ratio": int(ratio * 10) / 10,
                    "least": LEAST,
                    "better": darkened(colour),
                }
            )
        return colour

    def clean_logo_file(self) -> str:
        """Return the logo made anew from what is allowed in one, as it is kept."""
        upload = self.cleaned_data["logo_file"]
        if not upload:
            return ""
        try:
            return safe_logo(upload.read(LARGEST_UPLOAD))
        except InvalidLogo as error:
            raise forms.ValidationError(str(error)) from error

    def save(self, commit: bool = True) -> Seller:
        """Store colour and logo."""
        if self.cleaned_data["remove_logo"]:
            self.instance.logo = ""
        if self.cleaned_data["logo_file"]:
            self.instance.logo = self.cleaned_data["logo_file"]
        return super().save(commit)
