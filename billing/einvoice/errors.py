"""Why a document has no electronic form."""

from __future__ import annotations

from billing.sentences import SentenceError


class NoElectronicInvoice(SentenceError):
    """The document cannot be, or need not be, an electronic invoice; the message says why."""
