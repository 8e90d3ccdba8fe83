"""Comparing a PDF with what the seller stored and sealed."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from billing.models import DocumentFile, SealCertificate
from certinext.pdf.seal import SealReport, read_seal


class Verdict(StrEnum):
    """What may be said of a file, and nothing beside it: no number, no buyer, no amount."""

    GENUINE = "genuine"
    # Sealed with a certificate of this seller and unaltered, but not a stored document.
    SEALED_ELSEWHERE = "sealed_elsewhere"
    ALTERED = "altered"
    UNKNOWN = "unknown"


def check_document(content: bytes) -> Verdict:
    """Tell whether the bytes are a stored document of the active tenant, or bear its seal.

    A stored document is one byte for byte. Of other bytes, the seal tells whether they once were.
    """
    digest = hashlib.sha256(content).hexdigest()
    if DocumentFile.objects.filter(sha256=digest).exists():
        return Verdict.GENUINE
    report = read_seal(content)
    if report is None or not _is_ours(report):
        return Verdict.UNKNOWN
    return Verdict.SEALED_ELSEWHERE if report.unaltered else Verdict.ALTERED


def _is_ours(report: SealReport) -> bool:
    return SealCertificate.objects.filter(fingerprint=report.fingerprint).exists()
