"""Files that are too large to be made while somebody waits for the page."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account, Membership
from certinext.identity.models import User
from certinext.tenancy.grants import KEPT


class ExportQuerySet(models.QuerySet["Export"]):
    """Questions about exports."""

    def pending(self) -> ExportQuerySet:
        """Those that are not made yet."""
        return self.filter(state__in=Export.PENDING)

    def of_member(self, membership: Membership) -> ExportQuerySet:
        """Those that a customer asked for, of accounts that are still theirs to read."""
        if not membership.sees_all_documents:
            return self.none()
        return self.filter(
            asked_by=membership.user_id, is_staffs=False, account__in=membership.accounts()
        )

    def of_staff(self, person: User) -> ExportQuerySet:
        """Those that a clerk asked for in the backoffice."""
        return self.filter(asked_by=person, is_staffs=True)


class Export(models.Model):
    """A file that a worker makes: who asked for it, of which account, what, and what became of it.

    `kind` names what makes it (`billing.exports.kinds`), `subject` which of that kind it is, in the
    kind's own words. `account` is empty where it is about the seller. Days are local ones in the
    seller's zone, both included. A file belongs to who asked for it, is downloaded by nobody else,
    and is deleted at `expires_at`; the row stays.
    """

    class Format(models.TextChoices):
        """What the file is."""

        PDF = "pdf", "PDF"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    class State(models.TextChoices):
        """How far it came."""

        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        DELETED = "deleted", _("Deleted")

    PENDING = (State.WAITING, State.WORKING)

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exports")
    is_staffs = models.BooleanField(_("asked for in the backoffice"))
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="exports"
    )
    kind = models.CharField(_("kind"), max_length=20)
    subject = models.CharField(_("subject"), max_length=60, blank=True)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    language = models.CharField(_("language"), max_length=10)
    # How many rows were counted when it was asked for, and how many are written by now.
    rows = models.IntegerField(_("rows"))
    rows_done = models.IntegerField(_("rows done"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    # Counts the workers that took it: what an earlier one still does changes nothing any more.
    attempts = models.IntegerField(_("attempts"), default=0)
    # From when on a worker may take it: at once, after a wait, or when the one before is lost.
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    # In the storage, below the tenant's prefix.
    path = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(_("size in bytes"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects = ExportQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["waiting", "working"]), name="export_due"
            ),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="export_kept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "asked_by",
                    "is_staffs",
                    "account",
                    "kind",
                    "subject",
                    "first",
                    "last",
                    "format",
                    "language",
                ],
                condition=Q(state__in=["waiting", "working"]),
                nulls_distinct=False,
                name="export_pending_once",
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="export_days_in_order"),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(size__isnull=False, finished_at__isnull=False, expires_at__isnull=False)
                & ~Q(path="")
                & ~Q(sha256=""),
                name="export_ready_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="export_failure_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject or self.account or ''} {self.first} - {self.last}"

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be made."""
        return self.state in self.PENDING

    def can_be_repeated(self, *, now: datetime) -> bool:
        """Whether there is no file and none to come."""
        return not self.is_pending and not self.is_downloadable(now=now)

    def is_downloadable(self, *, now: datetime) -> bool:
        """Whether the file is there and its days are not over."""
        return (
            self.state == self.State.READY and self.expires_at is not None and now < self.expires_at
        )
