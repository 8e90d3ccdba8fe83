"""The sections of India's GSTR-1, in the columns of the returns offline tool.

Field names, document types and limits are the tool's (GSTR1 Excel Workbook Template) and the law's
(CGST Rule 59). Amounts are rupees: documents in another currency are named apart, because the
rupee value that the return wants is not on them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import (
    Q,
)
from django.utils.translation import gettext_lazy, ngettext

from billing.models import Document, Seller
from certinext.backoffice.books.advances import adjusted_rows, received_rows
from certinext.backoffice.books.gstr1_rows import (
    EXPORT,
    REGISTERED,
    documents_in,
    issued_numbers,
    large_invoices,
    notes_in,
    notes_of_large,
    small_supplies,
    sums_by_code,
)
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.register import supplies_in
from certinext.backoffice.books.sheets import (
    ALWAYS,
    CODE,
    FILES,
    MONEY,
    NUMBER,
    Column,
    Sheet,
    signed,
)

CESS = Column("cess", "Cess Amount", MONEY, shown=lambda _value: Decimal(0), at=FILES)
RATE = Column("whole_rate", "Rate", NUMBER, shown=lambda rate: rate.normalize() + 0)
TAXABLE = Column("taxable", "Taxable Value", MONEY, total=True, at=ALWAYS)
SHARE = Column("share", "Applicable % of Tax Rate", at=FILES)
SHOP = Column("shop", "E-Commerce GSTIN", at=FILES)


# Spellings of the tool.
SUPPLY_TYPES = {
    "in-sez-igst": "SEZ supplies with payment",
    "in-sez-lut": "SEZ supplies without payment",
}
PLACES = {
    "01": "01-Jammu & Kashmir",
    "26": "26-Dadra & Nagar Haveli & Daman & Diu",
    "31": "31-Lakshdweep",
    "35": "35-Andaman & Nicobar Islands",
}
NATURES = {
    Document.Kind.INVOICE: "Invoices for outward supply",
    Document.Kind.CREDIT_NOTE: "Credit Note",
    Document.Kind.RECEIPT: "Receipt Voucher",
    Document.Kind.REFUND: "Refund Voucher",
}


def gstr1(_seller: Seller) -> list[Sheet]:
    """Return the sections, named as the tool names its sheets."""
    return [*_of_invoices(), *_of_notes(), *_of_sums(), _others()]


def notice(period: Period, seller: Seller) -> str:
    """Say how many documents are not in the sections, because they are in another currency."""
    count = supplies_in(period).exclude(currency=seller.currency).count()
    if not count:
        return ""
    return ngettext(
        "%(count)s document is in another currency than the return: it is in none of the sections"
        " and stands in the last sheet, to be entered with its value in rupees.",
        "%(count)s documents are in another currency than the return: they are in none of the"
        " sections and stand in the last sheet, to be entered with their value in rupees.",
        count,
    ) % {"count": count}


def _of_invoices() -> list[Sheet]:
    number = Column("number", "Invoice Number", CODE, at=ALWAYS)
    day = Column("day", "Invoice date", shown=_day)
    value = Column("value", "Invoice Value", MONEY)
    place = Column("place", "Place Of Supply", shown=_place)
    return [
        Sheet(
            "b2b",
            # Since 2022 one sheet with supplies to special economic zones and deemed exports.
            "b2b,sez,de",
            [
                Column("tax_id", "GSTIN/UIN of Recipient"),
                Column("buyer", "Receiver Name"),
                number,
                day,
                value,
                place,
                Column("reverse", "Reverse Charge", shown=_letter, at=FILES),
                SHARE,
                Column("rule", "Invoice Type", shown=lambda r: SUPPLY_TYPES.get(r, "Regular B2B")),
                SHOP,
                RATE,
                TAXABLE,
                CESS,
            ],
            lambda period, seller: documents_in(period, seller).filter(REGISTERED),
        ),
        Sheet(
            "b2cl",
            "b2cl",
            [number, day, value, place, SHARE, RATE, TAXABLE, CESS, SHOP],
            lambda period, seller: documents_in(period, seller).filter(large_invoices()),
        ),
        Sheet(
            "exp",
            "exp",
            [
                Column("rule", "Export Type", shown=_payment),
                number,
                day,
                value,
                Column("port", "Port Code", at=FILES),
                Column("bill", "Shipping Bill Number", at=FILES),
                Column("bill_date", "Shipping Bill Date", at=FILES),
                RATE,
                TAXABLE,
                CESS,
            ],
            lambda period, seller: documents_in(period, seller).filter(EXPORT),
        ),
    ]


def _of_notes() -> list[Sheet]:
    shared = [
        Column("number", "Note Number", CODE, at=ALWAYS),
        Column("day", "Note Date", shown=_day),
        Column("note", "Note Type", shown=lambda _value: "C", at=FILES),
        Column("place", "Place Of Supply", shown=_place),
    ]
    value = Column("value", "Note Value", MONEY)
    supply = Column("rule", "Note Supply Type", shown=lambda r: SUPPLY_TYPES.get(r, "Regular B2B"))
    return [
        Sheet(
            "cdnr",
            "cdnr",
            [
                Column("tax_id", "GSTIN/UIN of Recipient"),
                Column("buyer", "Receiver Name"),
                *shared,
                Column("reverse", "Reverse Charge", shown=_letter, at=FILES),
                supply,
                value,
                SHARE,
                RATE,
                TAXABLE,
                CESS,
            ],
            lambda period, seller: notes_in(period, seller).filter(REGISTERED),
        ),
        Sheet(
            "cdnur",
            "cdnur",
            [
                Column("rule", "UR Type", shown=_unregistered_type),
                *shared,
                value,
                SHARE,
                RATE,
                TAXABLE,
                CESS,
            ],
            lambda period, seller: notes_in(period, seller).filter(EXPORT | notes_of_large()),
        ),
    ]


def _of_sums() -> list[Sheet]:
    place = Column("place", "Place Of Supply", shown=_place, at=ALWAYS)
    return [
        Sheet(
            "b2cs",
            "b2cs",
            [
                Column("type", "Type", shown=lambda _value: "OE", at=FILES),
                place,
                SHARE,
                RATE,
                TAXABLE,
                CESS,
                SHOP,
            ],
            small_supplies,
        ),
        Sheet(
            "at",
            "at",
            [
                place,
                SHARE,
                RATE,
                Column("gross", "Gross Advance Received", MONEY, total=True, at=ALWAYS),
                CESS,
            ],
            received_rows,
        ),
        Sheet(
            "atadj",
            "atadj",
            [
                place,
                SHARE,
                RATE,
                Column("gross", "Gross Advance Adjusted", MONEY, total=True, at=ALWAYS),
                CESS,
            ],
            adjusted_rows,
        ),
        _hsn("hsn-b2b", "hsn(b2b)", REGISTERED),
        _hsn("hsn-b2c", "hsn(b2c)", ~REGISTERED),
        Sheet(
            "docs",
            "docs",
            [
                Column(
                    "document__kind",
                    "Nature of Document",
                    shown=lambda kind: NATURES[kind],
                    at=ALWAYS,
                ),
                Column("first", "Sr. No. From"),
                Column("last", "Sr. No. To"),
                Column("count", "Total Number", NUMBER, at=ALWAYS),
                Column("cancelled", "Cancelled", NUMBER, shown=lambda _value: 0),
            ],
            issued_numbers,
        ),
    ]


def _hsn(name: str, title: str, whose: Q) -> Sheet:
    """Table 12, in two parts since the return of May 2025. Services count no units."""
    return Sheet(
        name,
        title,
        [
            Column("tax_code", "HSN", at=ALWAYS),
            Column("description", "Description", at=FILES),
            Column("unit", "UQC", shown=lambda _value: "NA", at=FILES),
            Column("quantity", "Total Quantity", NUMBER, shown=lambda _value: 0, at=FILES),
            Column("value", "Total Value", MONEY, total=True),
            RATE,
            TAXABLE,
            Column("igst", "Integrated Tax Amount", MONEY, total=True),
            Column("cgst", "Central Tax Amount", MONEY, total=True),
            Column("sgst", "State/UT Tax Amount", MONEY, total=True),
            CESS,
        ],
        lambda period, seller: sums_by_code(period, seller, whose),
    )


def _others() -> Sheet:
    """What is missing above: documents in other currencies."""
    return Sheet(
        "other-currencies",
        gettext_lazy("Other currencies"),
        [
            Column("issue_date", gettext_lazy("Date"), shown=_day),
            Column("number", gettext_lazy("Number"), at=ALWAYS),
            Column("net", gettext_lazy("Taxable"), MONEY, total=True),
            Column("gross", gettext_lazy("Total"), MONEY, total=True, at=ALWAYS),
            Column("currency", gettext_lazy("Currency"), at=FILES),
        ],
        lambda period, seller: (
            supplies_in(period)
            .exclude(currency=seller.currency)
            .annotate(net=signed("net_total"), gross=signed("total"))
            .order_by("issue_date", "id")
            .values("issue_date", "number", "net", "gross", "currency")
        ),
    )


def _unregistered_type(rule: str) -> str:
    return _export_type(rule) if rule.startswith("in-export") else "B2CL"


def _export_type(rule: str) -> str:
    return "EXPWP" if rule == "in-export-igst" else "EXPWOP"


def _payment(rule: str) -> str:
    return "WPAY" if rule == "in-export-igst" else "WOPAY"


def _place(value: str) -> str:
    """Return a place as the tool's own list spells it, where documents follow the Gazette."""
    return PLACES.get(value[:2], value)


def _letter(value: str | None) -> str:
    return "Y" if value == "true" else "N"


def _day(value: date) -> str:
    """Return a date as the tool wants it, in English in every language: ``06-Oct-2026``."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{value.day:02}-{months[value.month - 1]}-{value.year}"
