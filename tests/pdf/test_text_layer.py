"""What is read out of a PDF is what was written, in every script."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader

from certinext.pdf.clusters import share_out
from certinext.pdf.render import render_pdf
from tests.billing.sample_documents import sample_invoice
from tests.billing.sample_parties import BUYER
from tests.pdf.names import NAMED_IN_THE_TREE, NAMES, comparable, page_of
from tests.pdf.trees import said


@cache
def page() -> bytes:
    return render_pdf(page_of(NAMES | NAMED_IN_THE_TREE))


@cache
def read_lines() -> frozenset[str]:
    texts = (page.extract_text() for page in PdfReader(io.BytesIO(page())).pages)
    return frozenset(comparable(line) for text in texts for line in text.splitlines())


@pytest.mark.parametrize("case", NAMES)
def test_a_name_is_read_as_it_was_written(case: str) -> None:
    assert comparable(NAMES[case]) in read_lines()


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in (NAMES | NAMED_IN_THE_TREE)
        if case.startswith(("Heb", "Ara", "Pers", "Urdu"))
    ],
)
def test_the_structure_tree_says_names_from_right_to_left(case: str) -> None:
    assert (NAMES | NAMED_IN_THE_TREE)[case] in said(page(), "/ActualText")


def test_the_structure_tree_is_silent_where_glyphs_say_it_all() -> None:
    assert not set(said(page(), "/ActualText")) & {NAMES["Hindi"], NAMES["Greek"], "Line 1"}


def test_a_bracket_seen_first_from_right_to_left_is_no_other_bracket_elsewhere() -> None:
    pdf = render_pdf(page_of({"Hebrew": "שלום (חברה)", "Latin": "Aravalli (India) Limited"}))
    assert "Aravalli (India) Limited" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_letter_seen_first_below_a_mark_is_a_letter_elsewhere() -> None:
    pdf = render_pdf(page_of({"marked": "x\u0302y\u0302 value", "plain": "xylophone"}))
    assert "xylophone" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize(
    "case", ["Hindi, a long company", "Arabic", "Hebrew before Latin and digits"]
)
def test_a_buyers_name_is_read_from_an_invoice(case: str) -> None:
    pdf = sample_invoice(buyer={**BUYER, "legal_name": NAMES[case]}, language="hi").pdf()
    text = comparable(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    assert comparable(NAMES[case]) in text
    assert "देय राशि ₹ 10,531.50" in text


def test_names_give_the_same_bytes_again() -> None:
    assert render_pdf(page_of(NAMES | NAMED_IN_THE_TREE)) == page()


@pytest.mark.parametrize(("text", "mapped"), [("क ख ग", False), ("क कि", True)])
def test_fonts_get_further_codes_only_where_a_glyph_has_a_further_text(
    text: str, mapped: bool
) -> None:
    page: Any = PdfReader(io.BytesIO(render_pdf(page_of({"Hindi": text})))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    maps = [font["/DescendantFonts"][0].get_object()["/CIDToGIDMap"] for font in fonts]
    assert [found != "/Identity" for found in maps].count(True) == mapped
    assert {str(font["/Encoding"]) for font in fonts} == {"/Identity-H"}


@pytest.mark.parametrize(
    ("text", "starts", "widths", "from_right", "shares"),
    [
        ("abc", [0, 1, 2], [5, 5, 5], False, ["a", "b", "c"]),
        # A ligature, and a letter with its mark.
        ("ffi", [0], [9], False, ["ffi"]),
        ("xo\u0302", [0, 1, 1], [5, 5, 0], False, ["x", "o\u0302", ""]),
        # The vowel sign stands before its consonant, of the same cluster.
        ("कि", [0, 0], [3, 6], False, ["क", "ि"]),
        ("अब", [3, 0], [6, 6], True, ["ब", "अ"]),
        # From right to left, marks come before their letter.
        ("\u05e9\u05b8", [0, 0], [0, 7], True, ["", "\u05e9\u05b8"]),
        # What is not drawn goes with what is drawn before it, or else after it.
        ("a\u200db", [0, 1, 4], [5, 0, 5], False, ["a\u200d", "", "b"]),
        ("\u200da", [0, 3], [0, 5], False, ["", "\u200da"]),
        ("\u200d", [0], [0], False, ["\u200d"]),
        # A vowel sign in two parts around its consonant.
        ("கொ", [0, 0, 0], [4, 6, 3], False, ["க", "\u0bc6", "\u0bbe"]),
        ("கொடை", [0, 0, 3, 6, 6], [4, 6, 3, 5, 7], False, ["க", "\u0bc6", "\u0bbe", "ட", "ை"]),
        # More glyphs than characters.
        ("a", [0, 0, 0], [2, 2, 2], False, ["a", "", ""]),
    ],
)
def test_the_glyphs_of_a_run_share_its_text_out(
    text: str, starts: list[int], widths: list[int], from_right: bool, shares: list[str]
) -> None:
    assert share_out(text.encode(), starts=starts, widths=widths, from_right=from_right) == shares


def test_marks_of_direction_alone_between_letters_break_no_page() -> None:
    text = "क\u200f\u200fख\u200e\u200fग"
    pdf = render_pdf(page_of({"marks": text, "plain": "कखग"}).replace('lang="en"', 'lang="hi"'))
    assert "कखग" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
