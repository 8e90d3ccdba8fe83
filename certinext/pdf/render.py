"""From HTML to the bytes of a PDF/A-3a that is PDF/UA-1 too, the same bytes for the same HTML."""

from __future__ import annotations

import atexit
import hashlib
import io
import threading
from collections.abc import Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any

from certinext.pdf.embedded import EmbeddedFile
from certinext.pdf.text import without_unprintable

DOCUMENT_SHEET = "static:documents/document.css"
SEAL_ANCHOR = "seal"

# Pango's font map is shared by all threads and may be used by one at a time.
_one_at_a_time = threading.Lock()


def render_pdf(
    html: str,
    *,
    extra_css: str = "",
    sheet: str = DOCUMENT_SHEET,
    embedded: Sequence[EmbeddedFile] = (),
    seal_title: str = "",
) -> bytes:
    """Return the HTML set as a tagged PDF/A-3a that also keeps PDF/UA-1's rules and says so.

    ``sheet`` is a style sheet of the project, ``extra_css`` a small one of the caller's own
    making (a seller's colour). Language, title, author and dates are taken from the HTML's
    ``lang``, ``<title>`` and ``<meta>``; nothing is taken from the clock or the machine, so the
    same input gives the same bytes. Nothing is fetched but the project's static files.

    ``embedded`` files travel in the PDF. With ``seal_title`` (what a screen reader calls it) the
    box with the id ``seal`` is covered by an empty signature field for `certinext.pdf.seal`.
    """
    with _one_at_a_time:
        document = lay_out(html, extra_css=extra_css, sheet=sheet)
        engine = _engine()
        document.metadata.attachments = [engine.attachment(file) for file in embedded]
        profile = next((file.profile for file in embedded if file.profile), "")
        document.metadata.generate_rdf_metadata = engine.identified(
            document.metadata.generate_rdf_metadata, profile=profile
        )
        layer = engine.text_layer()
        finish = engine.finisher(
            seal_anchor=SEAL_ANCHOR if seal_title else "",
            seal_title=seal_title,
            mime_types={file.name: file.mime_type for file in embedded},
            text_layer=layer,
        )
        with layer.recording():
            rendered: bytes = document.write_pdf(
                finisher=finish,
                pdf_variant="pdf/a-3a",
                pdf_identifier=_identity(without_unprintable(html), extra_css, embedded).encode(),
            )
    return rendered


def lay_out(html: str, *, extra_css: str = "", sheet: str = DOCUMENT_SHEET) -> Any:
    """Return WeasyPrint's document of laid-out pages, from which `render_pdf` makes a file.

    Pages may be laid out by one thread at a time.
    """
    engine = _engine()
    own_sheet = engine.css(string=extra_css, url_fetcher=engine.fetcher)
    return engine.html(string=without_unprintable(html), url_fetcher=engine.fetcher).render(
        stylesheets=[_parsed(sheet), own_sheet], font_config=engine.fonts
    )


def _identity(html: str, extra_css: str, embedded: Sequence[EmbeddedFile]) -> str:
    """Return what the file calls itself: a digest of all that went into it."""
    digest = hashlib.sha256(f"{html}\0{extra_css}".encode())
    for file in embedded:
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()[:32]


class _Engine:
    """What all documents of a process share: making it costs more than setting a page."""

    def __init__(self) -> None:
        # Loads Pango and a dozen other libraries: only processes that render pay for it.
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        from certinext.pdf.fetcher import StaticFetcher
        from certinext.pdf.finish import finisher
        from certinext.pdf.text_layer import TextLayer
        from certinext.pdf.xmp import with_identification

        self.html: Any = HTML
        self.css: Any = CSS
        self.finisher = finisher
        self.text_layer = TextLayer
        self.identified = with_identification
        self.fonts = FontConfiguration()
        # Its fonts are given back while the libraries that do it are still there.
        for kept in (_engine, _parsed):
            atexit.register(kept.cache_clear)
        self.fetcher = StaticFetcher()

    def attachment(self, file: EmbeddedFile) -> Any:
        """Return the file as WeasyPrint takes it; the moment is written in UTC."""
        from weasyprint import Attachment

        moment = file.moment.astimezone(UTC)
        return Attachment(
            file_obj=io.BytesIO(file.content),
            url_fetcher=self.fetcher,
            name=file.name,
            description=file.description,
            relationship=file.relationship,
            created=moment,
            modified=moment,
        )


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


@lru_cache(maxsize=8)
def _parsed(sheet: str) -> Any:
    engine = _engine()
    return engine.css(url=sheet, font_config=engine.fonts, url_fetcher=engine.fetcher)
