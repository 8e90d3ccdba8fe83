"""Reading a PDF back, as a person or a bookkeeping program would."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

_BLANKS = re.compile(r"\s+")


def pages_of(pdf: bytes) -> list[str]:
    """Return each page's text on one line."""
    reader = PdfReader(io.BytesIO(pdf))
    return [_BLANKS.sub(" ", page.extract_text()) for page in reader.pages]


def text_of(pdf: bytes) -> str:
    """Return the whole text on one line."""
    return " ".join(pages_of(pdf))


def squeezed(text: str) -> str:
    """Return a text without blanks: for words that may be broken anywhere."""
    return _BLANKS.sub("", text)
