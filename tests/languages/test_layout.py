"""Words keep to their cells, papers have their size, and all letters are of the project's fonts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from pypdf import PdfReader

from billing.errors import CannotBill
from billing.models import Account, Seller
from billing.snapshots import seller_snapshot
from certinext.pdf.render import DOCUMENT_SHEET, _engine, _parsed
from tests.billing.sample_documents import sample_invoice
from tests.billing.sample_parties import BUYER, FRENCH
from tests.factories import ChargeFactory, SellerFactory
from tests.invoices.helpers import issue_order_invoice
from tests.languages.papers import (
    ISSUED,
    LANGUAGES,
    SAMPLES,
    customer,
    invoice_gst,
    invoice_reverse_charge,
)
from tests.languages.test_papers import KINDS, remember_pages

# Half a point: what rounding may add to a line that just fits.
SLACK = 0.7
A4, LETTER = (595, 842), (612, 792)


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Return the sizes of a PDF's pages in points."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages}


def fonts(pdf: bytes) -> set[str]:
    """Return the families that a PDF embeds."""
    found = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            name = str(font.get_object()["/BaseFont"])
            found.add(name.rpartition("+")[2].removesuffix("-Semi-Bold"))
    return found


def overflowing(html: str) -> list[str]:
    """Return the texts that leave their table cell to the right, as the pages are set."""
    engine = _engine()
    document = engine.html(string=html, url_fetcher=engine.fetcher).render(
        stylesheets=[_parsed(DOCUMENT_SHEET)], font_config=engine.fonts
    )
    return [
        text
        for page in document.pages
        for cell in boxes(page._page_box, "TableCellBox")
        for text in too_wide(cell)
    ]


def too_wide(cell: Any) -> Iterator[str]:
    end = cell.content_box_x() + cell.width + SLACK
    for text in boxes(cell, "TextBox"):
        if text.position_x + text.width > end:
            yield text.text


def boxes(box: Any, kind: str) -> Iterator[Any]:
    """Yield the boxes of a kind below a box."""
    for child in getattr(box, "children", ()):
        if type(child).__name__ == kind:
            yield child
        yield from boxes(child, kind)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.endswith("_long")])
def test_no_word_leaves_its_cell(kind: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = remember_pages(monkeypatch)
    if kind in ISSUED:
        ISSUED[kind](customer(language))
    else:
        SAMPLES[kind](language)
    assert overflowing(pages[-1]) == []


def test_a_word_that_is_too_long_is_seen() -> None:
    html = '<table class="kv"><colgroup><col class="k"><col class="v"></colgroup><tr>'
    assert overflowing(f"{html}<th>Steuerschuldnerschaft</th><td>Ja</td></table>") == [
        "Steuerschuldnerschaft"
    ]


@pytest.mark.parametrize("made", [invoice_gst, invoice_reverse_charge])
def test_a_buyer_who_prints_on_letter_gets_letter(made: Any) -> None:
    buyer = BUYER if made is invoice_gst else FRENCH
    assert sizes(made("fr", buyer={**buyer, "paper_size": "letter"})) == {LETTER}
    assert sizes(made("fr", buyer={**buyer, "paper_size": "a4"})) == {A4}
    # Documents of earlier times name no paper.
    assert sizes(made("fr", buyer=buyer)) == {A4}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(ISSUED))
def test_papers_of_an_account_have_its_size(kind: str) -> None:
    assert sizes(ISSUED[kind](customer("en", paper_size="letter"))) == {LETTER}


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Ohne Abzug."), ("fr", "No deductions."), ("en", "Net.")]
)
def test_terms_are_those_of_the_language_or_else_the_common_ones(language: str, said: str) -> None:
    seller: Seller = SellerFactory.build(
        terms="No deductions.", terms_de="Ohne Abzug.", terms_en="Net."
    )
    assert seller_snapshot(seller, language=language)["terms"] == said


def test_every_language_of_documents_can_have_terms_of_its_own() -> None:
    for language, _name in settings.DOCUMENT_LANGUAGES:
        seller = SellerFactory.build(**{f"terms_{language}": "Own."})
        assert seller.terms_in(language) == "Own."


@pytest.mark.django_db
def test_an_issued_document_keeps_its_language_and_its_paper() -> None:
    account = customer("de", paper_size="letter")
    document = issue_order_invoice(account, ChargeFactory.create(account=account)).document
    Account.objects.update(paper_size="a4", document_language="fr")

    document.refresh_from_db()
    assert (document.language, document.buyer["paper_size"]) == ("de", "letter")


@pytest.mark.django_db
def test_why_an_account_cannot_be_billed_is_said_in_the_staffs_language() -> None:
    account = customer("de", city="")
    with pytest.raises(CannotBill, match="Billing address missing: enter city on the account"):
        issue_order_invoice(account, ChargeFactory.create(account=account))


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("شركة النور للخدمات الرقمية", "Document-Arabic"),
        ("חברת אורים לשירותי אמון בע״מ", "Document-Hebrew"),
        ("श्री वैद्यनाथ प्रिसीज़न", "Document-Devanagari"),
        ("Łódź Ασφάλεια Доверие", "Document-Latin"),
    ],
)
@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_names_in_other_letters_are_set_in_fonts_of_the_project(
    name: str, family: str, language: str
) -> None:
    pdf = sample_invoice(language=language, buyer={**BUYER, "legal_name": name}).pdf()
    assert family in fonts(pdf)
    assert fonts(pdf) <= {
        "Document-Latin",
        "Document-Devanagari",
        "Document-Arabic",
        "Document-Hebrew",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_needs_no_font_of_the_machine(language: str) -> None:
    wanted = {"Document-Latin", "Document-Devanagari"} if language == "hi" else {"Document-Latin"}
    for kind in ("invoice_gst", "invoice_reverse_charge", "credit_note_vat"):
        assert fonts(SAMPLES[kind](language)) == wanted
