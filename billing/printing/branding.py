"""The seller's looks on a document: logo, accent colour and legal footer."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from billing.printing.facts import Facts
from certinext.pdf.css import css_string, readable_colour
from certinext.pdf.logo import InvalidLogo, logo_html, logo_ratio, logo_sheet
from certinext.pdf.text import clean_paragraphs

DEFAULT_ACCENT = "#2b50c8"
_LOGO_MM = {"width_mm": 76.0, "height_mm": 12.0}
# Width to height; above it a logo is taken for lettering.
_WIDEST_MARK = 1.25
_NAME_LENGTH = 80
# So many characters fit on the line beside a mark, by size; what is longer still ends in dots.
_SIZES = ((16, "short"), (25, "middle"), (_NAME_LENGTH, "long"))
# The margin holds this much; the seller's form takes no more.
_FOOTER_LINES = 4
_FOOTER_LENGTH = 400


def logo(seller: Facts) -> SafeString | None:
    """Return the logo for the head of the page, or None: then the seller's name stands there.

    It was checked when it was saved; one that the rules refuse today is not shown.
    """
    kept = seller.raw("logo")
    if not kept:
        return None
    try:
        title = seller.text("trade_name") or seller.text("legal_name")
        shown = logo_html(kept, title=title, **_LOGO_MM)
    except InvalidLogo:
        return None
    return mark_safe(shown)  # noqa: S308 - written by logo_html, which escapes all it keeps


def name_beside(seller: Facts) -> str:
    """Return how large the seller's name stands beside the logo, empty where it does not.

    A wide logo is lettering, which says the name itself; a mark about as wide as it is high is not.
    """
    kept = seller.raw("logo")
    if not kept:
        return ""
    try:
        bare = logo_ratio(kept) <= _WIDEST_MARK
    except InvalidLogo:
        return ""
    length = len(printed_name(seller))
    return next(style for most, style in _SIZES if length <= most) if bare else ""


def printed_name(seller: Facts) -> str:
    """Return the name that buyers know the seller by."""
    return seller.text("trade_name", limit=_NAME_LENGTH) or seller.text(
        "legal_name", limit=_NAME_LENGTH
    )


def brand_sheet(seller: Facts) -> str:
    """Return the small style sheet of the seller: accent colour, legal footer, a picture's size."""
    accent = readable_colour(seller.raw("accent_colour"), default=DEFAULT_ACCENT)
    footer = ' "\\A" '.join(css_string(line) for line in _footer(seller) if line)
    picture = logo_sheet(seller.raw("logo"), **_LOGO_MM)
    margin = f"@page {{ @bottom-left {{ content: {footer}; }} }}\n"
    return f":root {{ --accent: {accent}; }}\n{margin}{picture}"


def _footer(seller: Facts) -> list[str]:
    """Return what the seller wrote, or name and address; below it how to reach the seller."""
    written = clean_paragraphs(seller.raw("legal_footer"), limit=_FOOTER_LENGTH)[:_FOOTER_LINES]
    who = (seller.text("legal_name"), *seller.texts("address"))
    reach = (seller.text("email"), seller.text("phone"))
    said = any(reach[0] in line for line in written)
    return [*(written or [_joined(who)]), "" if said else _joined(reach)]


def _joined(parts: tuple[str, ...]) -> str:
    return " · ".join(part for part in parts if part)
