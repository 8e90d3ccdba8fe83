from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import minor_unit
from billing.tax.credit import (
    IssuedTotals,
    credit_taxes,
    credit_totals,
    last_day_to_credit_tax,
)
from billing.tax.errors import CreditExceedsInvoice
from billing.tax.totals import DocumentTotals, TaxableLine, compute_totals
from tests.billing.cases import line, vat_line


def credit(
    invoice: DocumentTotals, *notes: list[TaxableLine], currency: str = "EUR"
) -> list[DocumentTotals]:
    issued: list[DocumentTotals] = []
    for lines in notes:
        issued.append(
            credit_totals(invoice=invoice, already_credited=issued, lines=lines, currency=currency)
        )
    return issued


def test_lines_credited_one_by_one_give_back_what_was_invoiced() -> None:
    lines = [vat_line(net, "20") for net in ("68.33", "68.33", "57.50", "85.00")]
    invoice = compute_totals(lines, currency="EUR")
    notes = credit(invoice, *[[one] for one in lines])
    assert [str(note.payable) for note in notes] == ["82.00", "81.99", "69.00", "102.00"]
    assert invoice.payable == sum(note.payable for note in notes) == Decimal("334.99")


def test_cgst_and_sgst_are_credited_each_on_its_own() -> None:
    invoice = compute_totals([line("100.05", "S", "9983", "CGST 9", "SGST 9")], currency="INR")
    first, second = credit(
        invoice,
        [line("50.00", "S", "9983", "CGST 9", "SGST 9")],
        [line("50.05", "S", "9983", "CGST 9", "SGST 9")],
        currency="INR",
    )
    assert [(row.name, str(row.amount)) for row in first.taxes] == [
        ("CGST", "4.50"),
        ("SGST", "4.50"),
    ]
    assert [(row.name, str(row.amount)) for row in second.taxes] == [
        ("CGST", "4.50"),
        ("SGST", "4.50"),
    ]


def test_a_partial_note_leaves_the_round_off_alone() -> None:
    invoice = compute_totals(
        [line("277074.91", "S", "9983", "IGST 18")], currency="INR", round_to_unit=True
    )
    (note,) = credit(invoice, [line("68798.70", "S", "9983", "IGST 18")], currency="INR")
    assert (str(note.tax_total), str(note.rounding), str(note.payable)) == (
        "12383.77",
        "0.00",
        "81182.47",
    )


@pytest.mark.parametrize(("net", "rounding"), [("277074.91", "-0.39"), ("51289.75", "0.09")])
def test_the_note_that_completes_the_invoice_gives_the_round_off_back(
    net: str, rounding: str
) -> None:
    invoice = compute_totals([line(net, "S", "", "IGST 18")], currency="INR", round_to_unit=True)
    rest = str(Decimal(net) - 1000)
    first, last = credit(
        invoice,
        [line("1000.00", "S", "", "IGST 18")],
        [line(rest, "S", "", "IGST 18")],
        currency="INR",
    )
    assert (str(first.rounding), str(last.rounding)) == ("0.00", rounding)
    assert first.payable + last.payable == invoice.payable


def test_no_note_gives_back_more_than_was_to_be_paid_even_next_to_the_end() -> None:
    # 100.40 rounded down to 100.00: crediting 100.39 may give 100.00 at most, and the last
    # hundredth gives nothing instead of a note below zero.
    invoice = compute_totals(
        [line("100.40", "G", "", "IGST 0")], currency="INR", round_to_unit=True
    )
    first, last = credit(
        invoice,
        [line("100.39", "G", "", "IGST 0")],
        [line("0.01", "G", "", "IGST 0")],
        currency="INR",
    )
    assert (str(first.rounding), str(first.payable)) == ("-0.39", "100.00")
    assert (str(last.rounding), str(last.payable)) == ("-0.01", "0.00")


def test_stored_documents_credit_like_fresh_ones() -> None:
    invoice = compute_totals([vat_line("10.00")], currency="EUR")
    stored = IssuedTotals(taxes=invoice.taxes, gross=invoice.gross)
    note = credit_totals(
        invoice=stored, already_credited=[], lines=[vat_line("10.00")], currency="EUR"
    )
    assert (note.taxes, note.payable) == (invoice.taxes, invoice.payable)


def test_the_last_note_gives_back_the_tax_the_invoice_really_had() -> None:
    # An invoice taken over from another system may have rounded otherwise: 1.99 instead of 2.00.
    (row,) = compute_totals([vat_line("10.00", "20")], currency="EUR").taxes
    stored = IssuedTotals(taxes=[replace(row, amount=Decimal("1.99"))], gross=Decimal("11.99"))
    note = credit_totals(
        invoice=stored, already_credited=[], lines=[vat_line("10.00", "20")], currency="EUR"
    )
    assert (str(note.tax_total), str(note.payable)) == ("1.99", "11.99")


def test_no_note_before_the_last_gives_back_more_tax_than_the_invoice_had() -> None:
    (row,) = compute_totals([vat_line("10.00", "20")], currency="EUR").taxes
    stored = IssuedTotals(taxes=[replace(row, amount=Decimal("1.99"))], gross=Decimal("11.99"))
    first = credit_totals(
        invoice=stored, already_credited=[], lines=[vat_line("9.99", "20")], currency="EUR"
    )
    last = credit_totals(
        invoice=stored, already_credited=[first], lines=[vat_line("0.01", "20")], currency="EUR"
    )
    assert (str(first.tax_total), str(last.tax_total)) == ("1.99", "0.00")


def test_the_order_of_earlier_notes_does_not_matter() -> None:
    invoice = compute_totals([vat_line("10.00", "20")], currency="EUR")
    first, second = credit(invoice, [vat_line("3.33", "20")], [vat_line("3.33", "20")])
    now = [vat_line("3.34", "20")]
    rows = [
        credit_taxes(
            invoice_groups=invoice.taxes,
            already_credited=earlier,
            crediting=now,
            currency="EUR",
        )
        for earlier in ([*first.taxes, *second.taxes], [*second.taxes, *first.taxes])
    ]
    assert rows[0] == rows[1]
    assert str(rows[0][0].amount) == "0.67"


@pytest.mark.parametrize(
    "lines",
    [
        [vat_line("10.01")],
        [vat_line("5.00"), vat_line("5.01")],
        [vat_line("1.00", "7")],
        [vat_line("-0.01")],
        [line("1.00", "E", "", "VAT 0")],
    ],
)
def test_more_than_the_invoice_holds_cannot_be_credited(lines: list[TaxableLine]) -> None:
    invoice = compute_totals([vat_line("10.00")], currency="EUR")
    with pytest.raises(CreditExceedsInvoice, match="credit less"):
        credit(invoice, lines)


def test_the_same_line_cannot_be_credited_twice() -> None:
    invoice = compute_totals([vat_line("10.00")], currency="EUR")
    with pytest.raises(CreditExceedsInvoice, match=r"20\.00 of VAT 19 % in all.* has 10\.00"):
        credit(invoice, [vat_line("10.00")], [vat_line("10.00")])


def test_a_line_of_nothing_is_credited_as_nothing() -> None:
    invoice = compute_totals([vat_line("0.00")], currency="EUR")
    (note,) = credit(invoice, [vat_line("0.00")])
    assert str(note.payable) == "0.00"


def test_tax_can_be_credited_until_november_after_the_financial_year() -> None:
    assert last_day_to_credit_tax(date(2027, 3, 31)) == date(2027, 11, 30)
    assert last_day_to_credit_tax(date(2027, 4, 1)) == date(2028, 11, 30)


def test_a_financial_credit_note_gives_back_no_tax() -> None:
    invoice = compute_totals(
        [line("100.40", "S", "9983", "IGST 18")], currency="INR", round_to_unit=True
    )
    note = credit_totals(
        invoice=invoice,
        already_credited=[],
        lines=[line("100.40", "S", "9983", "IGST 18")],
        currency="INR",
        without_tax=True,
    )
    assert (str(note.tax_total), str(note.rounding), str(note.payable)) == (
        "0.00",
        "0.00",
        "100.40",
    )
    with pytest.raises(CreditExceedsInvoice):
        credit_totals(
            invoice=invoice,
            already_credited=[note],
            lines=[line("0.01", "S", "9983", "IGST 18")],
            currency="INR",
            without_tax=True,
        )


TAXES = [("VAT 19",), ("VAT 25.5",), ("CGST 9", "SGST 9"), ("IGST 18",), ("VAT 0",)]


@given(st.data())
def test_any_sequence_of_notes_in_any_order_sums_exactly_to_the_invoice(data: Any) -> None:
    currency = data.draw(st.sampled_from(["JPY", "EUR", "INR", "KWD"]))
    unit = minor_unit(currency)
    parts = data.draw(
        st.lists(
            st.tuples(
                st.lists(st.integers(0, 30000), min_size=1, max_size=4),
                st.sampled_from(TAXES),
                st.sampled_from(["", "9983"]),
            ),
            min_size=1,
            max_size=6,
        )
    )
    lines = [line(str(sum(units) * unit), "S", code, *taxes) for units, taxes, code in parts]
    invoice = compute_totals(lines, currency=currency, round_to_unit=data.draw(st.booleans()))
    pieces = data.draw(
        st.permutations(
            [
                line(str(piece * unit), "S", code, *taxes)
                for units, taxes, code in parts
                for piece in units
            ]
        )
    )
    size = data.draw(st.integers(1, 3))
    notes = credit(
        invoice,
        *[pieces[at : at + size] for at in range(0, len(pieces), size)],
        currency=currency,
    )
    assert sum(note.total for note in notes) == invoice.total
    assert sum(note.tax_total for note in notes) == invoice.tax_total
    assert all(note.total >= 0 for note in notes)
    assert all(row.amount >= 0 for note in notes for row in note.taxes)
    for row in invoice.taxes:
        credited = [one.amount for note in notes for one in note.taxes if one.key == row.key]
        assert sum(credited) == row.amount
