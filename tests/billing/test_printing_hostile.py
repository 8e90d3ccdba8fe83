"""Names that attack: they are printed as they are, and nothing is fetched, broken or leaked."""

from __future__ import annotations

from typing import Any

import pytest

from billing.printing.branding import brand_sheet
from billing.printing.facts import Facts
from certinext.pdf.fetcher import StaticFetcher
from tests.billing.reading_pdfs import pages_of, squeezed, text_of
from tests.billing.sample_documents import PLAN, Sample, Sold, sample_credit_note, sample_invoice
from tests.billing.sample_parties import BUYER, GERMANY, INDIA

LITERAL = [
    "<img src=file:///etc/passwd>",
    '"><script>alert(1)</script>',
    "</title></style><link rel=attachment href=file:///etc/passwd>",
    "'; } body { display: none } @import url(http://127.0.0.1:9/x.css);",
    "{{ settings.SECRET_KEY }} {% include 'base.html' %}",
    "<svg><image href='file:///etc/passwd'/></svg>",
    "&#x202e; &lt;b&gt; \\A \\202e",
    "%(number)s %s {0}",
]
BREAKING = {
    "NUL": ("Kaveri\x00Bank", "KaveriBank"),
    "lone surrogate": ("Kaveri\ud83dBank", "Kaveri\ufffdBank"),
    "bidi override": ("Kaveri\u202eknaB\u202c", "KaveriknaB"),
    "bidi isolate": ("\u2067Kaveri\u2069", "Kaveri"),
    "10,000 characters": ("W" * 10_000, "W" * 299 + "…"),
    "10,000 marks": ("Ka" + "\u0301" * 10_000, "K"),
    "line breaks": ("Kaveri\r\n\u2028Bank", "KaveriBank"),
    "only controls": ("\x00\x01\u202e", ""),
}


def everywhere(text: str) -> Sample:
    """Return an invoice on which every text from outside is this one."""
    sample = sample_invoice(
        sold=[
            Sold(
                description=text,
                domain_name=text,
                more={"details": [text] * 9, "account_name": text, "group_name": text},
            ),
            PLAN,
        ],
        notices=[text],
        supply={"po_number": text, "place_of_supply": text, "destination_country": text},
    )
    document = sample.document
    document.seller = {**_filled(INDIA, text), "country": "IN", "legal_footer": f"{text}\n{text}"}
    document.buyer = {**_filled(BUYER, text), "country": "IN"}
    return sample


def _filled(snapshot: dict[str, Any], text: str) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, value in snapshot.items():
        if isinstance(value, dict):
            filled[name] = _filled(value, text)
        elif isinstance(value, list):
            filled[name] = [text] * 40
        else:
            filled[name] = text
    return filled


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What WeasyPrint asked for, beside our own sheet and fonts."""
    asked: list[str] = []
    fetch = StaticFetcher.fetch

    def watched(self: StaticFetcher, url: str, headers: dict[str, str] | None = None) -> Any:
        if not url.startswith(("static:documents/document.css", "static:fonts/")):
            asked.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(StaticFetcher, "fetch", watched)
    return asked


@pytest.mark.parametrize("attacks", [LITERAL[:4], LITERAL[4:]], ids=["first", "second"])
def test_markup_is_printed_and_does_nothing(attacks: list[str], fetched: list[str]) -> None:
    text = " ".join(attacks)
    printed = text_of(everywhere(text).pdf())
    # The name, the address, the line, its details, the section, the terms and the footer.
    assert squeezed(printed).count(squeezed(text)) >= 12
    assert "root:" not in printed
    assert "Amount due ₹ 63,631.50" in printed
    assert fetched == []


@pytest.mark.parametrize("case", BREAKING)
def test_texts_that_would_break_a_file_are_made_harmless(case: str) -> None:
    text, printed = BREAKING[case]
    buyer = {**BUYER, "legal_name": text}
    page = sample_invoice(buyer=buyer, sold=[Sold(description=text), PLAN]).text()
    assert squeezed(page).count(squeezed(printed)) >= 2
    assert not {"\x00", "\ud83d", "\u202e", "\u2067"} & set(page)


def test_all_of_them_everywhere_at_once_break_nothing(fetched: list[str]) -> None:
    printed = text_of(everywhere("".join(text[:40] for text, _printed in BREAKING.values())).pdf())
    assert "Amount due ₹ 63,631.50" in printed
    assert fetched == []


def test_overlong_texts_everywhere_burst_no_layout() -> None:
    pages = pages_of(everywhere("W" * 10_000).pdf())
    assert len(pages) <= 8
    assert "Amount due ₹ 63,631.50" in pages[-1]
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_a_credit_note_survives_the_same(fetched: list[str]) -> None:
    text = LITERAL[0] + "\x00\ud800\u202e" + "W" * 10_000
    note = sample_credit_note(sample_invoice(), reason=text)
    note.document.seller = {**_filled(INDIA, text), "country": "IN"}
    note.document.buyer = _filled(BUYER, text)
    assert squeezed(LITERAL[0]) in squeezed(text_of(note.pdf()))
    assert fetched == []


def test_a_seller_who_wrote_no_footer_gets_name_and_address() -> None:
    sheet = brand_sheet(Facts({**INDIA, "legal_footer": "", "address": ["Road 1", "India"]}))
    assert "Road 1 \\b7  India" in sheet
    assert "billing\\40 aravalli\\2e example" in sheet


def test_a_footer_cannot_leave_its_string() -> None:
    attack = 'x"; } @page { @bottom-left { content: url(file:///etc/passwd) } } /* \\'
    sheet = brand_sheet(Facts({**GERMANY, "legal_footer": attack, "accent_colour": "red; }"}))
    assert sheet.startswith(":root { --accent: #2b50c8; }\n@page { @bottom-left { content: ")
    assert sheet.count("{") == 3
    assert "url(" not in sheet
    printed = text_of(sample_invoice(seller={**GERMANY, "legal_footer": attack}).pdf())
    assert squeezed(attack) in squeezed(printed)


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>",
        '<image href="file:///etc/passwd" width="9" height="9"/>',
        '<use href="http://127.0.0.1:9/x.svg#a"/>',
        "<style>@import url(file:///etc/passwd);</style>",
    ],
)
def test_a_hostile_logo_is_not_drawn(content: str) -> None:
    logo = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{content}</svg>'
    html = sample_invoice(seller={**INDIA, "logo": logo}).html()
    assert '<p class="name">Aravalli Trust Services</p>' in html
    assert content not in html


def test_snapshots_with_missing_facts_still_print() -> None:
    sample = sample_invoice()
    sample.document.seller = {"country": "IN", "legal_name": "Aravalli"}
    sample.document.buyer = {}
    sample.document.supply = {}
    sample.document.tax_decision = {}
    assert "Amount due ₹ 10,531.50" in text_of(sample.pdf())
