"""The rows of GSTR-1's sections: which documents belong to which, summed as the return wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Concat, Lag, Lead

from billing.models import Document, DocumentTax, Seller
from billing.tax.decision import CGST, IGST, SGST, UTGST
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.sheets import AMOUNT, Rows, signed


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
REGISTERED = Q(label="GSTIN") | Q(rule__startswith="in-sez")
EXPORT = Q(rule__startswith="in-export")


def taxes_in(period: Period, seller: Seller) -> Rows:
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


def documents_in(period: Period, seller: Seller, kind: str = Document.Kind.INVOICE) -> Rows:
    """Return one row a document and rate: the other half of CGST counts its base only once."""
    return (
        taxes_in(period, seller)
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


def notes_in(period: Period, seller: Seller) -> Rows:
    """Return one row a credit note and rate."""
    return documents_in(period, seller, Document.Kind.CREDIT_NOTE)


def small_supplies(period: Period, seller: Seller) -> Rows:
    """Table 7: what unregistered people bought in small, by place and rate, less their notes."""
    notes = Q(document__kind=Document.Kind.CREDIT_NOTE)
    return (
        taxes_in(period, seller)
        .filter(component__in=[IGST, CGST])
        .exclude(REGISTERED)
        .exclude(EXPORT)
        .exclude(~notes & large_invoices())
        .exclude(notes & notes_of_large())
        .annotate(place=_place())
        .order_by("place", "whole_rate")
        .values("place", "whole_rate")
        .annotate(taxable=Sum(signed("taxable_amount", kind="document__kind")))
    )


def sums_by_code(period: Period, seller: Seller, whose: Q) -> Rows:
    """Table 12: taxable value and each tax by HSN or SAC code and rate, notes taken off."""
    base = Q(component__in=[IGST, CGST])
    taxable = signed("taxable_amount", kind="document__kind")
    tax = signed("tax_amount", kind="document__kind")

    def of(*names: str) -> Any:
        return Sum(tax, filter=Q(component__in=names), default=Decimal(0), output_field=AMOUNT)

    return (
        taxes_in(period, seller)
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


def issued_numbers(period: Period, _seller: Seller) -> Rows:
    """Table 13: the documents issued, as unbroken runs of numbers; nothing is ever cancelled.

    The table asks for the numbers from and to, their total, those cancelled and the net issued,
    which is the total less the cancelled. Receipts of paid invoices bear no tax and are no vouchers
    under Rule 50, but take numbers of the vouchers' series. They are left out, and their numbers
    end a run: to state them as cancelled would be untrue, and a range over them would count more
    vouchers than there are. So each row's total is what its two numbers enclose.
    """
    place: dict[str, Any] = {"partition_by": ["kind", "series"], "order_by": "sequence"}
    edges: Rows = (
        Document.objects.filter(number__isnull=False, issue_date__range=(period.first, period.last))
        .filter(
            ~Q(kind=Document.Kind.RECEIPT)
            | Exists(DocumentTax.objects.filter(document=OuterRef("pk")))
        )
        .annotate(before=Window(Lag("sequence"), **place), after=Window(Lead("sequence"), **place))
        # Only the ends of runs leave the database: there are few, of however many documents.
        .annotate(
            begins=_not_beside("before", F("sequence") - 1),
            ends=_not_beside("after", F("sequence") + 1),
        )
        .filter(Q(begins=True) | Q(ends=True))
        .order_by("kind", "series__prefix", "sequence")
        .values("kind", "number", "sequence", "begins", "ends")
    )
    firsts = [row for row in edges if row["begins"]]
    lasts = [row for row in edges if row["ends"]]
    return [
        {
            "document__kind": first["kind"],
            "first": first["number"],
            "last": last["number"],
            "count": last["sequence"] - first["sequence"] + 1,
        }
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _not_beside(name: str, expected: Any) -> Any:
    """Say whether the next number on one side is another than the one beside, or there is none."""
    beside = When(Q(**{name: expected}), then=Value(False))
    return Case(beside, default=Value(True), output_field=BooleanField())


def large_invoices() -> Q:
    """Say which invoices are "B2C Large" on their day."""
    return _above_limit("document__issue_date", "document__total")


def notes_of_large() -> Q:
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
