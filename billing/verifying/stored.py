"""All stored files: their bytes, and their seals."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import F

from billing.chain.prove import Broken
from billing.models import DocumentFile
from billing.rendering import StoredFileDamaged, read_file
from certinext.pdf.seal import read_seal

_AT_A_TIME = 500


def broken_files(*, tick: Callable[[int], object] = lambda done: None) -> Iterator[Broken]:
    """Yield the stored files whose bytes or seals are not what they were.

    Reads one file at a time; `tick` hears how many were looked at.
    """
    files = (
        DocumentFile.objects.select_related("document")
        .annotate(certificate=F("seal__certificate_id"))
        .order_by("document_id")
    )
    for done, file in enumerate(files.iterator(chunk_size=_AT_A_TIME), 1):
        what = _damage(file, certificate=file.certificate or "")
        if what:
            yield Broken(str(file.document), what)
        tick(done)


def _damage(file: DocumentFile, *, certificate: str) -> str:
    """Return what is wrong with a file, empty when nothing is."""
    try:
        content = read_file(file)
    except StoredFileDamaged as error:
        return str(error)
    if not certificate:
        return ""
    report = read_seal(content)
    if report is None:
        return "was sealed, and its file bears no seal"
    if report.fingerprint != certificate:
        return "bears the seal of another certificate than it was sealed with"
    return "" if report.unaltered else "was altered after it was sealed"
