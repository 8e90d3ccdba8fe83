"""Pages of every length: wherever the last line falls, the totals do not stand alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.billing.page_breaks import broken_rules, laid_out
from tests.billing.sample_documents import Sample, Sold, sample_invoice
from tests.billing.sample_parties import FRENCH, GERMANY, INDIA

pytestmark = pytest.mark.conformance

ONE_LINE = Sold(order_number="", domain_name="", description="Time-stamp")
TWO_LINES = Sold(order_number="", domain_name="portal.vaidyanatha.example")


def indian(sold: list[Sold]) -> Sample:
    return sample_invoice(seller=INDIA, sold=sold)


def european(sold: list[Sold]) -> Sample:
    buyer = {**FRENCH, "paper_size": "letter"}
    return sample_invoice(seller=GERMANY, buyer=buyer, sold=sold)


WALKS: dict[str, tuple[Callable[[list[Sold]], Sample], Sold, range]] = {
    "India, one line each": (indian, ONE_LINE, range(20, 71)),
    "India, two lines each": (indian, TWO_LINES, range(20, 71)),
    # Other heights of head and totals, on other paper.
    "Europe, one line each": (european, ONE_LINE, range(20, 71, 5)),
    "Europe, two lines each": (european, TWO_LINES, range(20, 71, 5)),
}
# A few at a time, so that several processes share them.
CASES = [
    (walk, range(counts[start], counts[min(start + 10, len(counts)) - 1] + 1, counts.step))
    for walk, (_make, _sold, counts) in WALKS.items()
    for start in range(0, len(counts), 10)
]


@pytest.mark.parametrize(
    ("walk", "counts"),
    CASES,
    ids=[f"{walk}, {counts[0]} to {counts[-1]}" for walk, counts in CASES],
)
def test_totals_and_heads_stand_with_lines(walk: str, counts: range) -> None:
    make, sold, _counts = WALKS[walk]
    broken = {
        count: rules
        for count in counts
        if (rules := broken_rules(laid_out(make([sold] * count)), lines=count))
    }
    assert broken == {}


def test_no_count_is_left_out() -> None:
    for walk, (_make, _sold, counts) in WALKS.items():
        walked = [count for name, part in CASES if name == walk for count in part]
        assert walked == list(counts)
