"""Seals: the certificates that sealed documents, and which one sealed which file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.documents import DocumentFile
from certinext.tenancy.grants import APPEND_ONLY


class SealCertificate(models.Model):
    """A certificate that sealed documents of this seller, known by its SHA-256.

    Kept for good: a file is the seller's as long as its seal is one of these, also after the key
    was changed and the certificate has ended.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    subject = models.CharField(_("sealed by"), max_length=255)
    issuer = models.CharField(_("issued by"), max_length=255)
    not_after = models.DateTimeField(_("valid until"))
    pem = models.TextField()
    first_used_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fingerprint__regex=r"^[0-9a-f]{64}$"),
                name="seal_certificate_fingerprint_form",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class DocumentSeal(models.Model):
    """The stored file of a document was sealed with this certificate."""

    file = models.OneToOneField(
        DocumentFile, on_delete=models.PROTECT, primary_key=True, related_name="seal"
    )
    certificate = models.ForeignKey(SealCertificate, on_delete=models.PROTECT, related_name="seals")
    sealed_at = models.DateTimeField(_("sealed"))

    application_rights = APPEND_ONLY

    def __str__(self) -> str:
        return f"{self.file}: {self.certificate}"
