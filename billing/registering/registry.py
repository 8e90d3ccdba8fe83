"""What the portal asks of a registry of invoices, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from billing.sentences import SentenceError

PATIENCE_SECONDS = 20
LONGEST_CODE, LONGEST_MESSAGE = 20, 1000


class RegistryUnavailable(SentenceError):
    """There is no usable answer: what was asked may or may not have happened.

    `code` is the registry's own where it gave one: it asks to be tried later, or does not let the
    seller in.
    """

    def __init__(self, message: str, *, code: str = "", **params: object) -> None:
        self.code = code
        super().__init__(message, **params)


class RegistryRefused(Exception):
    """The registry said no, in its own words: the document is not registered."""

    def __init__(self, code: str, words: str) -> None:
        self.code, self.words = code[:LONGEST_CODE], words[:LONGEST_MESSAGE]
        super().__init__(f"{code}: {words}")


class RegisteredAlready(Exception):
    """The document was registered before; `irn` is the number that it has there."""

    def __init__(self, irn: str) -> None:
        self.irn = irn
        super().__init__(irn)


@dataclass(frozen=True, kw_only=True)
class DocumentKey:
    """What the registry knows a seller's document by: INV or CRN, number and date."""

    kind: str
    number: str
    issue_date: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the registry gave for a document; `raw` is all of it, as it came.

    The two signed parts are JSON Web Tokens. `is_cancelled` says that the number was taken back.
    """

    irn: str
    ack_number: str
    acked_at: datetime
    signed_qr: str
    signed_invoice: str
    is_cancelled: bool
    raw: Mapping[str, Any]


class RegistryClient(Protocol):
    """One seller's access to a registry. All of it may ask the network.

    Every method raises `RegistryUnavailable` without a usable answer and `RegistryRefused` when the
    registry says no.
    """

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """The public keys (PEM) of which one has signed the answers; none: signatures are not
        verified."""

    def register(self, document: bytes) -> Answer:
        """Register a document (INV-01 as JSON); raises `RegisteredAlready`."""

    def by_irn(self, irn: str) -> Answer:
        """Return what was given for a number before."""

    def by_document(self, key: DocumentKey) -> Answer | None:
        """Return what was given for a document before, or None when it is not there."""
