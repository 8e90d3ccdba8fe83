"""Registration of Indian documents at the government's portal (CGST Rule 48(4)).

What is still to be registered is work (`RegistrationRequest`); what the portal was asked and what
it gave are facts, written once.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from billing.models.documents import Document
from billing.models.registries import Registry
from certinext.tenancy.grants import APPEND_ONLY, KEPT


class RegistrationRequestQuerySet(models.QuerySet["RegistrationRequest"]):
    """Requests by how they stand."""

    def unanswered(self) -> RegistrationRequestQuerySet:
        """Return those whose document has no number of the portal's yet."""
        return self.filter(~Exists(Registration.objects.filter(document=OuterRef("pk"))))

    def waiting(self) -> RegistrationRequestQuerySet:
        """Return those that are tried again by themselves."""
        return self.unanswered().filter(next_attempt_at__isnull=False)

    def stopped(self) -> RegistrationRequestQuerySet:
        """Return those that wait for a clerk: refused, or answered for another document."""
        return self.unanswered().filter(next_attempt_at__isnull=True)


class RegistrationRequest(models.Model):
    """A document that is to be registered before it is rendered, written with it when it is issued.

    `registry` is who was to register it on that day. The application updates when to try next and
    how often it was begun; everything else about it is rows of its own. `next_attempt_at` is none
    once it is registered, and while it waits for a clerk.
    """

    document = models.OneToOneField(
        Document,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="registration_request",
    )
    registry = models.CharField(_("registered by"), max_length=8, choices=Registry.choices)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)

    objects = RegistrationRequestQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="registration_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(registry__in=["irp", "sandbox"]), name="registration_registry_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)


class RegistrationAttempt(models.Model):
    """What came of asking once: the portal's own code and words, or ours where it gave none."""

    class Outcome(models.TextChoices):
        """How it ended."""

        REGISTERED = "registered", _("Registered")
        TAKEN_UP = "taken_up", _("Was registered already")
        UNAVAILABLE = "unavailable", _("No answer")
        REFUSED = "refused", _("Refused")
        DISAGREES = "disagrees", _("Answer does not fit")

    request = models.ForeignKey(
        RegistrationRequest, on_delete=models.PROTECT, related_name="outcomes"
    )
    at = models.DateTimeField(_("time"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    code = models.CharField(_("code"), max_length=20, blank=True)
    message = models.CharField(_("what it said"), max_length=1000, blank=True)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["registered", "taken_up"]) | ~Q(message=""),
                name="registration_failure_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.outcome} {self.code}".strip()


class Registration(models.Model):
    """What the portal gave for a document: printed as it came, nothing of it is made here.

    `acked_at` is the portal's time of acknowledgement; `signed_qr` and `signed_invoice` are JSON
    Web Tokens (RS256) that it signed, `answer` is all of its answer. `verified_with` is the SHA-256
    of the public key that the code's signature was verified with (the invoice's was verified with
    one of the configured keys too); empty where none is configured.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="registration"
    )
    registry = models.CharField(_("registered by"), max_length=8, choices=Registry.choices)
    irn = models.CharField("IRN", max_length=64, unique=True)
    ack_number = models.CharField(_("acknowledgement number"), max_length=20)
    acked_at = models.DateTimeField(_("acknowledged"))
    signed_qr = models.TextField()
    signed_invoice = models.TextField()
    answer = models.JSONField()
    verified_with = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(irn__regex=r"^[0-9a-f]{64}$"), name="registration_irn_form"
            ),
            models.CheckConstraint(
                condition=Q(ack_number__regex=r"^[0-9]{1,20}$"), name="registration_ack_form"
            ),
            models.CheckConstraint(
                condition=~Q(signed_qr="") & ~Q(signed_invoice=""), name="registration_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return self.irn

    @property
    def is_sandbox(self) -> bool:
        """Whether the sandbox gave it, and it is worth nothing."""
        return self.registry == Registry.SANDBOX
