"""The stored files of exports: written once, checked before they leave, deleted in time."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage

from billing.models import Export
from billing.rendering import StoredFileDamaged

KEPT_FOR = timedelta(days=3)
_CHUNK = 256 * 1024
# Rows that one sweep deletes the files of.
_AT_A_TIME = 500


@dataclass(frozen=True)
class Stored:
    """Where a file is, its size in bytes, and its digest."""

    path: str
    size: int
    sha256: str


def attempt_path(export: Export) -> str:
    """Return where the attempt that is counted stores its file: no other one writes there."""
    return f"exports/{export.pk}-{export.attempts}.{export.format}"


def store(export: Export, file: IO[bytes]) -> Stored:
    """Store an open file chunk by chunk, below the tenant's prefix."""
    sha256, size = _measured(file)
    path = default_storage.save(attempt_path(export), File(file))
    return Stored(path, size, sha256)


def open_checked(export: Export) -> IO[bytes]:
    """Return the stored bytes as an open file once they proved to be those that were stored.

    They are copied to a file of the reader's own, so that what was checked is what is sent, also
    when the days of the export end meanwhile. Raises `StoredFileDamaged`.
    """
    copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        with default_storage.open(export.path, "rb") as stored:
            shutil.copyfileobj(stored, copy, _CHUNK)
    except FileNotFoundError as error:
        copy.close()
        raise StoredFileDamaged(f"{export.path} is missing from the storage.") from error
    copy.seek(0)
    sha256, _size = _measured(copy)
    if sha256 != export.sha256:
        copy.close()
        raise StoredFileDamaged(f"{export.path} is not what was stored: its sha256 differs.")
    return copy


def delete_file(path: str) -> None:
    """Delete a file that nobody is to have any more; one that is not there is no error."""
    default_storage.delete(path)


def delete_expired(*, now: datetime) -> int:
    """Delete the files whose days are over; return how many.

    Safe to run twice and to break off: a file goes before its row says so.
    """
    over = Export.objects.filter(state=Export.State.READY, expires_at__lte=now)
    count = 0
    for export in over.order_by("expires_at")[:_AT_A_TIME]:
        delete_file(export.path)
        count += Export.objects.filter(pk=export.pk, state=Export.State.READY).update(
            state=Export.State.DELETED, path=""
        )
    return count


def _measured(file: IO[bytes]) -> tuple[str, int]:
    """Return the digest and size of an open file, which stands at its start, also afterwards."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size
