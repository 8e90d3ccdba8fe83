"""The GST e-invoice: field by field, and the number that the portal will give it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.gst import shares
from billing.einvoice.gst_document import gst_invoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.irn import financial_year, invoice_reference_number
from billing.einvoice.parts import parts_of
from billing.models import Seller
from tests.billing.einvoice.gst_schema import checked, problems, read
from tests.billing.einvoice.samples import gst_invoice_of
from tests.billing.einvoice.scenes import INDIANS, Sold, credit, invoice_to


# ── The IRN: the worked examples of the portal's documentation and of a service provider
@pytest.mark.parametrize(
    ("gstin", "number", "irn"),
    [
        (
            "29AAFCC9980M1ZR",
            "2019-20/KA/1",
            "23f498ee41441ecad30f72ba5b9907506c3df70a17b0e0dff46b76a786400662",
        ),
        (
            "01AAAAB1234C1Z0",
            "AB1234",
            "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe",
        ),
    ],
)
def test_the_irn_is_the_hash_of_the_published_examples(gstin: str, number: str, irn: str) -> None:
    day = date(2019, 12, 12)
    given_irn = invoice_reference_number(gstin=gstin, issue_date=day, kind="INV", number=number)
    assert given_irn == irn
    lower = invoice_reference_number(gstin=gstin, issue_date=day, kind="INV", number=number.lower())
    assert lower == irn


def test_a_financial_year_begins_in_april() -> None:
    assert financial_year(date(2027, 3, 31)) == "2026-27"
    assert financial_year(date(2027, 4, 1)) == "2027-28"
    assert financial_year(date(2099, 4, 1)) == "2099-00"


# ── Shares of a tax
@given(
    tax=st.decimals("0", "99999.99", places=2),
    nets=st.lists(st.decimals("0", "99999.99", places=2), min_size=1, max_size=8),
)
def test_shares_add_up_to_the_tax_and_none_is_below_zero(tax: Decimal, nets: list[Decimal]) -> None:
    parts = shares(tax, nets)
    assert sum(parts) == (tax if sum(nets) else 0)
    assert min(parts) >= 0


# ── The file
def test_texts_that_the_schema_refuses_are_left_out_or_mended() -> None:
    hostile = replace(
        gst_invoice_of(),
        buyer=replace(
            gst_invoice_of().buyer,
            legal_name='"Quoted\\Name"\x00' + "x" * 10_000,
            additional_address="B",
            phone="12",
            email="a",
        ),
    )
    content = read(inv01_json(hostile))
    assert problems(content) == []
    assert content["BuyerDtls"]["LglNm"].startswith("'Quoted/Name'xx")
    assert {"Addr2", "Ph", "Em", "TrdNm"}.isdisjoint(content["BuyerDtls"])


def test_the_schema_of_the_tests_refuses() -> None:
    content = read(inv01_json(gst_invoice_of()))
    content["DocDtls"]["Dt"] = "2026-10-31"
    content["ItemList"][0]["Qty"] = Decimal("1.2345")
    del content["SellerDtls"]["Pin"]
    content["Invented"] = 1
    assert sorted(problems(content)) == [
        ".DocDtls.Dt is '2026-10-31'",
        ".Invented is unknown",
        ".ItemList.Qty is 1.2345",
        ".SellerDtls.Pin is missing",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("buyer", "kind", "place", "taxes"),
    [
        ("same State", "B2B", "29", ("0.00", "803.25", "803.25")),
        ("other State", "B2B", "27", ("1606.50", "0.00", "0.00")),
        ("economic zone", "SEZWOP", "27", ("0.00", "0.00", "0.00")),
        ("abroad", "EXPWOP", "96", ("0.00", "0.00", "0.00")),
    ],
)
def test_kind_place_and_taxes_of_a_supply(
    buyer: str, kind: str, place: str, taxes: tuple[str, str, str]
) -> None:
    _gst, content = checked(invoice_to(INDIANS[buyer], Sold("8925.00")).document)
    item, values = content["ItemList"][0], content["ValDtls"]

    assert (content["TranDtls"]["SupTyp"], content["BuyerDtls"]["Pos"]) == (kind, place)
    wanted = tuple(map(Decimal, taxes))
    assert (item["IgstAmt"], item["CgstAmt"], item["SgstAmt"]) == wanted
    assert (values["IgstVal"], values["CgstVal"], values["SgstVal"]) == wanted
    assert (item["HsnCd"], item["IsServc"], item["Unit"]) == ("998319", "Y", "NOS")


@pytest.mark.django_db
def test_a_buyer_abroad_has_no_gstin_and_the_codes_of_other_countries() -> None:
    _gst, content = checked(invoice_to(INDIANS["abroad"]).document)
    buyer = content["BuyerDtls"]

    assert (buyer["Gstin"], buyer["Stcd"], buyer["Pin"]) == ("URP", "96", 999999)
    assert buyer["Loc"] == "Austin 78701"
    assert content["ExpDtls"] == {"CntCode": "US"}


@pytest.mark.django_db
def test_with_igst_paid_zones_and_exports_have_their_own_kinds() -> None:
    Seller.objects.update(export_under_lut=False)
    for buyer, kind in (("economic zone", "SEZWP"), ("abroad", "EXPWP")):
        _gst, content = checked(invoice_to(INDIANS[buyer]).document)
        assert content["TranDtls"]["SupTyp"] == kind
        assert content["ValDtls"]["IgstVal"] > 0


@pytest.mark.django_db
def test_a_credit_note_names_its_invoice_and_rounding_is_said() -> None:
    Seller.objects.update(round_to_unit=True)
    invoice = invoice_to(INDIANS["same State"], Sold("100.40")).document
    _gst, content = checked(credit(invoice.invoice).document)

    assert content["DocDtls"]["Typ"] == "CRN"
    assert content["RefDtls"]["PrecDocDtls"] == [{"InvNo": invoice.number, "InvDt": "06/10/2026"}]
    _gst, content = checked(invoice)
    assert content["ValDtls"]["RndOffAmt"] == invoice.rounding != 0
    assert content["PayDtls"]["AccDet"] == "50200071442186"


REASON = (
    "The wildcard was ordered for the wrong department, and the treasury has asked in writing on 2"
    " October that it be taken back in full; agreed with Ms Kulkarni by telephone"
)


@pytest.mark.django_db
def test_a_credit_note_says_why_in_full_and_ends_the_remark_at_a_word() -> None:
    invoice = invoice_to(INDIANS["abroad"], Sold("100.40"))
    _gst, content = checked(credit(invoice, reason=REASON).document)

    remark = content["RefDtls"]["InvRm"]
    assert remark == f"Price correction or goodwill: {REASON[:67]}\u2026"
    assert remark.endswith(" the treasury\u2026")
    assert len(remark) == 98
    (information,) = content["AddlDocDtls"]
    assert information["Info"].startswith(f"Price correction or goodwill: {REASON}. SUPPLY MEANT")


@pytest.mark.django_db
def test_what_the_remark_says_in_full_is_not_said_twice() -> None:
    note = credit(invoice_to(INDIANS["same State"])).document
    _gst, content = checked(note)
    assert content["RefDtls"]["InvRm"] == "Price correction or goodwill: Agreed in writing."
    assert "AddlDocDtls" not in content


@pytest.mark.django_db
def test_the_reason_is_in_the_notes_language_whoever_asks() -> None:
    note = credit(invoice_to({**INDIANS["same State"], "document_language": "de"})).document
    with override("fr"):
        _gst, content = checked(note)
    assert content["RefDtls"]["InvRm"].startswith("Preiskorrektur oder Kulanz")


@pytest.mark.parametrize(
    ("remarks", "remark", "information"),
    [
        ((), None, None),
        (("ok",), None, None),
        (("x" * 300,), "x" * 99 + "\u2026", "x" * 300),
        (("x" * 100,), "x" * 100, None),
        (("One.", "Two."), "One.", "One. Two."),
        (("a" * 2000,), "a" * 99 + "\u2026", "a" * 999 + "\u2026"),
        (('"a" \\b',), "'a' /b", None),
    ],
)
def test_remarks_fit_their_fields(
    remarks: tuple[str, ...], remark: str | None, information: str | None
) -> None:
    content = read(inv01_json(replace(gst_invoice_of(), remarks=remarks)))
    assert problems(content) == []
    assert content.get("RefDtls", {}).get("InvRm") == remark
    (said,) = content.get("AddlDocDtls", [{}])
    assert said.get("Info") == information


@pytest.mark.django_db
def test_prices_finer_than_the_schema_become_the_price_of_one() -> None:
    sold = Sold("0.000350", "1000000")
    _gst, content = checked(invoice_to(INDIANS["same State"], sold).document)
    item = content["ItemList"][0]

    assert (item["Qty"], item["UnitPrice"], item["TotAmt"]) == (1, 350, Decimal("350.00"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("buyer", "sentence"),
    [
        ({}, "The buyer has no GSTIN"),
        ({"export": True, "currency": "USD"}, "states rupees and this document USD"),
    ],
)
def test_who_has_no_gst_e_invoice_learns_why(buyer: dict[str, object], sentence: str) -> None:
    document = invoice_to(buyer).document
    with pytest.raises(NoElectronicInvoice, match=sentence):
        gst_invoice(parts_of(document))


@pytest.mark.django_db
def test_a_late_note_without_tax_has_none() -> None:
    invoice = invoice_to(INDIANS["same State"])
    note = credit(invoice, on=date(2027, 12, 1)).document
    with pytest.raises(NoElectronicInvoice, match="takes back no tax"):
        gst_invoice(parts_of(note))
