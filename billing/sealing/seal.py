"""Sealing a document's PDF, and remembering with which certificate."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from billing.models import Document, DocumentFile, DocumentSeal, SealCertificate
from billing.printing.trust import SealFacts
from billing.sealing.keys import SealingKeyMissing, sealing_key

if TYPE_CHECKING:
    from certinext.pdf.keys import SealingKey


class CannotSeal(Exception):
    """A document that is to be sealed cannot be now; the message says why, in one sentence."""


def key_for(document: Document) -> SealingKey | None:
    """Return the key that is to seal the document, or None where it was issued to go unsealed.

    Raises `CannotSeal`: a document that was promised sealed is not made without.
    """
    if document.seller.get("sealed") is not True:
        return None
    try:
        return sealing_key()
    except SealingKeyMissing as error:
        raise CannotSeal(str(error)) from error


def seal_facts(key: SealingKey) -> SealFacts:
    """Return what is printed of a key's certificate."""
    from certinext.pdf.keys import short_fingerprint

    return SealFacts(key.subject, key.issuer, short_fingerprint(key.fingerprint))


def sealed(pdf: bytes, key: SealingKey | None, *, now: datetime) -> bytes:
    """Return the PDF with its seal, or as it is without a key; raises `CannotSeal`."""
    if key is None:
        return pdf
    # Loads the signing library: only processes that seal pay for it.
    from certinext.pdf.seal import SealRefused, seal_pdf

    try:
        return seal_pdf(pdf, key, now=now)
    except SealRefused as error:
        raise CannotSeal(str(error)) from error


def remember_seal(file: DocumentFile, key: SealingKey, *, now: datetime) -> None:
    """Note which certificate sealed a stored file. Safe to run twice and at once."""
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate = SealCertificate(
        fingerprint=key.fingerprint,
        subject=key.subject[:255],
        issuer=key.issuer[:255],
        not_after=key.not_after,
        pem=key.certificate.public_bytes(Encoding.PEM).decode(),
    )
    SealCertificate.objects.bulk_create([certificate], ignore_conflicts=True)
    DocumentSeal.objects.bulk_create(
        [DocumentSeal(file=file, certificate=certificate, sealed_at=now)], ignore_conflicts=True
    )
