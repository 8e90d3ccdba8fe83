"""Credit notes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Document, Reader
from billing.models.fields import AmountField
from certinext.tenancy.grants import APPEND_ONLY
from invoices.models import Invoice


class CreditNoteQuerySet(models.QuerySet["CreditNote"]):
    """Who may see which credit notes."""

    def for_member(self, membership: Reader) -> CreditNoteQuerySet:
        """Return the credit notes that a member may read and download."""
        return self.filter(document__in=Document.objects.for_member(membership))


class CreditNote(models.Model):
    """A document that takes back an invoice's amounts, frozen with it. Its amounts are positive.

    It first lowers what the invoice still owes (`applied_amount`); the rest becomes the account's
    credit (`credit_amount`). Both in the document's currency; together they are its total.
    """

    class Reason(models.TextChoices):
        """Why the invoice was wrong after all."""

        CANCELLED = "cancelled", _("Order cancelled")
        REJECTED = "rejected", _("Order rejected")
        GOODWILL = "goodwill", _("Price correction or goodwill")
        BILLING_ERROR = "billing_error", _("Billing error")
        OTHER = "other", _("Other")

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="credit_note"
    )
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    reason_code = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    reason = models.CharField(_("reason in words"), max_length=500)
    order_number = models.CharField(_("order number"), max_length=10, blank=True, db_index=True)
    applied_amount = AmountField(_("taken off the invoice"))
    credit_amount = AmountField(_("kept as credit"))

    objects = CreditNoteQuerySet.as_manager()

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-document_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    applied_amount__range=("0", "999999999999.999"),
                    credit_amount__range=("0", "999999999999.999"),
                ),
                name="credit_note_split_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)
