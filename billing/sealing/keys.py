"""The active tenant's sealing key, opened once a process and again when its files change.

`SEALING_KEYS` is a folder that operators fill. ``northwind.json`` in it is the key of the tenant
with that schema: ``{"pkcs12": "northwind.p12", "passphrase_file": "northwind.pass"}``, or
``{"pkcs11": {"module": …, "token": …, "pin_file": …, "certificate": …, "key": …}}`` for a key in a
token, named by labels. File names are looked for in the same folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from billing.errors import CannotBill
from billing.models import Seller
from billing.periods import local_date
from certinext.tenancy.schema import active_schema

if TYPE_CHECKING:
    from certinext.pdf.keys import SealingKey

_LARGEST_FILE = 100_000


class SealingKeyMissing(Exception):
    """The tenant has no key that can be opened; the message says what to do, in one sentence."""


def sealing_key() -> SealingKey:
    """Return the active tenant's key; raises `SealingKeyMissing`.

    Whether its certificate is valid is another question: `SealingKey.covers`.
    """
    folder = settings.SEALING_KEYS
    if folder is None:
        raise SealingKeyMissing(_("SEALING_KEYS names no folder: this installation has no keys."))
    description = Path(folder) / f"{active_schema()}.json"
    try:
        return _opened(description, _versions(description))
    except OSError as error:
        raise SealingKeyMissing(
            _("The seller's key is not in the folder of keys: %(file)s cannot be read.")
            % {"file": Path(error.filename or description).name}
        ) from error


def refuse_unsealable(seller: Seller, *, on: date) -> None:
    """Raise `CannotBill` when the seller seals its documents and could not seal one today.

    `on` is the day of issue in the seller's zone. Sealing badly, or not at all where buyers were
    promised a seal, would be worse than waiting.
    """
    if not seller.seals_documents:
        return
    try:
        key = sealing_key()
    except SealingKeyMissing as error:
        raise CannotBill("seal-key-missing", str(error)) from error
    first = local_date(key.certificate.not_valid_before_utc, seller.zone)
    last = local_date(key.not_after, seller.zone)
    if not first <= on <= last:
        raise CannotBill(
            "seal-expired",
            _("The certificate of the seal is valid from %(first)s to %(last)s: renew the key.")
            % {"first": first, "last": last},
        )


@dataclass(frozen=True)
class _Description:
    """What the JSON file says: every file it names, and the token's labels if it is one."""

    files: Mapping[str, Path]
    labels: Mapping[str, str]


def _versions(description: Path) -> tuple[tuple[str, int], ...]:
    """Return which state of its files the key would be opened from; raises `OSError`."""
    paths = [description, *_read(description).files.values()]
    return tuple((str(path), path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=64)
def _opened(description: Path, versions: tuple[tuple[str, int], ...]) -> SealingKey:
    """Open the key in that state of its files."""
    del versions
    # Loads the signing library: only processes that seal pay for it.
    from certinext.pdf.keys import KeyRefused, open_pkcs11, open_pkcs12

    said = _read(description)
    try:
        if "pkcs12" in said.files:
            return open_pkcs12(
                said.files["pkcs12"].read_bytes(), _secret(said.files["passphrase_file"])
            )
        return open_pkcs11(
            module=said.labels["module"],
            token=said.labels["token"],
            pin=_secret(said.files["pin_file"]).decode(),
            certificate_label=said.labels["certificate"],
            key_label=said.labels["key"],
        )
    except KeyRefused as error:
        raise SealingKeyMissing(str(error)) from error


def _read(description: Path) -> _Description:
    """Read a key's description; raises `OSError` and `SealingKeyMissing`."""
    if description.stat().st_size > _LARGEST_FILE:
        raise SealingKeyMissing(_("%(file)s is no key's description.") % {"file": description.name})
    try:
        said: dict[str, Any] = json.loads(description.read_bytes())
        if "pkcs12" in said:
            files = {name: said[name] for name in ("pkcs12", "passphrase_file")}
            labels = {}
        else:
            token = said["pkcs11"]
            files = {"pin_file": token["pin_file"]}
            labels = {name: token[name] for name in ("module", "token", "certificate", "key")}
        paths = {name: description.parent / Path(file).name for name, file in files.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise SealingKeyMissing(
            _("%(file)s must name pkcs12 and passphrase_file, or a pkcs11 token with its labels.")
            % {"file": description.name}
        ) from error
    return _Description(paths, labels)


def _secret(file: Path) -> bytes:
    return file.read_bytes().rstrip(b"\r\n")
