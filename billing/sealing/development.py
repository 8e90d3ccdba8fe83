"""A key of the portal's own making for one tenant: for demos and for trying things out."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from pathlib import Path

from billing.models import Seller
from certinext.pdf.development import make_development_key
from certinext.tenancy.schema import active_schema


def ensure_development_key(seller: Seller, folder: Path, *, since: datetime) -> Path:
    """Make a key for the active tenant unless it has one; return its description's file.

    Its certificate is valid from `since` (aware) for two years and a quarter. Beside the key lies
    the certificate of the authority that issued it, for readers that are to trust it. The
    description comes last: a crash before leaves no key that looks whole.
    """
    schema = active_schema()
    description = folder / f"{schema}.json"
    if description.exists():
        return description
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = secrets.token_urlsafe(24)
    key = make_development_key(
        organisation=seller.legal_name,
        country=seller.country,
        passphrase=passphrase.encode(),
        not_before=since,
    )
    said = {"pkcs12": f"{schema}.p12", "passphrase_file": f"{schema}.pass"}
    _write(folder / said["pkcs12"], key.pkcs12)
    _write(folder / said["passphrase_file"], passphrase.encode())
    _write(folder / f"{schema}-authority.pem", key.authority)
    _write(description, json.dumps(said).encode())
    return description


def _write(file: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.rename(file)
