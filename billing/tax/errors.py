"""What the tax arithmetic refuses."""

from __future__ import annotations

from billing.sentences import SentenceError


class NoTaxRule(SentenceError):
    """No tax can be decided; the account is parked until the named field is put right.

    ``reason_code`` is stable and for programs; ``field`` is where the fix belongs, such as
    ``buyer.country``.
    """

    def __init__(self, reason_code: str, message: str, *, field: str, **params: object) -> None:
        self.reason_code = reason_code
        self.field = field
        super().__init__(message, **params)


class InvalidTaxId(SentenceError):
    """A GSTIN, UIN, PAN or VAT id that cannot be right."""


class MixedTaxCategories(SentenceError):
    """A document outside the scope of VAT may hold nothing else (EN 16931 BR-O-11)."""


class CreditExceedsInvoice(SentenceError):
    """The credit notes together would take back more than the invoice holds."""
