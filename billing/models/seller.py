"""The seller: the tenant's own legal person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import bic as bic_codes
from stdnum import iban as iban_numbers

from billing.models.fields import (
    CountryField,
    CurrencyField,
    EndpointIdField,
    EndpointSchemeField,
    RegisterField,
    RegistrationField,
    endpoint_check,
)
from billing.models.registries import Registry
from billing.numbers import InvalidNumberFormat, NumberFormat, are_alike
from billing.tax.errors import InvalidTaxId
from billing.tax.ids import normalise_gstin, normalise_pan, normalise_vat_id
from certinext.tenancy.grants import KEPT
from certinext.tenancy.hosts import site_url

NUMBER_FORMATS = (
    "invoice_number_format",
    "credit_note_number_format",
    "receipt_number_format",
    "refund_number_format",
)


class Seller(models.Model):
    """Who issues the documents of this tenant: one row, with everything that is printed on them.

    What a document says is a snapshot taken at issue; changing the seller changes later documents.
    """

    legal_name = models.CharField(_("legal name"), max_length=160)
    trade_name = models.CharField(_("trade name"), max_length=80)
    address_line1 = models.CharField(_("address"), max_length=120)
    address_line2 = models.CharField(_("address, second line"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80)
    postal_code = models.CharField(_("postal code"), max_length=16)
    country = CountryField(_("country"))
    state_code = models.CharField(
        _("State code"), max_length=2, blank=True, help_text=_("India: the GST State code.")
    )
    region = models.CharField(_("State or province"), max_length=80, blank=True)
    gstin = models.CharField(_("GSTIN"), max_length=15, blank=True)
    pan = models.CharField(_("PAN"), max_length=10, blank=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    registration = models.CharField(
        _("registration"), max_length=120, blank=True, help_text=_("CIN, or register and court.")
    )
    legal_id = RegistrationField(_("registration number"))
    legal_id_scheme = RegisterField(_("register"))
    endpoint_scheme = EndpointSchemeField(_("kind of electronic address"))
    endpoint_id = EndpointIdField(_("electronic address"))
    email = models.EmailField(_("billing e-mail"), max_length=254)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    bank_name = models.CharField(_("bank"), max_length=80, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    bank_ifsc = models.CharField(_("IFSC"), max_length=11, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC/SWIFT"), max_length=11, blank=True)
    upi_id = models.CharField(_("UPI id"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60)
    currency = CurrencyField(_("currency"))
    financial_year_start = models.PositiveSmallIntegerField(
        _("first month of the financial year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    payment_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=30, validators=[MaxValueValidator(365)]
    )
    terms = models.TextField(
        _("terms on documents"),
        max_length=600,
        blank=True,
        help_text=_("For documents in every language that has no terms of its own below."),
    )
    terms_en = models.TextField(_("terms in English"), max_length=600, blank=True)
    terms_de = models.TextField(_("terms in German"), max_length=600, blank=True)
    terms_fr = models.TextField(_("terms in French"), max_length=600, blank=True)
    terms_hi = models.TextField(_("terms in Hindi"), max_length=600, blank=True)
    legal_footer = models.TextField(_("legal footer"), max_length=400, blank=True)
    signatory = models.CharField(_("authorised signatory"), max_length=80, blank=True)
    invoice_number_format = models.CharField(
        _("invoice numbers"), max_length=40, default="INV/{fy}/{number:6}"
    )
    credit_note_number_format = models.CharField(
        _("credit note numbers"), max_length=40, default="CN/{fy}/{number:6}"
    )
    receipt_number_format = models.CharField(
        _("receipt numbers"), max_length=40, default="RV/{fy}/{number:6}"
    )
    refund_number_format = models.CharField(
        _("refund voucher numbers"), max_length=40, default="RF/{fy}/{number:6}"
    )
    export_under_lut = models.BooleanField(
        _("exports under LUT"), default=True, help_text=_("Off: exports are charged with IGST.")
    )
    lut_number = models.CharField(_("LUT number"), max_length=40, blank=True)
    oss_registered = models.BooleanField(_("registered for the One Stop Shop"), default=False)
    round_to_unit = models.BooleanField(
        _("round totals to the whole rupee"),
        default=False,
        help_text=_("The difference is printed as “Round off”."),
    )
    issue_zero_invoices = models.BooleanField(_("issue invoices of zero total"), default=True)
    logo = models.TextField(
        _("logo"), blank=True, help_text=_("An SVG drawing or a PNG picture."), max_length=60_000
    )
    accent_colour = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#2b50c8",
        validators=[RegexValidator(r"\A#[0-9a-f]{6}\Z", _("Write a colour such as #2b50c8."))],
    )

    seals_documents = models.BooleanField(
        _("seal documents"),
        default=False,
        help_text=_(
            "Each PDF is sealed with this seller's key; without a valid key none is issued."
        ),
    )

    einvoicing_from = models.DateField(
        _("e-invoicing applies from"),
        null=True,
        blank=True,
        help_text=_(
            "India: documents issued on this day or later, to registered buyers and abroad, wait"
            " for the government's portal before they are rendered. Empty: e-invoicing does not"
            " apply."
        ),
    )
    registry = models.CharField(
        _("registered by"), max_length=8, choices=Registry.choices, default=Registry.IRP
    )
    chain_email = models.EmailField(
        _("e-mail for the chain's heads"),
        max_length=254,
        blank=True,
        help_text=_(
            "An auditor's, outside of this portal: each day it gets the last hash of each series of"
            " documents, against which the database can be proved later."
        ),
    )

    application_rights = KEPT

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("seller")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="seller_one_row"),
            models.CheckConstraint(
                condition=models.Q(financial_year_start__range=(1, 12)),
                name="seller_financial_year_start",
            ),
            endpoint_check("seller_endpoint_whole"),
            models.CheckConstraint(
                condition=models.Q(einvoicing_from__isnull=True)
                | (models.Q(country="IN") & ~models.Q(gstin="")),
                name="seller_einvoicing_in_india",
            ),
            models.CheckConstraint(
                condition=models.Q(registry__in=["irp", "sandbox"]), name="seller_registry_known"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def clean(self) -> None:
        """Refuse what would make wrong documents later, naming the field and the fix."""
        errors: dict[str, Any] = {}
        if self.time_zone not in available_timezones():
            errors["time_zone"] = _("Write a zone's name, such as Asia/Kolkata.")
        errors |= self._number_format_errors() | self._tax_id_errors() | self._bank_errors()
        if errors:
            raise ValidationError(errors)

    def _number_format_errors(self) -> dict[str, Any]:
        """Return a sentence for each format that cannot be, or cannot be beside the other."""
        errors: dict[str, Any] = {}
        prefixes: dict[str, list[str]] = {}
        for field in NUMBER_FORMATS:
            try:
                number_format = NumberFormat.parse(getattr(self, field))
                number_format.refuse_few_digits()
            except InvalidNumberFormat as error:
                errors[field] = gettext(error.message) % error.params
                continue
            mine = [number_format.prefix(label) for label in ("26-27", "2026")]
            if any(any(map(are_alike, mine, others)) for others in prefixes.values()):
                errors[field] = _(
                    "Different kinds of documents need different beginnings of their numbers, of"
                    " which neither continues the other with digits."
                )
            prefixes[field] = mine
        return errors

    def _tax_id_errors(self) -> dict[str, str]:
        """Normalise the tax ids; return a sentence for each that cannot be right."""
        errors = {}
        checks: dict[str, Callable[[str], str]] = {
            "gstin": normalise_gstin,
            "pan": normalise_pan,
            "vat_id": normalise_vat_id,
        }
        for field, normalise in checks.items():
            value = getattr(self, field)
            try:
                setattr(self, field, normalise(value) if value else "")
            except InvalidTaxId as error:
                errors[field] = gettext(error.message) % error.params
        return errors

    def _bank_errors(self) -> dict[str, Any]:
        """Refuse a bank account's numbers that no bank has: nobody could pay to them."""
        errors: dict[str, Any] = {}
        if self.iban and not iban_numbers.is_valid(self.iban):
            errors["iban"] = _("Its check digits are wrong: copy the IBAN from a bank statement.")
        if self.bic:
            self.bic = bic_codes.compact(self.bic)
            if not bic_codes.is_valid(self.bic):
                errors["bic"] = _("Write the 8 or 11 characters of the BIC, such as EXBKINBB.")
        return errors

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose calendar decides months, issue dates and financial years."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def verify_url(self) -> str:
        """Where anybody may check a document of this seller; printed on each."""
        return site_url() + reverse("billing:verify")

    def terms_in(self, language: str) -> str:
        """Return the terms printed on documents in `language` (a key of DOCUMENT_LANGUAGES)."""
        return getattr(self, f"terms_{language}", "") or self.terms


def current_seller() -> Seller:
    """Return the active tenant's seller; raises `Seller.DoesNotExist` before it was set up."""
    return Seller.objects.get(pk=1)
