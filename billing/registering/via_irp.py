"""The Invoice Registration Portal's own interface (NIC: authentication 1.04, e-invoice 1.03)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from billing.einvoice.inv01 import written_day
from billing.registering.answers import read_answer
from billing.registering.credentials import Credentials
from billing.registering.registry import (
    Answer,
    DocumentKey,
    RegisteredAlready,
    RegistryRefused,
    RegistryUnavailable,
)
from billing.registering.session import (
    Token,
    asked,
    error_of,
    headers_of,
    is_success,
    token_for,
)
from billing.registering.wire import decrypted_json, encrypted
from billing.sentences import gettext_noop

INVOICE = "/eicore/v1.03/Invoice"
BY_DOCUMENT = f"{INVOICE}/irnbydocdetails"
# The portal's codes.
TOKEN_UNKNOWN = "1005"  # noqa: S105  a code
DUPLICATE = "2150"
NOT_THERE = frozenset({"2148", "2154"})
TRY_LATER = frozenset({"2146", "2147"})
_DUPLICATE_INFO = "DUPIRN"


class IrpClient:
    """A seller's access to the portal."""

    def __init__(self, access: Credentials, *, gstin: str, clock: Callable[[], datetime]) -> None:
        self._access, self._gstin, self._clock = access, gstin, clock

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """The government's keys, as far as the operator has put them beside the access."""
        return self._access.signing_keys

    def register(self, document: bytes) -> Answer:
        """Register a document; raises `RegisteredAlready` with the IRN that it has."""
        try:
            return read_answer(self._call("POST", INVOICE, document=document))
        except _Refusal as refusal:
            if refusal.code == DUPLICATE and (irn := _irn_in(refusal.info)):
                raise RegisteredAlready(irn) from refusal
            raise

    def by_irn(self, irn: str) -> Answer:
        """Return what was given for an IRN; the portal keeps it for a few days only."""
        return read_answer(self._call("GET", f"{INVOICE}/irn/{quote(irn, safe='')}"))

    def by_document(self, key: DocumentKey) -> Answer | None:
        """Return what was given for a document, or None where the portal knows none."""
        query = {
            "doctype": key.kind,
            "docnum": key.number,
            "docdate": written_day(key.issue_date),
        }
        try:
            return read_answer(self._call("GET", BY_DOCUMENT, query=query))
        except _Refusal as refusal:
            if refusal.code in NOT_THERE:
                return None
            raise

    def _call(
        self,
        method: str,
        path: str,
        *,
        document: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Ask within the session; once more within a new one when the portal does not know it."""
        token = token_for(self._access, self._gstin, now=self._clock())
        envelope = self._asked(method, path, token, document, query)
        if not is_success(envelope) and error_of(envelope)[0] == TOKEN_UNKNOWN:
            token = token_for(self._access, self._gstin, now=self._clock(), renew=True)
            envelope = self._asked(method, path, token, document, query)
        if not is_success(envelope):
            _raise(envelope)
        try:
            return decrypted_json(envelope.get("Data"), token.key)
        except ValueError as error:
            raise RegistryUnavailable(
                gettext_noop("The portal's answer cannot be decrypted.")
            ) from error

    def _asked(
        self,
        method: str,
        path: str,
        token: Token,
        document: bytes | None,
        query: dict[str, str] | None,
    ) -> dict[str, Any]:
        sender = headers_of(self._access, self._gstin)
        return asked(
            method,
            self._access.address + path,
            headers={**sender, "user_name": self._access.user_name, "AuthToken": token.text},
            body=None if document is None else {"Data": encrypted(document, token.key)},
            query=query,
        )


class _Refusal(RegistryRefused):
    """A refusal with what the portal says besides."""

    def __init__(self, code: str, words: str, info: object) -> None:
        self.info = info
        super().__init__(code, words)


def _raise(envelope: dict[str, Any]) -> None:
    code, words = error_of(envelope)
    if code in TRY_LATER or code == TOKEN_UNKNOWN or not code:
        raise RegistryUnavailable(
            gettext_noop("The portal asks to try later: %(words)s"), code=code, words=words
        )
    raise _Refusal(code, words, envelope.get("InfoDtls"))


def _irn_in(info: object) -> str:
    """Return the IRN that a document has already, as the answer to a duplicate carries it."""
    for one in info if isinstance(info, list) else []:
        described = one.get("Desc") if isinstance(one, dict) else None
        if isinstance(described, dict) and one.get("InfCd") == _DUPLICATE_INFO:
            return str(described.get("Irn", ""))
    return ""
