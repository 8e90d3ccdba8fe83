"""For each rule a document that breaks it, and that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.einvoice.codes import CATEGORIES
from billing.einvoice.gst import GstInvoice
from billing.einvoice.model import ElectronicAddress, ElectronicInvoice, Period
from billing.einvoice.rules import Mends, Rule, violations
from billing.einvoice.rules_en16931 import EN_16931
from billing.einvoice.rules_inv01 import INV_01
from billing.einvoice.rules_peppol import PEPPOL
from tests.billing.einvoice.samples import credit_note_of, gst_invoice_of, invoice_of

ZERO = Decimal(0)
CENT = Decimal("0.01")
BACKWARDS = Period(start=date(2026, 10, 31), end=date(2026, 10, 1))
Names = {"S": "S", "Z": "Z", "E": "E", "AE": "AE", "K": "IC", "G": "G", "O": "O"}


def totals(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    return replace(invoice, totals=replace(invoice.totals, **changes))


def first_line(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    return replace(invoice, lines=(replace(invoice.lines[0], **changes), *invoice.lines[1:]))


def group(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    return replace(invoice, vat=(replace(invoice.vat[0], **changes), *invoice.vat[1:]))


def seller(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    return replace(invoice, seller=replace(invoice.seller, **changes))


def buyer(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    return replace(invoice, buyer=replace(invoice.buyer, **changes))


def pay(invoice: ElectronicInvoice, **changes: Any) -> ElectronicInvoice:
    assert invoice.payment is not None
    return replace(invoice, payment=replace(invoice.payment, **changes))


GOOD = invoice_of()
NOWHERE = replace(GOOD.seller.address, country="")
ATLANTIS = replace(GOOD.seller.address, country="QQ")
STRANGE = ElectronicAddress(scheme="0000", identifier="1")
DUTCH = seller(
    GOOD,
    vat_id="NL945807302B01",
    legal_id="71450982",
    legal_id_scheme="0106",
    address=replace(GOOD.seller.address, country="NL"),
)
BROKEN: list[tuple[str, Mends, ElectronicInvoice]] = [
    ("BR-02", Mends.SUMS, replace(GOOD, number="")),
    ("BR-06", Mends.SELLER, seller(GOOD, name="")),
    ("BR-07", Mends.ACCOUNT, buyer(GOOD, name="")),
    ("BR-09", Mends.SELLER, seller(GOOD, address=NOWHERE)),
    ("BR-11", Mends.ACCOUNT, buyer(GOOD, address=NOWHERE)),
    ("BR-16", Mends.SUMS, replace(GOOD, lines=())),
    ("BR-25", Mends.CHARGE, first_line(GOOD, name="")),
    ("BR-27", Mends.CHARGE, first_line(GOOD, price=Decimal(-249))),
    ("BR-29", Mends.SUMS, replace(GOOD, period=BACKWARDS)),
    ("BR-30", Mends.CHARGE, first_line(GOOD, period=BACKWARDS)),
    ("BR-50", Mends.SELLER, pay(GOOD, account="")),
    ("BR-55", Mends.SUMS, replace(credit_note_of(), preceding=None)),
    ("BR-61", Mends.SELLER, pay(GOOD, account="DE89370400440532013001")),
    ("BR-CO-09", Mends.SELLER, seller(GOOD, vat_id="DE123456789")),
    ("BR-CO-09", Mends.ACCOUNT, buyer(GOOD, vat_id="FR40303265046")),
    ("BR-CO-10", Mends.SUMS, totals(GOOD, lines=GOOD.totals.lines + CENT)),
    ("BR-CO-13", Mends.SUMS, totals(GOOD, allowances=CENT)),
    ("BR-CO-14", Mends.SUMS, totals(GOOD, vat=GOOD.totals.vat - CENT)),
    ("BR-CO-15", Mends.SUMS, totals(GOOD, with_vat=GOOD.totals.with_vat + CENT)),
    ("BR-CO-16", Mends.SUMS, totals(GOOD, rounding=CENT)),
    ("BR-CO-17", Mends.SUMS, group(GOOD, tax=GOOD.vat[0].tax + CENT)),
    ("BR-CO-17", Mends.SUMS, group(credit_note_of(), tax=GOOD.vat[0].tax + 2 * CENT)),
    ("BR-CO-18", Mends.SUMS, replace(GOOD, vat=())),
    ("BR-CO-25", Mends.SELLER, replace(GOOD, due_date=None, payment_terms="")),
    ("BR-CO-26", Mends.SELLER, seller(GOOD, vat_id="", legal_id="", identifier="")),
    ("BR-CL-04", Mends.ACCOUNT, replace(GOOD, currency="EUX")),
    ("BR-CL-11", Mends.SELLER, seller(GOOD, legal_id_scheme="HRB")),
    ("BR-CL-11", Mends.ACCOUNT, buyer(GOOD, legal_id_scheme="106")),
    ("BR-CL-14", Mends.SELLER, seller(GOOD, address=ATLANTIS)),
    ("BR-CL-14", Mends.ACCOUNT, buyer(GOOD, address=ATLANTIS)),
    ("BR-CL-17", Mends.SUMS, group(GOOD, category="X")),
    ("BR-CL-25", Mends.SELLER, seller(GOOD, electronic_address=STRANGE)),
    ("BR-CL-25", Mends.ACCOUNT, buyer(GOOD, electronic_address=STRANGE)),
    ("BR-DEC-12", Mends.NOBODY, totals(GOOD, due=Decimal("1.005"))),
    ("PEPPOL-EN16931-R120", Mends.SUMS, first_line(GOOD, quantity=Decimal(2))),
    ("BR-O-02", Mends.SUMS, buyer(invoice_of("O"), vat_id="FR40303265045")),
    (
        "BR-O-11",
        Mends.CHARGE,
        replace(invoice_of("O"), vat=(*invoice_of("O").vat, *GOOD.vat)),
    ),
    ("BR-IC-11", Mends.SUMS, replace(invoice_of("K"), period=None, delivered_on=None)),
    ("BR-IC-12", Mends.SUMS, replace(invoice_of("K"), delivered_to="")),
    ("BR-AE-02", Mends.ACCOUNT, buyer(invoice_of("AE"), vat_id="")),
    ("BR-IC-02", Mends.ACCOUNT, buyer(invoice_of("K"), vat_id="")),
    *(
        (f"BR-{Names[category]}-02", Mends.SELLER, seller(invoice_of(category), vat_id=""))
        for category in sorted(CATEGORIES - {"O"})
    ),
    *(
        (
            f"BR-{Names[category]}-01",
            Mends.SUMS,
            replace(invoice_of(category), vat=invoice_of("Z" if category == "S" else "S").vat),
        )
        for category in sorted(CATEGORIES)
    ),
    *(
        (
            f"BR-{Names[category]}-05",
            Mends.SUMS,
            first_line(invoice_of(category), vat_rate=ZERO if category in "SO" else Decimal(7)),
        )
        for category in sorted(CATEGORIES)
    ),
    *(
        (
            f"BR-{Names[category]}-08",
            Mends.SUMS,
            group(invoice_of(category), taxable=Decimal("261.36")),
        )
        for category in sorted(CATEGORIES)
    ),
    *(
        (
            f"BR-{Names[category]}-10",
            Mends.SUMS,
            group(invoice_of(category), exemption_reason="Because", exemption_code="")
            if category in "SZ"
            else group(invoice_of(category), exemption_reason="", exemption_code=""),
        )
        for category in sorted(CATEGORIES)
    ),
]
NOT_PEPPOL: list[tuple[str, Mends, ElectronicInvoice]] = [
    ("PEPPOL-EN16931-R003", Mends.NOBODY, replace(GOOD, buyer_reference="", purchase_order="")),
    ("PEPPOL-EN16931-R010", Mends.NOBODY, buyer(GOOD, electronic_address=None)),
    (
        "PEPPOL-EN16931-R020",
        Mends.NOBODY,
        seller(GOOD, electronic_address=ElectronicAddress(scheme="EM", identifier="a@b.example")),
    ),
    (
        "PEPPOL-EN16931-R110",
        Mends.NOBODY,
        replace(GOOD, period=Period(start=date(2026, 10, 2), end=date(2026, 10, 31))),
    ),
    ("NL-R-003", Mends.NOBODY, seller(DUTCH, legal_id_scheme="")),
    ("NL-R-005", Mends.NOBODY, buyer(DUTCH, address=DUTCH.seller.address)),
    ("NL-R-008", Mends.NOBODY, pay(DUTCH, means_code="97")),
    (
        "PEPPOL-NATIONAL",
        Mends.NOBODY,
        seller(GOOD, address=replace(GOOD.seller.address, country="IT")),
    ),
]
TAX = gst_invoice_of()


def gst_seller(**changes: Any) -> GstInvoice:
    return replace(TAX, seller=replace(TAX.seller, **changes))


def gst_buyer(**changes: Any) -> GstInvoice:
    return replace(TAX, buyer=replace(TAX.buyer, **changes))


def item(**changes: Any) -> GstInvoice:
    return replace(TAX, lines=(replace(TAX.lines[0], **changes),))


def value(**changes: Any) -> GstInvoice:
    return replace(TAX, totals=replace(TAX.totals, **changes))


BROKEN_GST: list[tuple[str, Mends, GstInvoice]] = [
    ("INV-01 TranDtls.SupTyp", Mends.SUMS, replace(TAX, supply_type="B2C")),
    ("INV-01 DocDtls.Typ", Mends.SUMS, replace(TAX, document_type="REC")),
    ("INV-01 DocDtls.No", Mends.SELLER, replace(TAX, number="0001/26-27")),
    ("INV-01 DocDtls.No", Mends.SELLER, replace(TAX, number="INV/26-27/0004218")),
    ("INV-01 PrecDocDtls.InvNo", Mends.SUMS, replace(TAX, document_type="CRN")),
    ("INV-01 ItemList", Mends.NOBODY, replace(TAX, lines=TAX.lines * 1001)),
    ("INV-01 SellerDtls.Gstin", Mends.SELLER, gst_seller(gstin="29AAGCA7421K1ZA")),
    ("INV-01 SellerDtls.LglNm", Mends.SELLER, gst_seller(legal_name="AB")),
    ("INV-01 SellerDtls.Addr1", Mends.SELLER, gst_seller(address="")),
    ("INV-01 SellerDtls.Loc", Mends.SELLER, gst_seller(location="Bn")),
    ("INV-01 SellerDtls.Pin", Mends.SELLER, gst_seller(pin=None)),
    ("INV-01 BuyerDtls.Gstin", Mends.ACCOUNT, gst_buyer(gstin="29AAAAK3309M1ZA")),
    ("INV-01 BuyerDtls.LglNm", Mends.ACCOUNT, gst_buyer(legal_name="")),
    ("INV-01 BuyerDtls.Addr1", Mends.ACCOUNT, gst_buyer(address="")),
    ("INV-01 BuyerDtls.Loc", Mends.ACCOUNT, gst_buyer(location="My")),
    ("INV-01 BuyerDtls.Pin", Mends.ACCOUNT, gst_buyer(pin=57001)),
    ("INV-01 BuyerDtls.Pos", Mends.SUMS, replace(TAX, place_of_supply="96")),
    ("INV-01 BuyerDtls.Pos", Mends.SUMS, replace(TAX, supply_type="EXPWOP")),
    ("INV-01 ItemList.PrdDesc", Mends.CHARGE, item(description="OV")),
    ("INV-01 ItemList.HsnCd", Mends.CHARGE, item(code="99831")),
    ("INV-01 ItemList.GstRt", Mends.SUMS, item(rate=Decimal(28))),
    ("INV-01 ItemList.GstRt", Mends.SUMS, item(cgst=Decimal("1607.00"))),
    ("INV-01 ItemList.IgstAmt", Mends.SUMS, item(igst=Decimal("3213.00"), cgst=ZERO, sgst=ZERO)),
    ("INV-01 ItemList.IgstAmt", Mends.SUMS, replace(TAX, place_of_supply="27")),
    ("INV-01 ValDtls.AssVal", Mends.SUMS, value(assessable=Decimal("17850.01"))),
    ("INV-01 ValDtls.IgstVal", Mends.SUMS, value(igst=CENT)),
    ("INV-01 ValDtls.CgstVal", Mends.SUMS, value(cgst=Decimal("1606.51"))),
    ("INV-01 ValDtls.SgstVal", Mends.SUMS, value(sgst=Decimal("1606.49"))),
    ("INV-01 ValDtls.RndOffAmt", Mends.SUMS, value(rounding=Decimal("100.00"))),
    ("INV-01 ValDtls.TotInvVal", Mends.SUMS, value(total=Decimal("21063.01"))),
]


def named(rules: tuple[Rule[Any], ...], subject: object) -> set[tuple[str, Mends]]:
    return {(v.rule, v.mends) for v in violations(rules, subject)}


@pytest.mark.parametrize(("rule", "mends", "invoice"), BROKEN, ids=lambda v: str(v)[:24])
def test_a_broken_document_is_named(rule: str, mends: Mends, invoice: ElectronicInvoice) -> None:
    assert (rule, mends) in named(EN_16931, invoice)


@pytest.mark.parametrize(("rule", "mends", "invoice"), NOT_PEPPOL, ids=lambda v: str(v)[:24])
def test_what_keeps_it_from_peppol_is_named_and_parks_nobody(
    rule: str, mends: Mends, invoice: ElectronicInvoice
) -> None:
    assert (rule, mends) in named(PEPPOL, invoice)
    assert not any(violation.parks for violation in violations(PEPPOL, invoice))
    assert named(EN_16931, invoice) <= {("BR-CL-11", Mends.SELLER)}


@pytest.mark.parametrize(("rule", "mends", "invoice"), BROKEN_GST, ids=lambda v: str(v)[:32])
def test_a_broken_gst_invoice_is_named(rule: str, mends: Mends, invoice: GstInvoice) -> None:
    assert (rule, mends) in named(INV_01, invoice)


@pytest.mark.parametrize(
    ("rules", "broken"),
    [(EN_16931, BROKEN), (PEPPOL, NOT_PEPPOL), (INV_01, BROKEN_GST)],
    ids=["EN 16931", "Peppol", "INV-01"],
)
def test_every_rule_has_a_document_that_breaks_it(rules: Any, broken: Any) -> None:
    assert {(rule.id, rule.mends) for rule in rules} == {(rule, m) for rule, m, _ in broken}


@pytest.mark.parametrize("category", sorted(CATEGORIES))
@pytest.mark.parametrize("make", [invoice_of, credit_note_of])
def test_good_documents_break_none(category: str, make: Callable[[str], ElectronicInvoice]) -> None:
    assert violations(EN_16931, make(category)) == []
    assert violations(PEPPOL, make(category)) == []
    assert violations(INV_01, TAX) == []


def test_every_sentence_can_be_filled_and_ends() -> None:
    tables: list[tuple[Any, Any]] = [
        (EN_16931, BROKEN),
        (PEPPOL, NOT_PEPPOL),
        (INV_01, BROKEN_GST),
    ]
    for rules, broken in tables:
        for _rule, _mends, subject in broken:
            for violation in violations(rules, subject):
                assert (violation.message % violation.params).endswith(".")


def test_a_credit_notes_tax_may_be_a_minor_unit_away_for_its_cents_are_cumulative() -> None:
    note = credit_note_of()
    tax = note.vat[0].tax + CENT
    shifted = totals(
        group(note, tax=tax), vat=tax, with_vat=note.totals.lines + tax, due=note.totals.lines + tax
    )
    assert violations(EN_16931, shifted) == []


def test_a_line_by_the_hundred_is_its_price_over_its_base_quantity() -> None:
    priced = first_line(
        GOOD, quantity=Decimal(250), price=Decimal("1290.50"), per=Decimal(100), net=Decimal("0")
    )
    (found,) = [v for v in violations(EN_16931, priced) if v.rule == "PEPPOL-EN16931-R120"]
    assert found.params["wanted"] == "3226.25"
