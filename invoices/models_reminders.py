"""Reminders of invoices: the schedule, what went out, and for whom it is stopped."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Document
from billing.models.mails import OutgoingMail
from certinext.tenancy.grants import APPEND_ONLY, KEPT, USUAL_RIGHTS

EARLIEST_STEP, LATEST_STEP = -60, 365


class Level(models.TextChoices):
    """The wording of a reminder, from the friendliest to the last."""

    DUE_SOON = "due_soon", _("Due soon")
    DUE = "due", _("Due")
    OVERDUE = "overdue", _("Overdue")
    LAST = "last", _("Last reminder")


class ReminderStep(models.Model):
    """One step of the seller's schedule: `days` after the due date, before it when below zero."""

    days = models.SmallIntegerField(_("days after the due date"))
    level = models.CharField(_("wording"), max_length=8, choices=Level.choices)

    application_rights = USUAL_RIGHTS

    class Meta:
        ordering = ["days"]
        constraints = [
            models.UniqueConstraint(fields=["days"], name="reminder_step_once"),
            models.CheckConstraint(
                condition=Q(days__range=(EARLIEST_STEP, LATEST_STEP)),
                name="reminder_step_in_range",
            ),
            models.CheckConstraint(
                condition=Q(level="due_soon", days__lte=0)
                | Q(level="due", days__gte=0)
                | Q(level__in=["overdue", "last"], days__gt=0),
                name="reminder_step_wording_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days:+} {self.level}"


class ReminderStop(models.Model):
    """From when until when an account gets no reminders, and why."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reminder_stops")
    reason = models.CharField(_("reason"), max_length=300)
    stopped_at = models.DateTimeField(_("stopped"))
    stopped_by = models.CharField(_("stopped by"), max_length=254)
    resumed_at = models.DateTimeField(_("resumed"), null=True)
    resumed_by = models.CharField(_("resumed by"), max_length=254, blank=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-stopped_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(resumed_at__isnull=True),
                name="reminder_stop_one_open",
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("stopped_at")),
                name="reminder_stop_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reminder_stop_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.reason}"


class ReminderMail(OutgoingMail):
    """One e-mail: an account's invoices that reached a step on one day of the seller's zone."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reminder_mails")
    on = models.DateField(_("date"))

    application_rights = KEPT

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="reminder_mail_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "on"], name="reminder_mail_once_a_day"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="reminder_mail_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "unknown"]) | ~Q(error=""),
                name="reminder_mail_failure_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.on}"


class Reminder(models.Model):
    """An invoice at one step, in one mail. Written once: a step reminds of an invoice once.

    Days and wording are copied, so that changing the schedule changes nothing that was said.
    """

    mail = models.ForeignKey(ReminderMail, on_delete=models.PROTECT, related_name="reminders")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reminders")
    days = models.SmallIntegerField(_("days after the due date"))
    level = models.CharField(_("wording"), max_length=8, choices=Level.choices)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "days"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.days:+}"
