"""Payment methods that accounts keep at a gateway, and what they agreed may be charged to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import AMOUNT_LIMIT, AmountField, CurrencyField
from certinext.tenancy.grants import KEPT


class Mandate(models.Model):
    """A payment method that an account keeps at a gateway, to be charged without the customer.

    The gateway knows the card; here are only its own ids of customer and method, the brand and the
    last four digits. `next_check_at` says when the gateway is to be asked how keeping it went, or,
    once it is removed, to be told to forget it; none when there is nothing left to do.
    """

    class State(models.TextChoices):
        """How it stands."""

        PENDING = "pending", _("Being kept")
        ACTIVE = "active", _("Kept")
        FAILED = "failed", _("Not kept")
        REMOVED = "removed", _("Removed")

    reference = models.CharField(_("number"), max_length=16)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates")
    provider = models.CharField(_("gateway"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    # The gateway's page on which the customer keeps it.
    session_ref = models.CharField(max_length=120, blank=True)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    customer_ref = models.CharField(max_length=120, blank=True)
    method_ref = models.CharField(max_length=120, blank=True)
    brand = models.CharField(_("brand"), max_length=40, blank=True)
    last4 = models.CharField(_("last four digits"), max_length=4, blank=True)
    begun_by = models.CharField(_("begun by"), max_length=254)
    begun_at = models.DateTimeField(_("begun"))
    kept_at = models.DateTimeField(_("kept since"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=254, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Why it was not kept, or is no longer.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="mandate_reference_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="active"), name="mandate_one_active"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | (~Q(method_ref="") & Q(kept_at__isnull=False)),
                name="mandate_active_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "active"])
                | (Q(ended_at__isnull=False) & ~Q(reason="")),
                name="mandate_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}" if self.last4 else self.brand or self.reference


class AutoTopUp(models.Model):
    """What an account agreed to: how much is charged to a kept method by itself, and when.

    Once free credits fall below `threshold`, `amount` is charged and added to them, at most
    `monthly_limit` in a calendar month of the seller's zone, all in `currency`. `consent` is the
    text that was agreed to, as it was shown. The terms never change: others are another row, and
    one at most is in force. The amount is at least the threshold, so that one charge lifts credits
    above it: a fall is charged once.

    Armed while the next fall is still to be charged; disarmed by its charge, or where credits are
    below for another reason than spending. A trigger arms it again in the transaction that brings
    credits up to the threshold.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="auto_top_ups")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="auto_top_ups")
    threshold = AmountField(_("top up below"))
    amount = AmountField(_("amount"))
    monthly_limit = AmountField(_("most a month"))
    currency = CurrencyField(_("currency"))
    consent = models.TextField(_("agreed to"))
    set_by = models.CharField(_("agreed by"), max_length=254)
    set_at = models.DateTimeField(_("agreed"))
    is_armed = models.BooleanField(_("waits for the next fall"))
    # Paused after declines in a row, of which those before `counted_from` no longer count.
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    counted_from = models.DateTimeField()
    ended_by = models.CharField(_("turned off by"), max_length=254, blank=True)
    ended_at = models.DateTimeField(_("turned off"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="auto_top_up_one_in_force"
            ),
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(threshold__gt=0, threshold__range=("0", AMOUNT_LIMIT)),
                name="auto_top_up_threshold_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(F("threshold"), AMOUNT_LIMIT)),
                name="auto_top_up_amount_lifts",
            ),
            models.CheckConstraint(
                condition=Q(monthly_limit__range=(F("amount"), AMOUNT_LIMIT)),
                name="auto_top_up_limit_allows_one",
            ),
            models.CheckConstraint(condition=~Q(consent=""), name="auto_top_up_has_consent"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | (~Q(ended_by="") & ~Q(end_reason="")),
                name="auto_top_up_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.amount} {self.currency} below {self.threshold}"
