"""What an import did, row by row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from certinext.tenancy.grants import APPEND_ONLY, KEPT


class ImportRun(models.Model):
    """One file that was imported, by whom, and the counts of its rows by outcome."""

    class Kind(models.TextChoices):
        """Which of the platform's reports it was."""

        ORDERS = "orders", _("Orders")
        PRODUCTS = "products", _("Products and prices")
        GROUPS = "groups", _("Groups")
        USAGE = "usage", _("Usage")
        BALANCES = "balances", _("Opening balances")
        LEDGER = "ledger", _("Earlier ledger")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT)
    file_name = models.CharField(_("file"), max_length=200)
    imported_by = models.CharField(_("by"), max_length=254)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # {outcome: number of rows}
    counts = models.JSONField(_("counts"), default=dict)

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"


class ImportRow(models.Model):
    """What became of one row."""

    class Outcome(models.TextChoices):
        """Good rows go in; bad ones are reported and change nothing."""

        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        UNCHANGED = "unchanged", _("Unchanged")
        REPORTED = "reported", _("Reported, nothing changed")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("number"), max_length=100, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    message = models.CharField(_("message"), max_length=500, blank=True)
    # The report named no term, so one was assumed; the message says which.
    term_assumed = models.BooleanField(default=False)
    # The documents that it caused, as text: [{"kind": "invoice", "number": "INV/26-27/000001"}]
    documents = models.JSONField(default=list, blank=True)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["row_number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "row_number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row_number}: {self.outcome}"
