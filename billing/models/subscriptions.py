"""Subscription plans and metered usage."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.catalogue import DEFAULT_TAX_CODE, DateRange
from billing.models.fields import (
    AMOUNT_LIMIT,
    AmountField,
    CurrencyField,
    QuantityField,
    TierMode,
    UnitPriceField,
    amount_check,
)
from certinext.tenancy.grants import APPEND_ONLY, KEPT, USUAL_RIGHTS


class Plan(models.Model):
    """A fee a calendar month or a year of the subscription, or both, and what it meters.

    `minimum_commitment`: monthly fee and usage of a calendar month come to so much at least; what
    is lacking is charged when the month is over. A yearly fee does not count towards it.
    """

    code = models.CharField(_("plan code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=200, blank=True)
    currency = CurrencyField(_("currency"))
    monthly_fee = AmountField(_("monthly fee"))
    yearly_fee = AmountField(_("yearly fee"), default=0)
    minimum_commitment = AmountField(_("minimum commitment a month"), default=0)
    tax_code = models.CharField(_("HSN/SAC"), max_length=8, default=DEFAULT_TAX_CODE)

    application_rights = KEPT

    class Meta:
        constraints = [
            amount_check("monthly_fee", "plan_monthly_fee", minimum=0),
            amount_check("yearly_fee", "plan_yearly_fee", minimum=0),
            amount_check("minimum_commitment", "plan_minimum_commitment", minimum=0),
        ]

    def __str__(self) -> str:
        return self.name


class PlanMeter(models.Model):
    """What a plan counts: included units a calendar month, and the price of each further one.

    The price holds for the first unit above the included ones and up to the first `MeterTier`.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="meters")
    code = models.CharField(_("meter"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    included_units = QuantityField(_("included units a month"), default=0)
    unit_price = UnitPriceField(_("price of a further unit"))
    tier_mode = models.CharField(
        _("tiers"), max_length=9, choices=TierMode.choices, default=TierMode.GRADUATED
    )

    application_rights = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="meter_once_per_plan"),
            amount_check("unit_price", "meter_unit_price", minimum=0),
            amount_check("included_units", "meter_included_units", minimum=0),
        ]

    def __str__(self) -> str:
        return self.name


class MeterTier(models.Model):
    """Another price for units beyond the first `above` ones over the included units of a month."""

    meter = models.ForeignKey(PlanMeter, on_delete=models.CASCADE, related_name="tiers")
    above = QuantityField(_("above so many further units"))
    unit_price = UnitPriceField(_("price of a unit"))
    flat_amount = AmountField(_("once, when reached"), default=0)

    application_rights = USUAL_RIGHTS

    class Meta:
        ordering = ["meter", "above"]
        constraints = [
            models.UniqueConstraint(fields=["meter", "above"], name="tier_once_per_meter"),
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(above__gt=0, above__range=(0, AMOUNT_LIMIT)),
                name="tier_above_zero",
            ),
            amount_check("unit_price", "tier_unit_price", minimum=0),
            amount_check("flat_amount", "tier_flat_amount", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.meter} > {self.above}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about subscriptions."""

    def payable_by(self, *accounts: Account) -> SubscriptionQuerySet:
        """Those of the accounts themselves and of sub-accounts that they pay for."""
        return self.filter(
            Q(account__in=accounts, account__bill_to=Account.BillTo.SELF)
            | Q(account__parent__in=accounts, account__bill_to=Account.BillTo.PARENT)
        )

    def going_on(self, *, on: date) -> SubscriptionQuerySet:
        """Those that run on a local day or begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class Subscription(models.Model):
    """An account's plan from a day until another (exclusive), in the seller's calendar.

    Each calendar month in which it runs is charged once: the whole fee, or that of its days in the
    month, none of them before the account's `billing_from`. A year's fee is charged in the month in
    which the year begins, and is not given back. An account has a plan once at a time.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="subscription_ends_after_start",
            ),
            ExclusionConstraint(
                name="subscription_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("plan", RangeOperators.EQUAL),
                    (DateRange(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.account}"


class UsageRecord(models.Model):
    """Units used at a moment. The idempotency key makes a record count once, however often sent."""

    idempotency_key = models.CharField(max_length=100, unique=True)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="usage_records"
    )
    meter = models.ForeignKey(PlanMeter, on_delete=models.PROTECT, related_name="usage_records")
    quantity = QuantityField(_("quantity"))
    occurred_at = models.DateTimeField(_("used"))
    # The local day in the seller's zone, by which the record belongs to a calendar month.
    occurred_on = models.DateField()
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "meter", "occurred_on"], name="usage_by_month"),
        ]
        constraints = [
            amount_check("quantity", "usage_quantity", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.meter} {self.quantity}"
