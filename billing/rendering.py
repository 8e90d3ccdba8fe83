"""The stored PDF of a document: made once, kept for good, checked whenever it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from billing.einvoice.attachment import electronic_attachment
from billing.models import Document, DocumentFile
from billing.printing.annex import annex_of
from billing.printing.render import render_document
from billing.registering.given import registration_of
from billing.sealing.seal import key_for, remember_seal, seal_facts, sealed
from certinext.pdf.apart import render_pdf_apart
from certinext.pdf.embedded import EmbeddedFile

if TYPE_CHECKING:
    from certinext.pdf.keys import SealingKey

# Enough of the digest to tell two renderings of one document apart.
_DIGEST_IN_NAME = 16


class DraftHasNoFile(Exception):
    """A draft has no number yet: its PDF would not be the document's."""


class StoredFileDamaged(Exception):
    """The stored bytes are gone or are not those that were stored; restore them from a backup."""


def make_pdf(document: Document, key: SealingKey | None) -> bytes:
    """Return the document's PDF with its electronic form in it, ready for its seal.

    It is set in a process of its own: what takes too long or too much memory ends there. Raises
    `certinext.pdf.apart.RenderingFailed`, and `AwaitsRegistration` before its registration.
    """
    return render_document(
        document,
        seal=seal_facts(key) if key else None,
        registration=registration_of(document),
        embedded=embedded_files(document),
        set_page=render_pdf_apart,
    )


def embedded_files(document: Document) -> list[EmbeddedFile]:
    """Return what travels in the document's PDF: its electronic form and its annex, if any."""
    lines = list(document.lines.all())
    found = (electronic_attachment(document, lines=lines), annex_of(document, lines))
    return [file for file in found if file is not None]


def ensure_file(
    document: Document, *, render: Callable[[Document], bytes] | None = None
) -> DocumentFile:
    """Return the document's file, rendering, sealing and storing it when there is none yet.

    Safe to run twice and at once: the first row wins, the loser's bytes are deleted. The bytes are
    stored before the row, so a crash in between leaves an orphan file, never a row without bytes.
    Raises `DraftHasNoFile`, `CannotSeal` where the document was to be sealed and cannot be now, and
    `AwaitsRegistration` where a government's portal has to register it first.
    """
    if document.number is None:
        raise DraftHasNoFile(f"Document {document.pk} is a draft.")
    stored = DocumentFile.objects.filter(document=document).first()
    if stored is not None:
        return stored
    registration_of(document)
    now = timezone.now()
    key = key_for(document)
    plain = make_pdf(document, key) if render is None else render(document)
    content = sealed(plain, key, now=now)
    sha256 = hashlib.sha256(content).hexdigest()
    path = _store(document, content, sha256)
    file = DocumentFile(document=document, path=path, sha256=sha256, size=len(content))
    with transaction.atomic():
        DocumentFile.objects.bulk_create([file], ignore_conflicts=True)
        winner = DocumentFile.objects.get(document=document)
        if key is not None and winner.path == path:
            remember_seal(winner, key, now=now)
    if winner.path != path:
        default_storage.delete(path)
    return winner


def read_file(file: DocumentFile) -> bytes:
    """Return the stored bytes; raises `StoredFileDamaged` unless they are what was stored."""
    try:
        content = _read(file.path)
    except FileNotFoundError as error:
        raise StoredFileDamaged(f"{file.path} is missing from the storage.") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise StoredFileDamaged(f"{file.path} is not what was stored: its sha256 differs.")
    return content


def file_name(document: Document) -> str:
    """Return the name under which the PDF is downloaded: ``INV-26-27-000001.pdf``."""
    return f"{str(document).replace('/', '-')}.pdf"


def _store(document: Document, content: bytes, sha256: str) -> str:
    """Write the bytes below a name that tells what they are; return the name that was given.

    What a crashed attempt left there is taken over when it is whole. The storage gives another
    name when it is not, or when somebody else is writing it right now.
    """
    name = f"{document.pk}-{sha256[:_DIGEST_IN_NAME]}.pdf"
    path = f"documents/{document.issue_date.year}/{name}"
    if default_storage.exists(path) and _read(path) == content:
        return path
    return default_storage.save(path, ContentFile(content))


def _read(path: str) -> bytes:
    with default_storage.open(path, "rb") as stored:
        content: bytes = stored.read()
    return content
