"""The active tenant's access to the Invoice Registration Portal, from files outside the database.

`REGISTRY_CREDENTIALS` is a folder that operators fill. ``northwind.json`` in it is the access of
the tenant with that schema::

    {"address": "https://…", "client_id": "…", "client_secret_file": "northwind.client",
     "user_name": "…", "password_file": "northwind.password", "public_key": "irp.pem",
     "signing_keys": ["irp-signing.pem"]}

`public_key` encrypts the sign-in; `signing_keys` (may be missing) verify what the portal signs: the
government publishes both. File names are looked for in the same folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from billing.registering.signed import public_key
from certinext.tenancy.schema import active_schema

_LARGEST_FILE = 100_000
_TEXTS = ("address", "client_id", "user_name")
_FILES = ("client_secret_file", "password_file", "public_key")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class CredentialsMissing(Exception):
    """The tenant has no access that can be used; the message says what to do, in one sentence."""


@dataclass(frozen=True)
class Credentials:
    """Access to the portal. Secrets are not shown when it is printed."""

    address: str
    client_id: str
    user_name: str
    public_key: bytes = field(repr=False)
    client_secret: str = field(repr=False)
    password: str = field(repr=False)
    signing_keys: tuple[bytes, ...] = field(default=(), repr=False)


def credentials() -> Credentials:
    """Return the active tenant's access, read again when a file changes.

    Raises `CredentialsMissing`.
    """
    folder = settings.REGISTRY_CREDENTIALS
    if folder is None:
        raise CredentialsMissing(
            _("REGISTRY_CREDENTIALS names no folder: there is no access to the portal here.")
        )
    description = Path(folder) / f"{active_schema()}.json"
    try:
        return _opened(description, _versions(description))
    except OSError as error:
        raise CredentialsMissing(
            _("The seller's access is not in the folder: %(file)s cannot be read.")
            % {"file": Path(error.filename or description).name}
        ) from error


@dataclass(frozen=True)
class _Description:
    """What the JSON file says, with the paths of the files that it names."""

    texts: Mapping[str, str]
    files: Mapping[str, Path]
    signing_keys: tuple[Path, ...]


def _versions(description: Path) -> tuple[tuple[str, int], ...]:
    """Return which state of its files the access would be read from; raises `OSError`."""
    said = _read(description)
    paths = [description, *said.files.values(), *said.signing_keys]
    return tuple((str(path), path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=64)
def _opened(description: Path, versions: tuple[tuple[str, int], ...]) -> Credentials:
    """Read the access in that state of its files."""
    del versions
    said = _read(description)
    secrets = {name: path.read_bytes().strip() for name, path in said.files.items()}
    keys = tuple(path.read_bytes() for path in said.signing_keys)
    _refuse_bad_keys({said.files["public_key"]: secrets["public_key"]})
    _refuse_bad_keys(dict(zip(said.signing_keys, keys, strict=True)))
    return Credentials(
        address=said.texts["address"].rstrip("/"),
        client_id=said.texts["client_id"],
        user_name=said.texts["user_name"],
        public_key=secrets["public_key"],
        client_secret=secrets["client_secret_file"].decode(),
        password=secrets["password_file"].decode(),
        signing_keys=keys,
    )


def _refuse_bad_keys(keys: Mapping[Path, bytes]) -> None:
    for path, pem in keys.items():
        try:
            public_key(pem)
        except ValueError as error:
            raise CredentialsMissing(
                _("%(file)s is no RSA public key or certificate in PEM.") % {"file": path.name}
            ) from error


def _read(description: Path) -> _Description:
    """Read a description; raises `OSError` and `CredentialsMissing`."""
    if description.stat().st_size > _LARGEST_FILE:
        raise CredentialsMissing(
            _("%(file)s is no description of access.") % {"file": description.name}
        )
    try:
        said: dict[str, Any] = json.loads(description.read_bytes())
        texts = {name: str(said[name]) for name in _TEXTS}
        files = {name: description.parent / Path(said[name]).name for name in _FILES}
        keys = tuple(description.parent / Path(key).name for key in said.get("signing_keys", []))
    except (ValueError, KeyError, TypeError) as error:
        raise CredentialsMissing(
            _(
                "%(file)s must name address, client_id, client_secret_file, user_name,"
                " password_file and public_key."
            )
            % {"file": description.name}
        ) from error
    parts = urlsplit(texts["address"])
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise CredentialsMissing(
            _("The address in %(file)s must begin with https://.") % {"file": description.name}
        )
    return _Description(texts, files, keys)
