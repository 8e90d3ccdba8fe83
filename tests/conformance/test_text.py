"""The text of a page as poppler's `pdftotext` reads it: what search engines and archives see."""

from __future__ import annotations

import os
import subprocess
from functools import cache

import pytest

from certinext.pdf.render import render_pdf
from certinext.pdf.text_layer import TextLayer
from tests.billing.sample_documents import sample_invoice
from tests.billing.sample_parties import BUYER
from tests.conformance.pictures import differences, picture_of
from tests.pdf.names import NAMED_IN_THE_TREE, NAMES, comparable, page_of

pytestmark = pytest.mark.conformance


def read_elsewhere(pdf: bytes) -> str:
    """Return what `pdftotext` makes of a file."""
    done = subprocess.run(
        [os.environ["PDFTOTEXT"], "-enc", "UTF-8", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


@cache
def read_lines() -> frozenset[str]:
    text = read_elsewhere(render_pdf(page_of(NAMES)))
    return frozenset(comparable(line) for line in text.splitlines())


@pytest.mark.parametrize("case", NAMES)
def test_poppler_reads_a_name_as_it_was_written(case: str) -> None:
    assert comparable(NAMES[case]) in read_lines()


@pytest.mark.parametrize("case", ["Hindi", "Arabic with ligatures", "Hebrew"])
def test_poppler_reads_a_buyers_name_and_the_amounts_from_an_invoice_in_hindi(case: str) -> None:
    text = read_elsewhere(
        sample_invoice(buyer={**BUYER, "legal_name": NAMES[case]}, language="hi").pdf()
    )
    assert comparable(NAMES[case]) in comparable(text)
    for said in ("कर बीजक", "₹ 10,531.50", "दस हज़ार पाँच सौ इकतीस रुपये और पचास पैसे मात्र"):
        assert comparable(said) in comparable(text)


def test_what_is_shown_is_the_same_as_without_further_codes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = page_of(NAMES | NAMED_IN_THE_TREE)
    with_codes = render_pdf(page)
    monkeypatch.setattr(TextLayer, "_put_right", lambda *_line: None)
    without = render_pdf(page)
    assert with_codes != without
    for number in (1, 2):
        assert differences(picture_of(with_codes, number), picture_of(without, number)) == 0
