"""The Invoice Reference Number that the Invoice Registration Portal gives a document."""

from __future__ import annotations

import hashlib
from datetime import date

_FIRST_MONTH = 4


def invoice_reference_number(*, gstin: str, issue_date: date, kind: str, number: str) -> str:
    """Return the IRN: SHA-256, in hexadecimal, of GSTIN, financial year, kind and number.

    `kind` is INV, CRN or DBN. The portal takes numbers in capitals, so that two that differ by
    case only are one.
    """
    written = f"{gstin}{financial_year(issue_date)}{kind}{number}".upper()
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def financial_year(day: date) -> str:
    """Return the year from April to March that a day lies in: ``2026-27``."""
    start = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"
