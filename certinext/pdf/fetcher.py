"""The only way from a document's HTML to a file: the project's own style sheets and fonts.

A picture that the page carries in itself, the seller's logo, reaches no file.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from weasyprint.urls import URLFetcher, URLFetcherResponse

from certinext.pdf.logo import PICTURE, picture_of
from certinext.pdf.png import LARGEST_KEPT, InvalidPng

SCHEME = "static"
_FOLDERS = ("documents", "fonts")
_SUFFIXES = {".css", ".otf", ".ttf"}


class ResourceRefused(ValueError):
    """A document asked for something that is not one of the project's own static files."""


class StaticFetcher(URLFetcher):
    """Reads ``static:documents/…``, ``static:fonts/…`` and small PNGs; refuses everything else.

    WeasyPrint's own fetcher reads local files, opens network addresses and follows redirects:
    enough for a customer's name to bring /etc/passwd into a PDF, should escaping ever fail.
    """

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Return what the address names or carries; raises `ResourceRefused`."""
        del headers
        if url.startswith(PICTURE):
            return URLFetcherResponse(url, _carried(url), {"Content-Type": "image/png"})
        path = static_file(url)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def static_file(url: str) -> Path:
    """Return the file behind ``static:fonts/Inter-Regular.otf``; raises `ResourceRefused`.

    Symbolic links and ``..`` are followed before the folder is checked.
    """
    scheme, _, name = url.partition(":")
    root = (Path(settings.BASE_DIR) / "static").resolve()
    path = (root / name).resolve() if scheme == SCHEME and "\0" not in name else root
    if (
        path.suffix not in _SUFFIXES
        or not any(path.is_relative_to(root / folder) for folder in _FOLDERS)
        or not path.is_file()
    ):
        raise ResourceRefused(f"Documents may not load {url[:80]!r}.")
    return path


def _carried(url: str) -> bytes:
    try:
        content = picture_of(url)
    except InvalidPng as error:
        raise ResourceRefused(f"Documents may not load {url[:80]!r}.") from error
    if len(content) > LARGEST_KEPT:
        raise ResourceRefused(f"Documents may not load a picture of {len(content)} bytes.")
    return content
