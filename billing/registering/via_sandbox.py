"""A sandbox that answers as the portal does, signed with a key of its own that nobody trusts.

It keeps nothing: the same document gets the same number again, and asked for an earlier one it
knows none. Documents that it registered say that they are not valid for tax.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from billing.einvoice.irn import invoice_reference_number
from billing.registering.answers import MOMENT, ZONE, read_answer
from billing.registering.registry import Answer, DocumentKey, RegistryRefused
from billing.registering.signed import ALGORITHM, encoded

ISSUER = "SANDBOX, not valid for tax"
_BITS = 2048
_ACK_DIGITS = 13


class SandboxRegistry:
    """Answers in the portal's words. `clock` is its time of acknowledgement."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """The public half of this process's development key."""
        return (_public_pem(),)

    def register(self, document: bytes) -> Answer:
        """Answer as the portal would for this document."""
        content: dict[str, Any] = json.loads(document, parse_float=Decimal)
        issued = datetime.strptime(content["DocDtls"]["Dt"], "%d/%m/%Y").replace(tzinfo=ZONE)
        irn = invoice_reference_number(
            gstin=content["SellerDtls"]["Gstin"],
            issue_date=issued.date(),
            kind=content["DocDtls"]["Typ"],
            number=content["DocDtls"]["No"],
        )
        moment = self._clock().astimezone(ZONE).strftime(MOMENT)
        acked = {"AckNo": 10**_ACK_DIGITS + int(irn[:10], 16) % 10**_ACK_DIGITS, "AckDt": moment}
        given = {**acked, "Irn": irn}
        return read_answer(
            {
                **given,
                # The document as it came, after what it was given.
                "SignedInvoice": _signed(f"{_written(given)[:-1]},{document.decode().strip()[1:]}"),
                "SignedQRCode": _signed(_code_of(content, irn, moment)),
                "Status": "ACT",
                "EwbNo": None,
                "EwbDt": None,
                "EwbValidTill": None,
            }
        )

    def by_irn(self, irn: str) -> Answer:
        """Know no earlier number."""
        raise RegistryRefused("2148", "Requested IRN data is not available")

    def by_document(self, key: DocumentKey) -> Answer | None:
        """Know no earlier document."""
        return None


def _code_of(content: Mapping[str, Any], irn: str, moment: str) -> str:
    """Return what the portal puts into the code; the main item is the one of the highest value."""
    items = content["ItemList"]
    fields = {
        "SellerGstin": content["SellerDtls"]["Gstin"],
        "BuyerGstin": content["BuyerDtls"]["Gstin"],
        "DocNo": content["DocDtls"]["No"],
        "DocTyp": content["DocDtls"]["Typ"],
        "DocDt": content["DocDtls"]["Dt"],
        "ItemCnt": len(items),
        "MainHsnCode": max(items, key=lambda item: Decimal(item["AssAmt"]))["HsnCd"],
        "Irn": irn,
        "IrnDt": moment,
    }
    # Digits as the document has them: no amount is ever a float.
    return f'{_written(fields)[:-1]},"TotInvVal":{content["ValDtls"]["TotInvVal"]}}}'


def _written(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, separators=(",", ":"))


def _signed(data: str) -> str:
    header = {"alg": ALGORITHM, "kid": "SANDBOX-DEVELOPMENT-KEY", "typ": "JWT"}
    payload = {"data": data, "iss": ISSUER}
    content = ".".join(encoded(_written(part).encode()) for part in (header, payload))
    signature = _key().sign(content.encode("ascii"), padding.PKCS1v15(), SHA256())
    return f"{content}.{encoded(signature)}"


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


@lru_cache(maxsize=1)
def _public_pem() -> bytes:
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
