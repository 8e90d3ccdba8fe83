"""The sections of GSTR-1, checked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Account, Document, Payment, Seller
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits, pay_from_credits
from billing.payments.settle import settle
from certinext.backoffice.books.gstr1 import _place, notice
from certinext.backoffice.books.periods import parse_period
from tests.backoffice.books.helpers import (
    MYSURU,
    PUNE,
    columns,
    credited,
    noon,
    sheet_of,
    sold,
    sums,
    table,
)
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2026, 10, 6), date(2026, 11, 9)


def gst(name: str, period: str = "2026-10") -> list[list[str]]:
    return table("gstr1", period, name)


def top_up(account: Account, amount: str, on: date) -> Payment:
    values: dict[str, Any] = {
        "kind": Payment.Kind.TOP_UP,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": Decimal(amount),
        "currency": "INR",
        "by": "test",
        "now": noon(on),
    }
    return settle(begin_payment(account, **values), now=noon(on), by="test")


def test_registered_buyers_stand_in_b2b_invoice_by_invoice() -> None:
    sold(None, "1000.00", legal_name="Mysuru Mills", **MYSURU)
    sold(None, "2000.00", legal_name="Pune Works", **PUNE)

    assert gst("b2b") == [
        [
            "29AAGCA7421K1ZG",
            "Mysuru Mills",
            "INV/26-27/000001",
            "06-Oct-2026",
            "1180.00",
            "29-Karnataka",
            "N",
            "",
            "Regular B2B",
            "",
            "18",
            "1000.00",
            "0.00",
        ],
        [
            "27AAPFU0939F1ZV",
            "Pune Works",
            "INV/26-27/000002",
            "06-Oct-2026",
            "2360.00",
            "27-Maharashtra",
            "N",
            "",
            "Regular B2B",
            "",
            "18",
            "2000.00",
            "0.00",
        ],
    ]
    assert gst("b2cs") == gst("b2cl") == gst("exp") == []


@pytest.mark.parametrize(
    ("net", "on", "section"),
    [
        # 84,745.76 + 18 % = 99,999.9968, rounded 1,00,000.00: not above the limit.
        ("84745.76", date(2024, 8, 1), "b2cs"),
        ("84745.77", date(2024, 8, 1), "b2cl"),
        ("84745.77", date(2024, 7, 31), "b2cs"),
        ("211864.42", date(2024, 7, 31), "b2cl"),
    ],
)
def test_large_inter_state_invoices_are_told_by_the_limit_of_their_day(
    net: str, on: date, section: str
) -> None:
    sold(None, net, on, cross_state=True)
    period = f"{on:%Y-%m}"
    other = {"b2cs": "b2cl", "b2cl": "b2cs"}[section]
    assert columns("gstr1", period, section, "taxable") == [(net,)]
    assert gst(other, period) == []


def test_small_sales_are_summed_by_place_and_rate_less_their_notes() -> None:
    first = sold(None, "1000.00")
    sold(None, "500.00")
    sold(None, "700.00", cross_state=True)
    credited(first, "200.00", date(2026, 10, 20))

    assert columns("gstr1", "2026-10", "b2cs", "type", "place", "whole_rate", "taxable") == [
        ("OE", "27-Maharashtra", "18", "700.00"),
        ("OE", "29-Karnataka", "18", "1300.00"),
    ]
    assert gst("cdnur") == gst("cdnr") == []


def test_notes_to_registered_buyers_and_to_large_sales_stand_by_themselves() -> None:
    registered = sold(None, "1000.00", **MYSURU)
    large = sold(None, "100000.00", cross_state=True)
    credited(registered, "250.00", NOVEMBER)
    credited(large, "10000.00", NOVEMBER)

    wanted = ("number", "note", "place", "value", "whole_rate", "taxable")
    assert columns("gstr1", "2026-11", "cdnr", *wanted) == [
        ("CN/26-27/000001", "C", "29-Karnataka", "295.00", "18", "250.00")
    ]
    assert columns("gstr1", "2026-11", "cdnur", "rule", *wanted) == [
        ("B2CL", "CN/26-27/000002", "C", "27-Maharashtra", "11800.00", "18", "10000.00")
    ]
    assert gst("b2cs", "2026-11") == []


def test_exports_are_told_by_whether_tax_was_paid() -> None:
    sold(None, "1000.00", export=True)
    Seller.objects.update(export_under_lut=False)
    paid = sold(None, "2000.00", export=True)
    credited(paid, "500.00", NOVEMBER)

    assert columns("gstr1", "2026-10", "exp", "rule", "value", "whole_rate", "taxable") == [
        ("WOPAY", "1000.00", "0", "1000.00"),
        ("WPAY", "2360.00", "18", "2000.00"),
    ]
    assert columns("gstr1", "2026-11", "cdnur", "rule", "value") == [("EXPWP", "590.00")]


def test_special_economic_zones_are_registered_supplies() -> None:
    sold(None, "1000.00", is_sez=True, **PUNE)
    assert columns("gstr1", "2026-10", "b2b", "rule", "whole_rate", "taxable") == [
        ("SEZ supplies without payment", "0", "1000.00")
    ]


def test_codes_are_summed_for_registered_and_for_other_buyers() -> None:
    sold(None, "1000.00", **MYSURU)
    sold(None, "2000.00", **PUNE)
    sold(None, "500.00")
    wanted = ("tax_code", "unit", "value", "whole_rate", "taxable", "igst", "cgst", "sgst")
    assert columns("gstr1", "2026-10", "hsn-b2b", *wanted) == [
        ("998319", "NA", "3540.00", "18", "3000.00", "360.00", "90.00", "90.00")
    ]
    assert columns("gstr1", "2026-10", "hsn-b2c", *wanted) == [
        ("998319", "NA", "590.00", "18", "500.00", "0.00", "45.00", "45.00")
    ]


def test_the_sections_sum_to_the_register() -> None:
    invoices = [
        sold(None, "1000.37", **MYSURU),
        sold(None, "100000.00", cross_state=True),
        sold(None, "333.33"),
        sold(None, "444.44", export=True),
    ]
    for invoice in invoices:
        credited(invoice, "33.33", date(2026, 10, 25))

    def taxable(*names: str) -> Decimal:
        found = [sums("gstr1", "2026-10", name).get("INR", {}) for name in names]
        return sum((Decimal(each.get("taxable", 0)) for each in found), Decimal(0))

    net = Decimal(sums("register", "2026-10")["INR"]["net"])
    assert taxable("b2b", "b2cl", "b2cs", "exp") - taxable("cdnr", "cdnur") == net
    assert taxable("hsn-b2b", "hsn-b2c") == net


def test_every_series_says_from_where_to_where_it_went() -> None:
    invoice = sold(None, "1000.00")
    sold(None, "1000.00")
    credited(invoice, None, date(2026, 10, 20))
    assert gst("docs") == [
        ["Credit Note", "CN/26-27/000001", "CN/26-27/000001", "1", "0"],
        ["Invoices for outward supply", "INV/26-27/000001", "INV/26-27/000002", "2", "0"],
    ]


def paid(invoice: Document, on: date) -> Payment:
    begun = begin_payment(
        invoice.account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=invoice.total,
        currency="INR",
        invoices=[invoice],
        by="test",
        now=noon(on),
    )
    return settle(begun, now=noon(on), by="test")


def test_receipts_of_paid_invoices_are_no_receipt_vouchers() -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "1180.00", OCTOBER)
    top_up(account, "1180.00", OCTOBER)
    plain = paid(sold(account, "1000.00"), OCTOBER)
    top_up(account, "1180.00", OCTOBER)
    paid(sold(account, "1000.00"), OCTOBER)
    top_up(account, "1180.00", NOVEMBER)

    assert plain.receipt.document.number == "RV/26-27/000003"
    vouchers = [row for row in gst("docs") if row[0] == "Receipt Voucher"]
    assert vouchers == [
        ["Receipt Voucher", "RV/26-27/000001", "RV/26-27/000002", "2", "0"],
        ["Receipt Voucher", "RV/26-27/000004", "RV/26-27/000004", "1", "0"],
    ]
    assert [row[1:4] for row in gst("docs", "2026-11")] == [
        ["RV/26-27/000006", "RV/26-27/000006", "1"]
    ]


def test_a_financial_note_takes_back_no_tax_and_is_in_no_section() -> None:
    invoice = sold(None, "1000.00", date(2024, 10, 6), **MYSURU)
    credited(invoice, "100.00", date(2026, 10, 6))
    assert gst("cdnr") == gst("hsn-b2b") == []


def test_what_is_in_another_currency_is_named_apart() -> None:
    sold(None, "50.00", export=True, currency="USD")
    assert gst("exp") == []
    assert columns("gstr1", "2026-10", "other-currencies", "number", "gross", "currency") == [
        ("INV/26-27/000001", "50.00", "USD")
    ]
    october = parse_period("2026-10", seller=current_seller())
    assert "1 document is in another currency" in notice(october, current_seller())
    november = parse_period("2026-11", seller=current_seller())
    assert notice(november, current_seller()) == ""


def test_an_advance_is_received_without_its_tax_and_adjusted_when_it_pays() -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "11800.00", OCTOBER)
    invoice = sold(account, "5000.00", NOVEMBER)
    pay_from_credits(
        account,
        amount=Decimal("5900.00"),
        currency="INR",
        invoices=[invoice],
        by="t",
        now=noon(NOVEMBER),
    )

    assert gst("at", "2026-10") == [["29-Karnataka", "", "18", "10000.00", "0.00"]]
    assert gst("atadj", "2026-10") == gst("at", "2026-11") == []
    assert gst("atadj", "2026-11") == [["29-Karnataka", "", "18", "5000.00", "0.00"]]


def test_what_is_received_and_adjusted_in_one_month_is_in_neither_table() -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "11800.00", OCTOBER)
    invoice = sold(account, "5000.00", date(2026, 10, 20))
    pay_from_credits(
        account,
        amount=Decimal("5900.00"),
        currency="INR",
        invoices=[invoice],
        by="t",
        now=noon(date(2026, 10, 21)),
    )
    assert gst("at") == [["29-Karnataka", "", "18", "5000.00", "0.00"]]
    assert gst("atadj") == []


def test_the_oldest_credits_are_spent_first_taxed_or_not() -> None:
    account = AccountFactory.create(**MYSURU)
    adjust_credits(
        account,
        amount=Decimal("900.00"),
        currency="INR",
        reason="Goodwill",
        by="t",
        now=noon(OCTOBER),
    )
    top_up(account, "1180.00", OCTOBER)
    invoice = sold(account, "1000.00", NOVEMBER)
    pay_from_credits(
        account,
        amount=Decimal("1180.00"),
        currency="INR",
        invoices=[invoice],
        by="t",
        now=noon(NOVEMBER),
    )
    # 900.00 of goodwill, then 280.00 of the advance: 280 x 100 / 118.
    assert columns("gstr1", "2026-11", "atadj", "gross") == [("237.29",)]


def given_back(account: Account, amount: str, on: date) -> Payment:
    values: dict[str, Any] = {
        "kind": Payment.Kind.WITHDRAWAL,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": Decimal(amount),
        "currency": "INR",
        "by": "test",
        "now": noon(on),
    }
    return settle(begin_payment(account, **values), now=noon(on), by="test")


def test_an_advance_that_is_given_back_was_received_less_and_adjusted_never() -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "11800.00", OCTOBER)
    top_up(account, "1180.00", NOVEMBER)
    refund = given_back(account, "2360.00", NOVEMBER)

    # 1,180.00 received, 2,360.00 of October's given back: the voucher takes its tax back too.
    assert gst("at", "2026-10") == [["29-Karnataka", "", "18", "10000.00", "0.00"]]
    assert gst("at", "2026-11") == [["29-Karnataka", "", "18", "-1000.00", "0.00"]]
    assert gst("atadj", "2026-11") == []
    voucher = refund.receipt.document
    assert (voucher.tax_total, voucher.net_total) == (Decimal("360.00"), Decimal("2000.00"))


def test_what_is_received_and_given_back_in_one_month_is_in_neither_table() -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "1180.00", OCTOBER)
    given_back(account, "1180.00", OCTOBER)
    assert gst("at") == gst("atadj") == []


def test_a_refund_of_a_payment_takes_what_that_payment_brought() -> None:
    account = AccountFactory.create(**MYSURU)
    adjust_credits(
        account,
        amount=Decimal("5000.00"),
        currency="INR",
        reason="Goodwill",
        by="t",
        now=noon(OCTOBER),
    )
    came = top_up(account, "1180.00", OCTOBER)
    refund = settle(
        begin_payment(
            account,
            kind=Payment.Kind.REFUND,
            method=Payment.Method.GATEWAY,
            provider="sandbox",
            amount=Decimal("590.00"),
            currency="INR",
            by="t",
            now=noon(NOVEMBER),
            refund_of=came,
        ),
        now=noon(NOVEMBER),
        by="t",
    )
    assert refund.receipt.document.tax_total == Decimal("90.00")
    assert columns("gstr1", "2026-11", "at", "gross") == [("-500.00",)]


def test_credits_without_tax_that_go_back_are_no_advance() -> None:
    account = AccountFactory.create(**MYSURU)
    adjust_credits(
        account,
        amount=Decimal("500.00"),
        currency="INR",
        reason="Goodwill",
        by="t",
        now=noon(OCTOBER),
    )
    top_up(account, "1180.00", OCTOBER)
    refund = given_back(account, "618.00", NOVEMBER)
    assert refund.receipt.document.tax_total == Decimal("18.00")
    assert columns("gstr1", "2026-11", "at", "gross") == [("-100.00",)]


@pytest.mark.parametrize("on", [date(2026, 10, 20), NOVEMBER])
def test_what_a_clerk_takes_pays_no_supply_and_leaves_both_tables(on: date) -> None:
    account = AccountFactory.create(**MYSURU)
    top_up(account, "1180.00", OCTOBER)
    adjust_credits(
        account, amount=Decimal("-590.00"), currency="INR", reason="Slip", by="t", now=noon(on)
    )
    assert columns("gstr1", "2026-10", "at", "gross") == [("1000.00",)]
    assert gst("at", "2026-11") == gst("atadj", "2026-11") == []


def test_places_are_spelled_as_the_tool_spells_them() -> None:
    assert _place("01-Jammu and Kashmir") == "01-Jammu & Kashmir"
    assert _place("29-Karnataka") == "29-Karnataka"


TAIL = ["Applicable % of Tax Rate", "Rate", "Taxable Value", "Cess Amount"]
BUYER = ["GSTIN/UIN of Recipient", "Receiver Name"]
INVOICE = ["Invoice Number", "Invoice date", "Invoice Value"]
NOTE = ["Note Number", "Note Date", "Note Type", "Place Of Supply"]
HSN = [
    *["HSN", "Description", "UQC", "Total Quantity", "Total Value", "Rate", "Taxable Value"],
    *["Integrated Tax Amount", "Central Tax Amount", "State/UT Tax Amount", "Cess Amount"],
]
ADVANCE = ["Place Of Supply", "Applicable % of Tax Rate", "Rate"]


@pytest.mark.parametrize(
    ("name", "title", "heads"),
    [
        (
            "b2b",
            "b2b,sez,de",
            [
                *BUYER,
                *INVOICE,
                *["Place Of Supply", "Reverse Charge", "Applicable % of Tax Rate"],
                *["Invoice Type", "E-Commerce GSTIN", "Rate", "Taxable Value", "Cess Amount"],
            ],
        ),
        ("b2cl", "b2cl", [*INVOICE, "Place Of Supply", *TAIL, "E-Commerce GSTIN"]),
        (
            "exp",
            "exp",
            [
                "Export Type",
                *INVOICE,
                *["Port Code", "Shipping Bill Number", "Shipping Bill Date"],
                *TAIL[1:],
            ],
        ),
        (
            "cdnr",
            "cdnr",
            [*BUYER, *NOTE, "Reverse Charge", "Note Supply Type", "Note Value", *TAIL],
        ),
        ("cdnur", "cdnur", ["UR Type", *NOTE, "Note Value", *TAIL]),
        ("b2cs", "b2cs", ["Type", "Place Of Supply", *TAIL, "E-Commerce GSTIN"]),
        ("at", "at", [*ADVANCE, "Gross Advance Received", "Cess Amount"]),
        ("atadj", "atadj", [*ADVANCE, "Gross Advance Adjusted", "Cess Amount"]),
        ("hsn-b2b", "hsn(b2b)", HSN),
        ("hsn-b2c", "hsn(b2c)", HSN),
        (
            "docs",
            "docs",
            ["Nature of Document", "Sr. No. From", "Sr. No. To", "Total Number", "Cancelled"],
        ),
    ],
)
def test_every_sheet_and_its_columns_are_named_as_in_the_tool(
    name: str, title: str, heads: list[str]
) -> None:
    sheet = sheet_of("gstr1", name)
    assert str(sheet.title) == title
    assert [str(column.label) for column in sheet.columns] == heads
