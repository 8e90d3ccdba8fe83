"""What every e-mail that goes out by itself remembers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """One e-mail on its way.

    The row is written and committed before anything is sent, and goes to `SENDING`, committed too,
    before the mail server is spoken to. A mail that the server refused is tried again. Of one
    that was handed over without an answer (a crash, a connection that broke) nobody knows whether
    it went out: it is `UNKNOWN` and never sent again by itself. A customer may so get one too
    few, and a clerk sees it; never two.
    """

    class State(models.TextChoices):
        """How far it came."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Not known")
        DROPPED = "dropped", _("Not needed")

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField()
    # When it was handed to the mail server, and when that took it.
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    recipients = models.JSONField(_("recipients"), default=list)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def can_be_repeated(self) -> bool:
        """Whether a clerk may have it sent again: it did not go out, or nobody knows."""
        return self.state in {self.State.FAILED, self.State.UNKNOWN}

    @property
    def has_ended(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.state not in {self.State.WAITING, self.State.SENDING}


def due_index(name: str) -> models.Index:
    """Index the mails that are still to go out, or on their way."""
    return models.Index(
        fields=["next_attempt_at"], condition=Q(state__in=["waiting", "sending"]), name=name
    )


def mail_checks(prefix: str) -> list[models.BaseConstraint]:
    """Promise that a sent mail is dated, and that one which did not go out says why."""
    return [
        models.CheckConstraint(
            condition=~Q(state="sent") | Q(sent_at__isnull=False), name=f"{prefix}_sent_is_dated"
        ),
        models.CheckConstraint(
            condition=~Q(state__in=["failed", "unknown"]) | ~Q(error=""),
            name=f"{prefix}_failure_has_reason",
        ),
    ]
