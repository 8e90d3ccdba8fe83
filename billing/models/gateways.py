"""The seller's accounts at payment gateways, what was begun there, and what they told us."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.payments import Payment
from billing.models.providers import Provider
from certinext.tenancy.grants import KEPT


class GatewayAccount(models.Model):
    """The seller's account at one gateway. Secrets are stored sealed (`billing.gateways.sealing`).

    Without its webhook secret a gateway's messages are nobody's: the address answers 404.
    """

    provider = models.CharField(
        _("gateway"), max_length=20, choices=Provider.choices, primary_key=True
    )
    enabled = models.BooleanField(_("customers may pay with it"), default=False)
    publishable_key = models.CharField(_("publishable key"), max_length=200, blank=True)
    sealed_secret = models.TextField(blank=True)
    sealed_webhook_secret = models.TextField(blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    application_rights = KEPT

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(enabled=False) | ~Q(sealed_webhook_secret=""),
                name="gateway_enabled_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_provider_display())


class Checkout(models.Model):
    """The page at a gateway that one payment was sent to, and when to ask about it again.

    `next_check_at` is none once the gateway's answer is final.
    """

    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, primary_key=True, related_name="checkout"
    )
    url = models.TextField()
    expires_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True)

    application_rights = KEPT

    def __str__(self) -> str:
        return str(self.payment)


class WebhookDelivery(models.Model):
    """A gateway's message as it arrived, kept for good: one row an event, and what became of it.

    Only messages with a right signature come here. `amount` is in minor units of `currency`, as the
    gateway counts them.
    """

    class Outcome(models.TextChoices):
        """What it did."""

        APPLIED = "applied", _("Applied")
        KNOWN = "known", _("Known already")
        MISMATCH = "mismatch", _("Held: not what was asked for")
        UNEXPECTED = "unexpected", _("Held: money nobody waits for")
        UNKNOWN = "unknown", _("No such payment")
        IGNORED = "ignored", _("Not about payments")

    pk = models.CompositePrimaryKey("provider", "event_id")
    provider = models.CharField(_("gateway"), max_length=20, choices=Provider.choices)
    event_id = models.CharField(_("event"), max_length=200)
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received"), db_index=True)
    kind = models.CharField(_("kind"), max_length=10)
    session_ref = models.CharField(max_length=120, blank=True)
    provider_ref = models.CharField(_("transaction number"), max_length=120, blank=True)
    reference = models.CharField(_("payment number"), max_length=40, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # None until it was worked off; then for good.
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    worked_off_at = models.DateTimeField(_("worked off"), null=True, blank=True)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )

    application_rights = KEPT

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(outcome=""), name="delivery_to_work_off"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", worked_off_at=None)
                | (~Q(outcome="") & Q(worked_off_at__isnull=False)),
                name="delivery_outcome_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class SandboxMethod(models.Model):
    """A payment method that the sandbox was asked to keep, and what charging it does."""

    class State(models.TextChoices):
        """How it stands there."""

        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        DECLINED = "declined", _("Declined")
        FORGOTTEN = "gone", _("Forgotten")

    class Behaviour(models.TextChoices):
        """What a charge does."""

        PAYS = "pays", _("Pays")
        DECLINES = "declines", _("Is declined later")
        ASKS = "asks", _("Asks for the customer later")

    session_ref = models.CharField(max_length=40, primary_key=True)
    reference = models.CharField(max_length=16)
    description = models.CharField(max_length=200)
    success_url = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    behaviour = models.CharField(max_length=8, choices=Behaviour.choices, default=Behaviour.PAYS)
    expires_at = models.DateTimeField()

    application_rights = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="sandbox_method_once"),
        ]

    def __str__(self) -> str:
        return self.session_ref


class SandboxSession(models.Model):
    """A checkout at the sandbox: what the imitated gateway knows of itself. No money moves there.

    Amounts are in minor units of `currency`. `charges` lists the payments made: id and amount.
    """

    class State(models.TextChoices):
        """How it stands there."""

        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        DECLINED = "declined", _("Declined")
        CALLED_OFF = "off", _("Called off")

    session_ref = models.CharField(max_length=40, primary_key=True)
    reference = models.CharField(max_length=16)
    description = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The kept method that it is charged to; none where the customer pays on the page.
    method = models.ForeignKey(
        "SandboxMethod", null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    success_url = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    charges = models.JSONField(default=list)
    refunds = models.JSONField(default=list)
    expires_at = models.DateTimeField()

    application_rights = KEPT

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.session_ref


class SandboxMessage(models.Model):
    """A webhook that the sandbox has still to deliver, or has."""

    session = models.ForeignKey(SandboxSession, on_delete=models.PROTECT, related_name="messages")
    body = models.TextField()
    due_at = models.DateTimeField(db_index=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    application_rights = KEPT

    def __str__(self) -> str:
        return f"{self.session} {self.pk}"
