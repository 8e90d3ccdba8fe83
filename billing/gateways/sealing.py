"""Secrets at rest: sealed with a key that only this installation, and this tenant, can derive."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from certinext.tenancy.schema import active_schema


class SealBroken(RuntimeError):
    """A stored secret cannot be opened: SECRET_KEY has changed, or the row came from elsewhere."""


def seal(secret: str) -> str:
    """Return the secret as it may be stored; an empty one stays empty."""
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """Return the secret again. Raises `SealBroken`."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(
            "A gateway's secret cannot be read: put the old SECRET_KEY into SECRET_KEY_FALLBACKS,"
            " or type the secret in anew."
        ) from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    # The schema's name goes in: a row copied from another tenant opens nothing here.
    purpose = f"certinext gateway secrets {active_schema()}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(force_bytes(key))
    return urlsafe_b64encode(derived)
