"""Products and what they cost."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import (
    CurrencyField,
    PercentField,
    TierMode,
    UnitPriceField,
    amount_check,
)
from certinext.tenancy.grants import KEPT, USUAL_RIGHTS

# The Services Accounting Code of certificate services in India, unless a product says otherwise.
DEFAULT_TAX_CODE = "998319"


class ProductQuerySet(models.QuerySet["Product"]):
    """Questions about the catalogue."""

    def priced(self) -> ProductQuerySet:
        """Return what price lists are about: what can be ordered, and what added names cost."""
        added_names = Product.objects.exclude(added_name_product=None).values("added_name_product")
        return self.filter(Q(is_active=True) | Q(pk__in=added_names))


class Product(models.Model):
    """A certificate product of the platform's catalogue.

    `validation` and `wildcard` say what may be ordered as it; blank: nothing is known, nothing is
    refused. The import reads them from a new product's name, and staff have the last word.

    `added_name_product`: one name added to a certificate of this product is charged as that one, at
    its price. Staff choose it; the catalogue says nothing about it.
    """

    class Validation(models.TextChoices):
        """What the CA checks (CA/Browser Forum): OV and EV certificates name an organization."""

        DOMAIN = "dv", _("Domain (DV)")
        ORGANIZATION = "ov", _("Organization (OV)")
        EXTENDED = "ev", _("Extended (EV)")

    class Wildcard(models.TextChoices):
        """Whether its certificates name wildcards such as *.example.com."""

        NO = "no", _("No wildcard names")
        YES = "yes", _("Wildcard names, and plain ones")
        ONLY = "only", _("Wildcard names only")

    product_code = models.CharField(_("product code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=160)
    category_id = models.CharField(max_length=20, blank=True)
    category_name = models.CharField(_("category"), max_length=120, blank=True)
    product_type_id = models.CharField(max_length=20, blank=True)
    tax_code = models.CharField(_("HSN/SAC"), max_length=8, default=DEFAULT_TAX_CODE)
    validation = models.CharField(
        _("validation"), max_length=2, choices=Validation.choices, blank=True
    )
    wildcard = models.CharField(
        _("wildcard names"), max_length=4, choices=Wildcard.choices, blank=True
    )
    is_active = models.BooleanField(_("can be ordered"), default=True)
    added_name_product = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("added names"),
    )

    objects = ProductQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        ordering = ["category_id", "product_code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(added_name_product__isnull=True) | ~Q(added_name_product=F("id")),
                name="product_is_not_its_own_added_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def names_an_organization(self) -> bool:
        """Whether its certificates cannot be issued without an organization."""
        return self.validation in {self.Validation.ORGANIZATION, self.Validation.EXTENDED}


class DateRange(Func):
    """The half-open PostgreSQL range [from, until)."""

    function = "DATERANGE"
    output_field = DateRangeField()


class PriceList(models.Model):
    """Prices in one currency, valid from a day until another (exclusive).

    Without an account it is the seller's general list; with one, that account's own, which comes
    first. Two lists for the same account and currency never overlap. The discount is taken off each
    of its prices that has none of its own.
    """

    name = models.CharField(_("name"), max_length=120)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="price_lists"
    )
    currency = CurrencyField(_("currency"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    discount_percent = PercentField(_("discount in per cent"), default=0)

    application_rights = KEPT

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="price_list_ends_after_start",
            ),
            ExclusionConstraint(
                name="price_list_no_overlap",
                expressions=[
                    (Coalesce(F("account"), Value(0)), RangeOperators.EQUAL),
                    ("currency", RangeOperators.EQUAL),
                    (DateRange(F("valid_from"), F("valid_until")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__range=(0, 100)), name="price_list_discount"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date | None:
        """The day before `valid_until`, as people count; None for a list without an end."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None


class PriceListItem(models.Model):
    """The net price of one product for one term, in the list's currency.

    With tiers it is the price of the first order of a calendar month; `discount_percent` stands in
    for the list's discount, zero for none.
    """

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    term_years = models.PositiveSmallIntegerField(_("term in years"))
    amount = UnitPriceField(_("price"))
    discount_percent = models.DecimalField(
        _("discount in per cent"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    tier_mode = models.CharField(
        _("tiers"), max_length=9, choices=TierMode.choices, default=TierMode.GRADUATED
    )

    application_rights = USUAL_RIGHTS

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "product", "term_years"], name="price_once_per_term"
            ),
            amount_check("amount", "price_not_negative", minimum=0),
            models.CheckConstraint(condition=Q(term_years__range=(1, 10)), name="price_term"),
            models.CheckConstraint(
                condition=Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, 100)),
                name="price_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.term_years}"


class PriceTier(models.Model):
    """Another price of a product and term beyond the first `above` ones of a calendar month."""

    item = models.ForeignKey(PriceListItem, on_delete=models.CASCADE, related_name="tiers")
    above = models.PositiveIntegerField(_("above so many a month"))
    amount = UnitPriceField(_("price"))

    application_rights = USUAL_RIGHTS

    class Meta:
        ordering = ["item", "above"]
        constraints = [
            models.UniqueConstraint(fields=["item", "above"], name="price_tier_once"),
            models.CheckConstraint(condition=Q(above__gt=0), name="price_tier_above_zero"),
            amount_check("amount", "price_tier_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.item} > {self.above}"
