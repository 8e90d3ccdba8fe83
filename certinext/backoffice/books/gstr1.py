"""The sections of India's GSTR-1, in the columns of the returns offline tool.

Field names, document types and limits are the tool's (GSTR1 Excel Workbook Template) and the law's
(CGST Rule 59). Amounts are rupees: documents in another currency are named apart, because the
rupee value that the return wants is not on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Max,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy, ngettext

from billing.models import Document, DocumentTax, Seller
from billing.tax.decision import CGST, IGST, SGST, UTGST
from certinext.backoffice.books.advances import adjusted_rows, received_rows
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.register import supplies_in
from certinext.backoffice.books.sheets import (
    ALWAYS,
    AMOUNT,
    CODE,
    FILES,
    MONEY,
    NUMBER,
    Column,
    Rows,
    Sheet,
    signed,
)

CESS = Column("cess", "Cess Amount", MONEY, shown=lambda _value: Decimal(0), at=FILES)
RATE = Column("whole_rate", "Rate", NUMBER, shown=lambda rate: rate.normalize() + 0)
TAXABLE = Column("taxable", "Taxable Value", MONEY, total=True, at=ALWAYS)
SHARE = Column("share", "Applicable % of Tax Rate", at=FILES)
SHOP = Column("shop", "E-Commerce GSTIN", at=FILES)


@dataclass(frozen=True)
class LimitFrom:
    """From a day on, an inter-State invoice above this many rupees is "B2C Large"."""

    since: date
    above: Decimal


# Rule 59(4)(a)(ii), lowered by Notification 12/2024 Central Tax.
LARGE_INVOICES = [
    LimitFrom(date(2017, 7, 1), Decimal(250_000)),
    LimitFrom(date(2024, 8, 1), Decimal(100_000)),
]
# Spellings of the tool.
SUPPLY_TYPES = {
    "in-sez-igst": "SEZ supplies with payment",
    "in-sez-lut": "SEZ supplies without payment",
}
NATURES = {
    Document.Kind.INVOICE: "Invoices for outward supply",
    Document.Kind.CREDIT_NOTE: "Credit Note",
    Document.Kind.RECEIPT: "Receipt Voucher",
    Document.Kind.REFUND: "Refund Voucher",
}
REGISTERED = Q(label="GSTIN") | Q(rule__startswith="in-sez")
EXPORT = Q(rule__startswith="in-export")


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
    place = Column("place", "Place Of Supply")
    return [
        Sheet(
            "b2b",
            "b2b",
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
            lambda period, seller: _documents(period, seller).filter(REGISTERED),
        ),
        Sheet(
            "b2cl",
            "b2cl",
            [number, day, value, place, SHARE, RATE, TAXABLE, CESS, SHOP],
            lambda period, seller: _documents(period, seller).filter(_large()),
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
            lambda period, seller: _documents(period, seller).filter(EXPORT),
        ),
    ]


def _of_notes() -> list[Sheet]:
    shared = [
        Column("number", "Note Number", CODE, at=ALWAYS),
        Column("day", "Note Date", shown=_day),
        Column("note", "Note Type", shown=lambda _value: "C", at=FILES),
        Column("place", "Place Of Supply"),
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
            lambda period, seller: _notes(period, seller).filter(REGISTERED),
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
            lambda period, seller: _notes(period, seller).filter(EXPORT | _large_original()),
        ),
    ]


def _of_sums() -> list[Sheet]:
    place = Column("place", "Place Of Supply", at=ALWAYS)
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
            _small,
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
            _issued,
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
        lambda period, seller: _by_code(period, seller, whose),
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


def _taxes(period: Period, seller: Seller) -> Rows:
    """Return the tax rows of the period's documents, with what sections are told apart by.

    A financial credit note takes back no tax and so is in no section (Section 34(2)).
    """
    return (
        DocumentTax.objects.filter(
            document__kind__in=[Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE],
            document__number__isnull=False,
            document__issue_date__range=(period.first, period.last),
            document__currency=seller.currency,
        )
        .annotate(
            without=KeyTextTransform("without_tax", "document__tax_decision"),
            # Each half of CGST and SGST names half the rate.
            whole_rate=Case(When(component=IGST, then=F("rate")), default=F("rate") * 2),
            label=KeyTextTransform("tax_id_label", "document__buyer"),
            rule=KeyTextTransform("rule", "document__tax_decision"),
        )
        .exclude(Q(without__isnull=False, without="true"))
    )


def _documents(period: Period, seller: Seller, kind: str = Document.Kind.INVOICE) -> Rows:
    """Return one row a document and rate: the other half of CGST counts its base only once."""
    return (
        _taxes(period, seller)
        .filter(document__kind=kind, component__in=[IGST, CGST])
        .annotate(
            number=F("document__number"),
            day=F("document__issue_date"),
            value=F("document__total"),
            tax_id=KeyTextTransform("tax_id", "document__buyer"),
            buyer=KeyTextTransform("legal_name", "document__buyer"),
            reverse=KeyTextTransform("reverse_charge", "document__tax_decision"),
            place=_place(),
        )
        .order_by("document__issue_date", "document_id", "whole_rate")
        .values(
            "number", "day", "value", "tax_id", "buyer", "reverse", "place", "rule", "whole_rate"
        )
        .annotate(taxable=Sum("taxable_amount"))
    )


def _notes(period: Period, seller: Seller) -> Rows:
    return _documents(period, seller, Document.Kind.CREDIT_NOTE)


def _small(period: Period, seller: Seller) -> Rows:
    """Table 7: what unregistered people bought in small, by place and rate, less their notes."""
    notes = Q(document__kind=Document.Kind.CREDIT_NOTE)
    return (
        _taxes(period, seller)
        .filter(component__in=[IGST, CGST])
        .exclude(REGISTERED)
        .exclude(EXPORT)
        .exclude(~notes & _large())
        .exclude(notes & _large_original())
        .annotate(place=_place())
        .order_by("place", "whole_rate")
        .values("place", "whole_rate")
        .annotate(taxable=Sum(signed("taxable_amount", kind="document__kind")))
    )


def _by_code(period: Period, seller: Seller, whose: Q) -> Rows:
    base = Q(component__in=[IGST, CGST])
    taxable = signed("taxable_amount", kind="document__kind")
    tax = signed("tax_amount", kind="document__kind")

    def of(*names: str) -> Any:
        return Sum(tax, filter=Q(component__in=names), default=Decimal(0), output_field=AMOUNT)

    return (
        _taxes(period, seller)
        .filter(whose)
        .order_by("tax_code", "whole_rate")
        .values("tax_code", "whole_rate")
        .annotate(
            taxable=Sum(taxable, filter=base, default=Decimal(0), output_field=AMOUNT),
            igst=of(IGST),
            cgst=of(CGST),
            sgst=of(SGST, UTGST),
        )
        .annotate(value=F("taxable") + F("igst") + F("cgst") + F("sgst"))
    )


def _issued(period: Period, _seller: Seller) -> Rows:
    """Table 13: from which to which number each series went; nothing is ever cancelled."""
    rows = (
        Document.objects.filter(number__isnull=False, issue_date__range=(period.first, period.last))
        .order_by("kind", "series__prefix")
        .values("kind", "series__prefix", "series__width")
        .annotate(low=Min("sequence"), high=Max("sequence"), count=Count("pk"))
    )
    return [
        {
            "document__kind": row["kind"],
            "first": f"{row['series__prefix']}{row['low']:0{row['series__width']}}",
            "last": f"{row['series__prefix']}{row['high']:0{row['series__width']}}",
            "count": row["count"],
        }
        for row in rows
    ]


def _large() -> Q:
    """Say which invoices are "B2C Large" on their day."""
    return _above_limit("document__issue_date", "document__total")


def _large_original() -> Q:
    """Say which notes correct a "B2C Large" invoice."""
    original = "document__credit_note__invoice__document__"
    return _above_limit(f"{original}issue_date", f"{original}total")


def _above_limit(day: str, total: str) -> Q:
    found = Q(pk__in=[])
    for position, limit in enumerate(LARGE_INVOICES):
        holds = Q(**{f"{day}__gte": limit.since, f"{total}__gt": limit.above})
        if position + 1 < len(LARGE_INVOICES):
            holds &= Q(**{f"{day}__lt": LARGE_INVOICES[position + 1].since})
        found |= holds
    return found & Q(rule="in-inter-state") & ~REGISTERED


def _place() -> Any:
    """Return the place of supply as the tool writes it: ``29-Karnataka``."""
    place = KeyTransform("place_of_supply", "document__tax_decision")
    code, name = KeyTextTransform("code", place), KeyTextTransform("name", place)
    return Concat(code, Value("-"), name, output_field=CharField())


def _unregistered_type(rule: str) -> str:
    return _export_type(rule) if rule.startswith("in-export") else "B2CL"


def _export_type(rule: str) -> str:
    return "EXPWP" if rule == "in-export-igst" else "EXPWOP"


def _payment(rule: str) -> str:
    return "WPAY" if rule == "in-export-igst" else "WOPAY"


def _letter(value: str | None) -> str:
    return "Y" if value == "true" else "N"


def _day(value: date) -> str:
    """Return a date as the tool wants it, in English in every language: ``06-Oct-2026``."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{value.day:02}-{months[value.month - 1]}-{value.year}"
