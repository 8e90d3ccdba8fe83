"""Invoices, the monthly permission, and billing runs."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Document, Reader
from billing.models.fields import ten_digits
from certinext.tenancy.grants import APPEND_ONLY, KEPT
from invoices.models_reminders import Level, Reminder, ReminderMail, ReminderStep, ReminderStop

__all__ = [
    "BillingRun",
    "BillingRunItem",
    "Invoice",
    "InvoiceQuerySet",
    "Level",
    "MonthlyPermission",
    "MonthlyPermissionQuerySet",
    "Reminder",
    "ReminderMail",
    "ReminderStep",
    "ReminderStop",
]


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Who may see which invoices."""

    def for_member(self, membership: Reader) -> InvoiceQuerySet:
        """Return the invoices that a member may read and download."""
        return self.filter(document__in=Document.objects.for_member(membership))


class Invoice(models.Model):
    """A document that asks for money: what it has beyond every document, frozen with it.

    `period` is half-open, `[start, end)`, in UTC; only monthly invoices have one. A supplementary
    invoice rebills after a full credit and has none.
    """

    class Kind(models.TextChoices):
        """How it came about."""

        PER_ORDER = "per_order", _("Order")
        MONTHLY = "monthly", _("Monthly")
        SUPPLEMENTARY = "supplementary", _("Supplementary")

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="invoice"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    period = DateTimeRangeField(_("period"), null=True)
    order_number = models.CharField(
        _("order number"), max_length=10, blank=True, db_index=True, validators=[ten_digits]
    )

    objects = InvoiceQuerySet.as_manager()

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-document_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="monthly", period__isnull=False)
                | (~Q(kind="monthly") & Q(period__isnull=True)),
                name="invoice_period_when_monthly",
            ),
            models.CheckConstraint(
                condition=~Q(kind="per_order") | Q(order_number__regex=r"^[0-9]{10}$"),
                name="invoice_order_when_per_order",
            ),
            ExclusionConstraint(
                name="invoice_periods_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="monthly"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)


class MonthlyPermissionQuerySet(models.QuerySet["MonthlyPermission"]):
    """Which permissions are in force."""

    def open(self) -> MonthlyPermissionQuerySet:
        """Return those that were not taken back: at most one an account."""
        return self.filter(revoked_at__isnull=True)


class MonthlyPermission(models.Model):
    """From when until when an account gets one invoice a month instead of one an order.

    `billed_until` is where its last period ended, and so where the next one begins.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="monthly_permissions"
    )
    granted_at = models.DateTimeField(_("granted"))
    granted_by = models.CharField(_("granted by"), max_length=254)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    billed_until = models.DateTimeField(_("billed until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by = models.CharField(_("revoked by"), max_length=254, blank=True)

    objects = MonthlyPermissionQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(revoked_at__isnull=True),
                name="monthly_permission_one_open",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("granted_at")),
                name="monthly_permission_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.granted_at:%Y-%m-%d}"


class BillingRun(models.Model):
    """The run of one month: every account with the permission gets an item. One run a month."""

    class State(models.TextChoices):
        """Closed when no item is to do any more."""

        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")

    # The month as "2026-10"; its bounds in the seller's zone are frozen beside it.
    month = models.CharField(_("month"), max_length=7, unique=True)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    started_by = models.CharField(_("started by"), max_length=254)
    started_at = models.DateTimeField(_("started"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$"), name="run_month_form"
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="run_period_forwards"
            ),
        ]

    def __str__(self) -> str:
        return self.month


class BillingRunItem(models.Model):
    """One account in one run: to do, done (with its invoice, or nothing to bill), or parked."""

    class State(models.TextChoices):
        """The platform's words."""

        TODO = "todo", _("To do")
        DONE = "done", _("Done")
        PARKED = "parked", _("Parked")

    run = models.ForeignKey(BillingRun, on_delete=models.CASCADE, related_name="items")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="run_items")
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.TODO)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.PROTECT, related_name="run_items"
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    application_rights = KEPT

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "account"], name="run_item_once"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=True) | Q(state="done"), name="run_item_invoice_done"
            ),
            models.CheckConstraint(
                condition=~Q(state="parked") | ~Q(reason=""), name="run_item_parked_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["run", "state", "account"], name="run_item_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.account} {self.state}"
