from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import InvalidAmount, minor_unit
from billing.tax.errors import MixedTaxCategories
from billing.tax.totals import TaxableLine, compute_totals
from tests.billing.cases import DOCUMENTS, line, vat_line

TOTALS = (
    "net",
    "allowances",
    "charges",
    "taxable",
    "tax_total",
    "gross",
    "rounding",
    "paid",
    "payable",
)
TAXES = [("VAT 19",), ("VAT 7",), ("CGST 9", "SGST 9"), ("IGST 18",), ("VAT 25.5",)]


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: case["name"])
def test_a_documents_totals_are_exact(case: dict[str, Any]) -> None:
    totals = compute_totals(
        [line(*row) for row in case["lines"]],
        currency=case["currency"],
        allowances=[line(*row) for row in case.get("allowances", [])],
        charges=[line(*row) for row in case.get("charges", [])],
        round_to_unit=case.get("round_to_unit", False),
        paid=Decimal(case.get("paid", "0")),
    )
    rows = [
        [row.category, row.tax_code, f"{row.name} {row.rate}", str(row.taxable), str(row.amount)]
        for row in totals.taxes
    ]
    assert rows == case["taxes"]
    nothing = str(minor_unit(case["currency"]) * 0)
    expected = dict.fromkeys(TOTALS, nothing) | case["totals"]
    assert {name: str(getattr(totals, name)) for name in TOTALS} == expected


def test_a_stated_rounding_is_taken_as_it_is() -> None:
    totals = compute_totals(
        [vat_line("2416.16", "0", "O")], currency="SEK", rounding=Decimal("-0.16")
    )
    assert totals.payable == Decimal("2416.00")
    assert totals.total == Decimal("2416.00")


def test_what_was_paid_does_not_change_what_the_document_is_worth() -> None:
    totals = compute_totals(
        [vat_line("100.00")], currency="EUR", round_to_unit=True, paid=Decimal("119.00")
    )
    assert (totals.total, totals.payable) == (Decimal("119.00"), Decimal("0.00"))


def test_an_unrounded_net_is_refused() -> None:
    with pytest.raises(InvalidAmount, match=r"100\.005"):
        compute_totals([vat_line("100.005")], currency="EUR")
    with pytest.raises(InvalidAmount, match=r"0\.001"):
        compute_totals([vat_line("1.00")], currency="EUR", paid=Decimal("0.001"))


def test_outside_scope_stands_alone_on_its_document() -> None:
    with pytest.raises(MixedTaxCategories):
        compute_totals([vat_line("1.00", "0", "O"), vat_line("1.00")], currency="EUR")


def test_a_rate_written_with_zeros_is_the_same_rate() -> None:
    totals = compute_totals([vat_line("0.50", "19"), vat_line("0.50", "19.00")], currency="EUR")
    assert [(row.taxable, row.amount) for row in totals.taxes] == [
        (Decimal("1.00"), Decimal("0.19"))
    ]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[TaxableLine]]:
    currency = draw(st.sampled_from(["JPY", "EUR", "INR", "KWD"]))
    unit = minor_unit(currency)
    lines = draw(
        st.lists(
            st.tuples(
                st.integers(-(10**7), 10**9), st.sampled_from(TAXES), st.sampled_from(["", "9983"])
            ),
            min_size=1,
            max_size=12,
        )
    )
    return currency, [line(str(units * unit), "S", code, *taxes) for units, taxes, code in lines]


@given(documents(), st.booleans())
def test_the_parts_add_up_to_the_total(
    document: tuple[str, list[TaxableLine]], round_to_unit: bool
) -> None:
    currency, lines = document
    totals = compute_totals(lines, currency=currency, round_to_unit=round_to_unit)
    assert totals.net == sum(one.net for one in lines)
    assert totals.tax_total == sum(row.amount for row in totals.taxes)
    # CGST and SGST tax the same amount: it counts once.
    taxed = sum(row.taxable for row in totals.taxes if row.name != "SGST")
    assert totals.taxable == taxed
    assert totals.gross == totals.taxable + totals.tax_total
    assert totals.payable == totals.gross + totals.rounding
    assert abs(totals.rounding) * 2 <= 1
    assert not round_to_unit or totals.payable == int(totals.payable)


@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_a_total(
    document: tuple[str, list[TaxableLine]], random: Any
) -> None:
    currency, lines = document
    shuffled = list(lines)
    random.shuffle(shuffled)
    before = compute_totals(lines, currency=currency)
    after = compute_totals(shuffled, currency=currency)
    assert (before.net, before.tax_total, before.payable) == (
        after.net,
        after.tax_total,
        after.payable,
    )
    assert set(before.taxes) == set(after.taxes)
