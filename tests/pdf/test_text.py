from __future__ import annotations

import pytest

from certinext.pdf.text import clean_paragraphs, clean_text, without_unprintable


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Kaveri\x00 Bank", "Kaveri Bank"),
        ("a\x1b[31mb\x7fc\x9fd", "a[31mbcd"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("invoice \u202efdp.exe\u202c", "invoice fdp.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("  edges  ", "edges"),
        ("", ""),
    ],
)
def test_what_cannot_be_printed_is_left_out(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@pytest.mark.parametrize(
    "name",
    [
        "Laboratoires Orléanais d'Analyses Biomédicales SARL",
        "श्री वैद्यनाथ क्\u200dष प्रेसिजन",
        "שלום (חברה) בע\N{HEBREW PUNCTUATION GERSHAYIM}מ\u200f",
        "株式会社サンプル",
        "Smile 😀👩\u200d🔬",
        "<b>&amp;</b> {{ name }}",
    ],
)
def test_names_in_any_script_stay_as_they_are(name: str) -> None:
    assert clean_text(name) == name


def test_a_long_text_is_cut_and_says_so() -> None:
    cut = clean_text("x" * 10_000, limit=300)
    assert len(cut) == 300
    assert cut == "x" * 299 + "…"
    assert clean_text("x" * 300, limit=300) == "x" * 300


def test_marks_cannot_pile_up_over_the_lines_above() -> None:
    assert clean_text("Z" + "\u0301" * 200 + "a\u0301") == "Z" + "\u0301" * 4 + "a\u0301"


def test_paragraphs_are_cleaned_one_by_one() -> None:
    text = "First.\r\n\r\n  Second\x00. \u202e\nThird."
    assert clean_paragraphs(text) == ("First.", "Second.", "Third.")


def test_a_page_keeps_its_line_breaks() -> None:
    assert without_unprintable("a\r\n\tb\x00c") == "a\r\n\tbc"
