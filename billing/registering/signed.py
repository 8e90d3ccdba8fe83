"""The JSON Web Tokens that the portal signs: RS256, the data as JSON text within the payload."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from billing.sentences import SentenceError, gettext_noop

ALGORITHM = "RS256"


class BadToken(SentenceError):
    """The token cannot be read, or its signature is not the portal's."""


def data_of(token: str, *, keys: Sequence[bytes]) -> tuple[Mapping[str, Any], str]:
    """Return the data of a token and the SHA-256 of the key that its signature was verified with.

    Without `keys` (PEM: public keys or certificates) nothing is verified and the second is empty.
    Amounts are `Decimal`. Raises `BadToken`.
    """
    try:
        header, payload, signature = token.split(".")
        algorithm = json.loads(_decoded(header))["alg"]
        data = json.loads(_decoded(payload))["data"]
        content = _fields_of(data)
        signed = _decoded(signature)
    except (ValueError, KeyError, TypeError) as error:
        raise BadToken(gettext_noop("What the portal signed cannot be read.")) from error
    if not keys:
        return content, ""
    if algorithm != ALGORITHM:
        raise BadToken(
            gettext_noop("The portal's answer is signed by %(algorithm)s instead of RS256."),
            algorithm=str(algorithm)[:40],
        )
    return content, _signer(f"{header}.{payload}".encode("ascii"), signed, keys)


def public_key(pem: bytes) -> rsa.RSAPublicKey:
    """Return an RSA key from a public key or a certificate; raises `ValueError` for another."""
    if b"BEGIN CERTIFICATE" in pem:
        key: object = x509.load_pem_x509_certificate(pem).public_key()
    else:
        key = load_pem_public_key(pem)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("The key is no RSA key.")  # noqa: TRY004  one error for a bad file
    return key


def encoded(content: bytes) -> str:
    """Write bytes as tokens do: base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _fields_of(data: object) -> Mapping[str, Any]:
    """Return the data, which the portal writes as text within the payload."""
    fields = json.loads(data, parse_float=Decimal) if isinstance(data, str) else data
    if not isinstance(fields, Mapping):
        raise TypeError("The data is no object.")
    return fields


def _signer(signed: bytes, signature: bytes, keys: Sequence[bytes]) -> str:
    for pem in keys:
        key = public_key(pem)
        try:
            key.verify(signature, signed, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            continue
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()
    raise BadToken(gettext_noop("The signature of the portal's answer is not the government's."))


def _decoded(part: str) -> bytes:
    if not part.isascii():
        raise ValueError("A token is ASCII.")
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
