"""Charges: anything billable, once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account, Group
from billing.models.catalogue import DEFAULT_TAX_CODE, Product
from billing.models.fields import (
    AmountField,
    CurrencyField,
    QuantityField,
    UnitPriceField,
    amount_check,
)
from certinext.identity.models import User
from certinext.tenancy.grants import APPEND_ONLY


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Questions about charges."""

    def open(self) -> ChargeQuerySet:
        """Neither on an invoice nor voided."""
        return self.filter(line__isnull=True, void__isnull=True)

    def payable_by(self, *accounts: Account) -> ChargeQuerySet:
        """Those whose invoice goes to one of these accounts."""
        return self.filter(payer__in=accounts)


class Charge(models.Model):
    """Something an account owes, before tax, in the account's currency.

    Written once and never changed: it is open, or on one invoice line, or voided. `source_key` says
    where it came from (`order:4820193377`, `subscription:7:2026-10`) and makes raising it twice
    impossible. Order number and domain are text, for orders live in a layer above.
    """

    class Kind(models.TextChoices):
        """What was charged; also the section in which an invoice prints it."""

        ORDER = "order", _("Certificate orders")
        SUBSCRIPTION = "subscription", _("Subscription")
        USAGE = "usage", _("Usage")

    source_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="charges")
    payer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payable_charges")
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT)
    description = models.CharField(_("description"), max_length=200)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    tax_code = models.CharField(_("HSN/SAC"), max_length=8, default=DEFAULT_TAX_CODE)
    term_years = models.PositiveSmallIntegerField(_("term in years"), null=True, blank=True)
    quantity = QuantityField(_("quantity"), default=1)
    unit_price = UnitPriceField(_("unit price"))
    net_amount = AmountField(_("net"), help_text=_("Quantity times unit price, rounded."))
    currency = CurrencyField(_("currency"))
    service_from = models.DateField(
        _("date of supply"), help_text=_("The local day of acceptance, or the first day.")
    )
    service_until = models.DateField(
        _("supplied until"), null=True, blank=True, help_text=_("The last day, inclusive.")
    )
    order_number = models.CharField(_("order number"), max_length=10, blank=True, db_index=True)
    domain_name = models.CharField(_("domain"), max_length=255, blank=True)
    po_number = models.CharField(_("purchase order"), max_length=60, blank=True)
    ordered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(_("raised"), auto_now_add=True)

    objects = ChargeQuerySet.as_manager()

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["service_from", "id"]
        indexes = [
            models.Index(fields=["payer", "service_from"], name="charge_by_payer"),
        ]
        constraints = [
            amount_check("net_amount", "charge_net_amount", minimum=0),
            amount_check("unit_price", "charge_unit_price", minimum=0),
            amount_check("quantity", "charge_quantity", minimum=0),
            models.CheckConstraint(
                condition=~Q(kind="order") | Q(order_number__regex=r"^[0-9]{10}$"),
                name="charge_order_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.description} {self.net_amount} {self.currency}"


class ChargeVoid(models.Model):
    """A charge that will never be invoiced, and why. An invoiced charge cannot be voided."""

    charge = models.OneToOneField(
        Charge, on_delete=models.PROTECT, primary_key=True, related_name="void"
    )
    reason = models.CharField(_("reason"), max_length=300)
    voided_at = models.DateTimeField(_("when"), auto_now_add=True)

    application_rights = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.charge}: {self.reason}"
