"""A seller's logo, a drawing (SVG) or a picture (PNG): taken in, kept as one text, shown.

A drawing is kept as the SVG it is, a picture as a ``data:`` address, which a page can carry by
itself: documents freeze their logo, so nothing beside them must be kept for them.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from html import escape

from django.utils.translation import gettext as _

from certinext.pdf.png import SIGNATURE, InvalidPng, png_ratio, safe_png
from certinext.pdf.svg import LONGEST, InvalidSvg, aspect_ratio, fitted_svg, safe_svg
from certinext.pdf.text import clean_text

PICTURE = "data:image/png;base64,"
# More than either kind may have: nobody needs to read further.
LARGEST_UPLOAD = 1_000_001


class InvalidLogo(ValueError):
    """The file cannot be a logo; the message says why and what to do, in a sentence."""


def safe_logo(content: bytes) -> str:
    """Return a file that was handed in as it is kept, made anew; raises `InvalidLogo`."""
    try:
        if content.startswith(SIGNATURE):
            return PICTURE + b64encode(safe_png(content)).decode()
        drawing = safe_svg(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidLogo(_("The file is neither an SVG drawing nor a PNG picture.")) from error
    except (InvalidPng, InvalidSvg) as error:
        raise InvalidLogo(str(error)) from error
    if len(drawing) > LONGEST:
        raise InvalidLogo(_("The drawing is too large: simplify it."))
    return drawing


def logo_html(kept: str, *, width_mm: float, height_mm: float, title: str) -> str:
    """Return the logo for a page, with its title for screen readers; raises `InvalidLogo`.

    A drawing is as large as fits into the box; a picture gets its size from `logo_sheet`.
    """
    try:
        if kept.startswith(PICTURE):
            png_ratio(picture_of(kept))
            return f'<img src="{escape(kept)}" alt="{escape(clean_text(title))}">'
        return fitted_svg(kept, width_mm=width_mm, height_mm=height_mm, title=title)
    except (InvalidPng, InvalidSvg) as error:
        raise InvalidLogo(str(error)) from error


def logo_sheet(kept: str, *, width_mm: float, height_mm: float) -> str:
    """Return the rule that makes a picture as large as fits into the box, empty for a drawing."""
    if not kept.startswith(PICTURE):
        return ""
    try:
        ratio = png_ratio(picture_of(kept))
    except InvalidPng:
        return ""
    height = min(height_mm, width_mm / ratio)
    return f".logo img {{ width: {height * ratio:.2f}mm; height: {height:.2f}mm; }}\n"


def logo_ratio(kept: str) -> float:
    """Return how much wider than high a logo is: 1 for a square. Raises `InvalidLogo`."""
    try:
        return png_ratio(picture_of(kept)) if kept.startswith(PICTURE) else aspect_ratio(kept)
    except (InvalidPng, InvalidSvg) as error:
        raise InvalidLogo(str(error)) from error


def logo_file(kept: str) -> tuple[bytes, str]:
    """Return the logo as a file with its content type; raises `InvalidPng`."""
    if kept.startswith(PICTURE):
        return picture_of(kept), "image/png"
    return kept.encode(), "image/svg+xml"


def picture_of(address: str) -> bytes:
    """Return the picture in a ``data:`` address as `safe_logo` keeps it; raises `InvalidPng`."""
    try:
        content = b64decode(address.removeprefix(PICTURE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidPng(_("The file is no PNG picture.")) from error
    png_ratio(content)
    return content
