"""What the seller's bank reported: statement files, and the money that came in by them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField, CurrencyField
from billing.models.payments import Payment
from certinext.tenancy.grants import KEPT


class BankFile(models.Model):
    """One statement file of the bank, taken in once: its digest is unique.

    `incoming` entries of it are kept, `skipped` ones are not: money that went out, or that the bank
    has only announced. While it is being taken in, `done` says how far.
    """

    class Format(models.TextChoices):
        """How the bank wrote it."""

        CAMT = "camt", _("CAMT.053")
        CSV = "csv", _("CSV")

    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    incoming = models.PositiveIntegerField(_("incoming"))
    skipped = models.PositiveIntegerField(_("skipped"))
    done = models.PositiveIntegerField(_("done"), default=0)
    imported_by = models.CharField(_("by"), max_length=254)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class BankEntry(models.Model):
    """Money that came in on the seller's bank account, known by the bank's own reference.

    What the bank said never changes. It is matched with the one payment that it is, ignored with a
    clerk's reason, or open; `reason` also says why an open one could not be matched.
    """

    class State(models.TextChoices):
        """What became of it."""

        MATCHED = "matched", _("Matched")
        OPEN = "open", _("Open")
        IGNORED = "ignored", _("Ignored")

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="entries")
    # Our own account as the statement names it; some CSV files do not.
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=100)
    booked_on = models.DateField(_("booked"))
    valued_on = models.DateField(_("value date"), null=True, blank=True)
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    debtor = models.CharField(_("from"), max_length=140, blank=True)
    debtor_account = models.CharField(_("from account"), max_length=40, blank=True)
    remittance = models.CharField(_("remittance"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    payment = models.OneToOneField(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_entry"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    application_rights = KEPT

    class Meta:
        ordering = ["-booked_on", "-id"]
        indexes = [
            models.Index(fields=["-booked_on", "-id"], name="bank_entry_by_day"),
            models.Index(fields=["state", "-booked_on", "-id"], name="bank_entry_by_state"),
            models.Index(fields=["bank_reference"], name="bank_entry_by_reference"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "bank_reference"], name="bank_entry_once"
            ),
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(amount__gt=0, amount__range=("0", "999999999999.999")),
                name="bank_entry_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(state="matched", payment__isnull=False)
                | (~Q(state="matched") & Q(payment__isnull=True)),
                name="bank_entry_matched_has_payment",
            ),
            models.CheckConstraint(
                condition=~Q(state="ignored") | ~Q(reason=""), name="bank_entry_ignored_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.bank_reference
