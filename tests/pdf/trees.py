"""The structure tree of a PDF, as a screen reader walks through it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def elements(pdf: bytes) -> Iterator[Any]:
    """Yield all elements in reading order."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    yield from _below(root["/StructTreeRoot"])


def said(pdf: bytes, name: str) -> list[str]:
    """Return what elements say: ``/ActualText`` instead of their glyphs, ``/Alt`` of a picture."""
    return [str(element[name]) for element in elements(pdf) if name in element]


def _below(element: Any) -> Iterator[Any]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object()
        if hasattr(found, "get"):
            yield found
            yield from _below(found)
