"""Totals of official sample documents and figures of public billing projects, where they are at
hand; the cases beside this test cover the same rules without them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.money import line_net
from billing.tax.credit import credit_totals
from billing.tax.totals import DocumentTotals, TaxableLine, compute_totals
from tests.billing.cases import line, vat_line

GOLDEN = Path(__file__).resolve().parents[3].parent / "shared" / "golden"
AMOUNTS = {
    "LineExtensionAmount": "net",
    "AllowanceTotalAmount": "allowances",
    "ChargeTotalAmount": "charges",
    "TaxExclusiveAmount": "taxable",
    "TaxInclusiveAmount": "gross",
    "PrepaidAmount": "paid",
    "PayableRoundingAmount": "rounding",
    "PayableAmount": "payable",
}


def golden(name: str) -> Any:
    path = GOLDEN / name
    if not path.exists():
        pytest.skip("the golden files are not at hand")
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_official_sample_comes_out_exact_to_the_cent() -> None:
    cases = golden("en16931.json")
    assert cases
    for case in cases:
        check_sample(case)


def test_every_line_that_can_be_recomputed_comes_out_exact() -> None:
    for case in golden("en16931.json"):
        if case["checks"]["lines_recompute"]:
            for row in case["lines"]:
                check_line(row, case["currency"])


def check_sample(case: dict[str, Any]) -> None:
    adjustments = case["doc_allowances_charges"]
    stated = case["totals"]
    totals = compute_totals(
        [vat_line(row["net"], row["rate"], row["cat"]) for row in case["lines"]],
        currency=case["currency"],
        # The files write an allowance as a negative amount, "-0" included.
        allowances=[
            vat_line(row["amount"].removeprefix("-"), row["rate"], row["cat"])
            for row in adjustments
            if row["amount"].startswith("-")
        ],
        charges=[
            vat_line(row["amount"], row["rate"], row["cat"])
            for row in adjustments
            if not row["amount"].startswith("-")
        ],
        paid=Decimal(stated.get("PrepaidAmount", "0")),
        rounding=Decimal(stated.get("PayableRoundingAmount", "0")),
    )
    for name, field in AMOUNTS.items():
        assert getattr(totals, field) == Decimal(stated.get(name, "0")), (case["source"], name)
    assert totals.tax_total == Decimal(case["vat_total"]), case["source"]
    assert {(row.category, row.rate, row.taxable, row.amount) for row in totals.taxes} == {
        (row["cat"], Decimal(row["rate"]), Decimal(row["taxable"]), Decimal(row["tax"]))
        for row in case["vat"]
    }, case["source"]


def check_line(row: dict[str, Any], currency: str) -> None:
    adjustments = [Decimal(amount) for amount in row["allow_charge"]]
    net = line_net(
        quantity=Decimal(row["qty"]),
        unit_price=Decimal(row["price"]),
        per=Decimal(row["per"]),
        currency=currency,
        charges=sum((amount for amount in adjustments if amount > 0), Decimal(0)),
        allowances=-sum((amount for amount in adjustments if amount < 0), Decimal(0)),
    )
    assert net == Decimal(row["net"]), row


@pytest.fixture(scope="module")
def misc() -> dict[str, dict[str, Any]]:
    return {case["id"]: case for case in golden("misc.json")["cases"]}


def tax_and_total(lines: list[TaxableLine], currency: str = "EUR", **kwargs: Any) -> list[str]:
    totals = compute_totals(lines, currency=currency, **kwargs)
    return [str(totals.tax_total), str(totals.gross)]


def credit_one_by_one(invoice: list[TaxableLine], notes: list[TaxableLine]) -> list[DocumentTotals]:
    totals = compute_totals(invoice, currency="EUR")
    issued: list[DocumentTotals] = []
    for note in notes:
        issued.append(
            credit_totals(invoice=totals, already_credited=issued, lines=[note], currency="EUR")
        )
    return issued


def test_taxes_of_other_projects_figures_come_out_exact(misc: dict[str, dict[str, Any]]) -> None:
    for case_id, rate in (("lago-cn-20000", "25"), ("lago-cn-16000", "25")):
        case = misc[case_id]
        assert tax_and_total([vat_line(case["net"], rate)]) == [case["tax"], case["total"]]
    case = misc["lago-cn-2999"]
    assert tax_and_total([vat_line(case["net"], "23.33")]) == [case["tax"], case["total"]]
    assert tax_and_total([vat_line("29.99", "23.33")])[0] == case["invoice_tax"]
    assert tax_and_total([vat_line("-7612.50")])[0] == misc["kosit-74"]["tax"]
    assert tax_and_total([vat_line("12345", "10")], "JPY")[0] == misc["odoo-100478"]["tax"]
    assert tax_and_total([vat_line("84.03")] * 5)[0] == misc["pretix-net"]["per_category_tax"]
    assert tax_and_total([vat_line("10.10", "15")] * 3)[0] == misc["zatca-386"]["tax"]


def test_a_discounted_line_is_rounded_before_its_tax(misc: dict[str, dict[str, Any]]) -> None:
    net = line_net(
        quantity=Decimal(16), unit_price=Decimal("348.35") * Decimal("0.96"), currency="EUR"
    )
    assert tax_and_total([vat_line(str(net), "22")])[1] == misc["odoo-37896"]["total"]


def test_several_taxes_on_one_amount_round_apart(misc: dict[str, dict[str, Any]]) -> None:
    case = misc["flexprice-tax"]
    three = line("99.99", "S", "", "STATE 8.875", "COUNTY 2.125", "CITY 0.5")
    totals = compute_totals([three], currency="USD")
    assert [str(row.amount) for row in totals.taxes] == case["taxes"]
    assert str(totals.tax_total) == case["sum"]


def test_coupons_reduce_their_own_groups(misc: dict[str, dict[str, Any]]) -> None:
    case = misc["lago-taxes"]
    lines = [vat_line("100.00", "10"), vat_line("50.00", "0", "Z"), vat_line("50.00", "20")]
    coupons = [vat_line("5.00", "10"), vat_line("2.50", "0", "Z"), vat_line("2.50", "20")]
    assert tax_and_total(lines, allowances=coupons)[1] == case["total"]
    case = misc["lago-coupon"]
    lines = [vat_line("179.00", "10"), vat_line("399.00", "20")]
    coupons = [vat_line("250.00", "20")]
    assert tax_and_total(lines, allowances=coupons) == [case["tax"], case["total"]]
    note = credit_totals(
        invoice=compute_totals(lines, currency="EUR", allowances=coupons),
        already_credited=[],
        lines=[vat_line(case["cn"]["net"], "20")],
        currency="EUR",
    )
    assert [str(note.tax_total), str(note.gross)] == [case["cn"]["tax"], case["cn"]["total"]]


def test_credit_sequences_sum_exactly_to_the_invoice(misc: dict[str, dict[str, Any]]) -> None:
    case = misc["lago-cn-sequence"]
    notes = credit_one_by_one(
        [vat_line("769.00", "20")], [vat_line("726.86", "20"), vat_line("42.14", "20")]
    )
    assert [[str(note.net), str(note.tax_total), str(note.gross)] for note in notes] == [
        case["cn1"],
        case["cn2"],
    ]
    case = misc["lago-pr2643"]
    nets = ["68.33", "57.50", "85.00", "68.33"]
    notes = credit_one_by_one(
        [vat_line(net, "20") for net in nets], [vat_line(net, "20") for net in nets]
    )
    assert [str(note.gross) for note in notes] == case["cumulative"]
