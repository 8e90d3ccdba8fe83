"""The hash chain over issued documents: one a series, so that a later alteration shows."""

from __future__ import annotations

from django.db import models

from billing.models.documents import Document, NumberSeries
from certinext.tenancy.grants import READ_ONLY


class ChainLink(models.Model):
    """The place of a document in its series' chain; a trigger writes it as the number is given.

    `hash` is the SHA-256 over the hash before it (for the first, the series' prefix) and over all
    that the document says, with its lines and taxes, as the SQL function `document_content` of
    this `version` writes it.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="chain_link"
    )
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="chain")
    sequence = models.PositiveBigIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    hash = models.CharField(max_length=64)

    application_rights = READ_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="chain_sequence_once"),
            models.CheckConstraint(
                condition=models.Q(hash__regex=r"^[0-9a-f]{64}$"), name="chain_hash_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.hash[:16]}"
