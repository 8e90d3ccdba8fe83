"""The ciphers of the portal's interface: RSA for signing in, AES-256 for everything after it.

Both are prescribed by its specification (authentication 1.04): the sign-in is encrypted with the
portal's public key (PKCS #1 v1.5), data with the session's key in ECB mode with PKCS #7 padding.
TLS around it is what keeps them secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from billing.registering.signed import public_key

_KEY_BYTES = 32
_BLOCK_BITS = 128


def new_app_key() -> bytes:
    """Return a key for one sign-in, with which the portal encrypts the session's key."""
    return os.urandom(_KEY_BYTES)


def sealed_sign_in(content: Mapping[str, object], pem: bytes) -> str:
    """Return the sign-in as the portal takes it: JSON in base64, encrypted with its public key.

    Raises `ValueError` when it is longer than the key can encrypt.
    """
    written = base64.b64encode(json.dumps(content).encode())
    return base64.b64encode(public_key(pem).encrypt(written, padding.PKCS1v15())).decode("ascii")


def encrypted(content: bytes, key: bytes) -> str:
    """Return the bytes under a session's key, in base64."""
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = _cipher(key).encryptor()
    padded = padder.update(content) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")


def decrypted(text: object, key: bytes) -> bytes:
    """Return what was encrypted under a key; raises `ValueError` when it was not."""
    if not isinstance(text, str):
        raise ValueError("There is nothing to decrypt.")  # noqa: TRY004  callers know one error
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("The text is no base64.") from error
    decryptor, unpadder = _cipher(key).decryptor(), PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(content) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def decrypted_json(text: object, key: bytes) -> dict[str, Any]:
    """Return an encrypted JSON object; raises `ValueError` for anything else."""
    found = json.loads(decrypted(text, key))
    if not isinstance(found, dict):
        raise ValueError("The data is no object.")  # noqa: TRY004  callers know one error
    return found


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    # The portal's choice, not ours.
    return Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305
