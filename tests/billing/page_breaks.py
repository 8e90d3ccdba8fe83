"""Where the pages of a document break, from their layout alone: no file is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from billing.printing.branding import brand_sheet
from billing.printing.facts import Facts
from certinext.pdf.render import lay_out
from tests.billing.sample_documents import Sample

# So many lines stand above the totals at least, where their section has so many.
LINES_ABOVE_TOTALS = 2


@dataclass(frozen=True)
class PageBreak:
    """What stands on a page: its rows in their order ("line" or "group"), and what frames them."""

    rows: tuple[str, ...]
    heads: int
    totals: int
    margins: str

    @property
    def lines(self) -> int:
        """How many lines of the document stand on the page."""
        return self.rows.count("line")


def laid_out(sample: Sample, *, css: str = "") -> list[PageBreak]:
    """Lay a document out, with further rules."""
    sheet = brand_sheet(Facts(sample.document.seller))
    document = lay_out(sample.html(), extra_css=sheet + css)
    return [_read(page._page_box) for page in document.pages]


def broken_rules(pages: Sequence[PageBreak], *, lines: int) -> list[str]:
    """Return what is wrong with the breaks of a document with so many lines."""
    last = len(pages)
    rows = [row for page in pages for row in page.rows]
    in_last_section = [*reversed(rows), "group"].index("group")
    rules = {
        "every line stands on one page": sum(page.lines for page in pages) == lines,
        "the totals stand on the last page, whole": [page.totals for page in pages]
        == [0] * (last - 1) + [1],
        "lines stand above the totals": pages[-1].lines >= min(LINES_ABOVE_TOTALS, in_last_section),
    }
    for number, page in enumerate(pages, start=1):
        rules |= {
            f"page {number} has lines": page.lines > 0,
            f"page {number} has one head above its lines": page.heads == 1,
            f"page {number} ends with a line": page.rows[-1:] == ("line",),
            f"page {number} carries forward": ("Carried" in page.margins) == (number < last),
            f"page {number} brings forward": ("Brought" in page.margins) == (number > 1),
        }
    return [rule for rule, kept in rules.items() if not kept]


def _read(page: Any) -> PageBreak:
    rows: list[str] = []
    margins: list[str] = []
    heads = totals = 0
    for box, above in _boxes(page, ()):
        if box.element_tag == "tr" and "lines" in above and "thead" in above:
            heads += 1
        elif box.element_tag == "tr" and "lines" in above:
            rows.append("group" if "group" in _classes(box) else "line")
        totals += box.element_tag == "section" and "close" in _classes(box)
        if "margin" in above:
            margins.append(getattr(box, "text", ""))
    return PageBreak(tuple(rows), heads, totals, " ".join(margins))


def _boxes(box: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield all boxes of a page with the tags and classes of what they are in."""
    yield box, above
    margin = ("margin",) if getattr(box, "at_keyword", "").startswith("@") else ()
    within = (*above, str(box.element_tag), *_classes(box), *margin)
    for child in getattr(box, "children", ()):
        yield from _boxes(getattr(child, "_box", child), within)


def _classes(box: Any) -> list[str]:
    return [] if box.element is None else str(box.element.get("class", "")).split()
