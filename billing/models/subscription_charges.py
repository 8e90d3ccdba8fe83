"""What of a subscription a charge stands for."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models.catalogue import DateRange
from billing.models.charges import Charge
from billing.models.fields import AmountField, QuantityField, amount_check
from billing.models.subscriptions import PlanMeter, Subscription
from certinext.tenancy.grants import APPEND_ONLY


class SubscriptionCharge(models.Model):
    """Links a charge to its subscription and to the days that it pays for.

    No day of a subscription is paid for twice, by a constraint: neither its fee nor its commitment,
    nor are the included units of a meter stated twice. Usage may come late, in any number of lines;
    `units` says how many units beyond the included ones each of them charges, and `covered` what
    they would have cost, had the true-up of the month's commitment not paid for them ahead.
    """

    class What(models.TextChoices):
        """What is charged."""

        MONTH = "month", _("Monthly fee")
        YEAR = "year", _("Yearly fee")
        COMMITMENT = "commitment", _("Minimum commitment")
        INCLUDED = "included", _("Included units")
        USAGE = "usage", _("Usage")

    charge = models.OneToOneField(
        Charge, on_delete=models.PROTECT, primary_key=True, related_name="subscribed"
    )
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="charges")
    what = models.CharField(max_length=10, choices=What.choices)
    meter = models.ForeignKey(PlanMeter, null=True, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    until = models.DateField(help_text=_("The day after the last one."))
    units = QuantityField(default=0)
    covered = AmountField(default=0)

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("first_day")), name="subscription_charge_days"
            ),
            models.CheckConstraint(
                condition=Q(what__in=["month", "year", "commitment"], meter__isnull=True)
                | Q(what__in=["included", "usage"], meter__isnull=False),
                name="subscription_charge_meter",
            ),
            amount_check("units", "subscription_charge_units", minimum=0),
            amount_check("covered", "subscription_charge_covered", minimum=0),
            ExclusionConstraint(
                name="subscription_period_once",
                condition=~Q(what="usage"),
                expressions=[
                    ("subscription", RangeOperators.EQUAL),
                    ("what", RangeOperators.EQUAL),
                    (Coalesce(F("meter"), Value(0)), RangeOperators.EQUAL),
                    (DateRange(F("first_day"), F("until")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.what} {self.first_day}"
