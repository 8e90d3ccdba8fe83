"""Pages break where a bookkeeper would break them. All counts of lines: `run.py conformance`."""

from __future__ import annotations

import pytest

from tests.billing.page_breaks import broken_rules, laid_out
from tests.billing.sample_documents import PLAN, Sold, sample_credit_note, sample_invoice
from tests.billing.sample_parties import FRENCH, GERMANY

ONE_LINE = Sold(order_number="", domain_name="", description="Time-stamp")
LOOSE = """
.close { break-before: auto; }
.lines tbody:last-child tr:nth-last-child(2) { break-after: auto; }
"""


# Seventeen lines leave no room for the totals, and thirty-three fill the first page.
@pytest.mark.parametrize("count", [1, 16, 17, 33])
def test_totals_and_heads_stand_with_lines(count: int) -> None:
    assert broken_rules(laid_out(sample_invoice(sold=[ONE_LINE] * count)), lines=count) == []


def test_headings_of_sections_stand_with_lines() -> None:
    centres = [Sold(more={"group_name": f"Cost centre {number}"}) for number in range(24)]
    pages = laid_out(sample_invoice(seller=GERMANY, buyer=FRENCH, sold=[*centres, PLAN]))
    assert broken_rules(pages, lines=25) == []
    assert sum(page.rows.count("group") for page in pages) == 25


def test_a_credit_note_breaks_alike() -> None:
    invoice = sample_invoice(sold=[ONE_LINE] * 17)
    note = sample_credit_note(invoice, positions=range(1, 18))
    assert broken_rules(laid_out(note), lines=17) == []


@pytest.mark.parametrize("count", [17, 33])
def test_totals_that_stand_alone_are_found(count: int) -> None:
    pages = laid_out(sample_invoice(sold=[ONE_LINE] * count), css=LOOSE)
    assert "lines stand above the totals" in broken_rules(pages, lines=count)
