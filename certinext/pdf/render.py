"""From HTML to the bytes of a tagged PDF, the same bytes for the same HTML."""

from __future__ import annotations

import atexit
import hashlib
import threading
from functools import lru_cache
from typing import Any

from certinext.pdf.text import without_unprintable

DOCUMENT_SHEET = "static:documents/document.css"

# Pango's font map is shared by all threads and may be used by one at a time.
_one_at_a_time = threading.Lock()


def render_pdf(html: str, *, extra_css: str = "", sheet: str = DOCUMENT_SHEET) -> bytes:
    """Return the HTML set as a tagged PDF.

    ``sheet`` is a style sheet of the project, ``extra_css`` a small one of the caller's own
    making (a seller's colour). Language, title, author and dates are taken from the HTML's
    ``lang``, ``<title>`` and ``<meta>``; nothing is taken from the clock or the machine, so the
    same input gives the same bytes. Nothing is fetched but the project's static files.
    """
    html = without_unprintable(html)
    identity = hashlib.sha256(f"{html}\0{extra_css}".encode()).hexdigest()[:32]
    with _one_at_a_time:
        engine = _engine()
        document = engine.html(string=html, url_fetcher=engine.fetcher)
        rendered: bytes = document.write_pdf(
            stylesheets=[_parsed(sheet), engine.css(string=extra_css, url_fetcher=engine.fetcher)],
            font_config=engine.fonts,
            pdf_tags=True,
            pdf_identifier=identity.encode(),
        )
    return rendered


class _Engine:
    """What all documents of a process share: making it costs more than setting a page."""

    def __init__(self) -> None:
        # Loads Pango and a dozen other libraries: only processes that render pay for it.
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        from certinext.pdf.fetcher import StaticFetcher

        self.html: Any = HTML
        self.css: Any = CSS
        self.fonts = FontConfiguration()
        # Its fonts are given back while the libraries that do it are still there.
        for kept in (_engine, _parsed):
            atexit.register(kept.cache_clear)
        self.fetcher = StaticFetcher()


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


@lru_cache(maxsize=8)
def _parsed(sheet: str) -> Any:
    engine = _engine()
    return engine.css(url=sheet, font_config=engine.fonts, url_fetcher=engine.fetcher)
