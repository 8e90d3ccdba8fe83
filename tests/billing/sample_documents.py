"""Documents of both countries as the issuing code freezes them, without a database."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing.models import Charge, Document, DocumentLine, DocumentTax, Registration
from billing.money import line_net
from billing.periods import Month, month_bounds
from billing.printing.parties import country_name
from billing.printing.render import document_html, render_document
from billing.printing.trust import SealFacts
from billing.tax.decide import decide_tax
from billing.tax.parties import TaxBuyer, TaxSeller
from billing.tax.totals import TaxableLine, compute_totals
from certinext.pdf.embedded import EmbeddedFile
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.billing.sample_parties import BUYER, INDIA

_TAG = re.compile(r"<[^>]*>")
# As long as the portal's, with a signature of 256 bytes that nobody made.
_HEADER = (
    b'{"alg":"RS256","kid":"EDC57DE1358B300BA9F79340A6696831F3C85047","typ":"JWT",'
    b'"x5t":"7cV94TWLMAup95NApmlFf1IUEc0"}'
)
_PAYLOAD = (
    b'{"data":"{\\"SellerGstin\\":\\"29AAGCA7421K1ZG\\",\\"BuyerGstin\\":\\"27AAHCS5512Q1ZT\\",'
    b'\\"DocNo\\":\\"INV/26-27/004218\\",\\"DocTyp\\":\\"INV\\",\\"DocDt\\":\\"31/10/2026\\",'
    b'\\"TotInvVal\\":63631.50,\\"ItemCnt\\":2,\\"MainHsnCode\\":\\"998319\\",\\"Irn\\":'
    b'\\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\\",'
    b'\\"IrnDt\\":\\"2026-10-31 23:58:00\\"}","iss":"NIC"}'
)
_SIGNATURE = b"".join(hashlib.sha512(bytes([block])).digest() for block in range(4))
SIGNED_QR = ".".join(
    base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (_HEADER, _PAYLOAD, _SIGNATURE)
)


@dataclass(frozen=True)
class Sold:
    """What one line sells."""

    description: str = "OV SSL"
    price: str = "8925.00"
    quantity: str = "1"
    kind: str = Charge.Kind.ORDER
    order_number: str = "9433119415"
    domain_name: str = "portal.vaidyanatha.example"
    term_years: int | None = 1
    service_from: date = date(2026, 10, 6)
    service_until: date | None = None
    more: dict[str, Any] = field(default_factory=dict)


PLAN = Sold(
    description="Enterprise plan",
    price="45000.00",
    kind=Charge.Kind.SUBSCRIPTION,
    order_number="",
    domain_name="",
    term_years=None,
    service_from=date(2026, 10, 1),
    service_until=date(2026, 10, 31),
    more={"details": ["500 managed certificates, 25 users"]},
)
USAGE = replace(
    PLAN,
    description="Time-stamps above the included units",
    kind=Charge.Kind.USAGE,
    price="0.85",
    quantity="6480",
    more={"details": ["16,480 used, 10,000 included"]},
)


@dataclass(frozen=True)
class Sample:
    """A document that was never saved, with its parts."""

    document: Document
    lines: list[DocumentLine]
    taxes: list[DocumentTax]
    registration: Registration | None = None

    def pdf(self, *, embedded: Sequence[EmbeddedFile] = ()) -> bytes:
        """Return its PDF with these files in it."""
        return render_document(
            self.document,
            lines=self.lines,
            taxes=self.taxes,
            registration=self.registration,
            embedded=embedded,
        )

    def html(self, *, seal: SealFacts | None = None) -> str:
        """Return its HTML."""
        return document_html(
            self.document,
            lines=self.lines,
            taxes=self.taxes,
            seal=seal,
            registration=self.registration,
        )

    def text(self, *, seal: SealFacts | None = None) -> str:
        """Return the words of its HTML on one line: quicker than reading them out of the PDF."""
        body = self.html(seal=seal).partition("<body")[2].partition(">")[2]
        return " ".join(unescape(_TAG.sub(" ", body)).split())


def registered(sample: Sample, registry: str = "irp") -> Sample:
    """Return a document as the government's portal, or the sandbox, has registered it."""
    registration = Registration(
        registry=registry,
        irn="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ack_number="112610193157267",
        acked_at=datetime(2026, 10, 31, 18, 28, tzinfo=UTC),
        signed_qr=SIGNED_QR,
    )
    return replace(sample, registration=registration)


def sample_invoice(
    *,
    seller: dict[str, Any] = INDIA,
    buyer: dict[str, Any] = BUYER,
    sold: Sequence[Sold] = (Sold(),),
    kind: str = Invoice.Kind.MONTHLY,
    supply: dict[str, Any] | None = None,
    round_to_unit: bool = False,
    **given: Any,
) -> Sample:
    """Return an invoice as `invoices.issue` would freeze it; taxes and totals are computed."""
    number = "INV/26-27/004218" if seller["country"] == "IN" else "INV/2026/000731"
    sample = _sample(
        Document.Kind.INVOICE,
        number,
        seller,
        buyer,
        sold,
        supply or {},
        round_to_unit=round_to_unit,
        **given,
    )
    start, end = month_bounds(Month(2026, 10), ZoneInfo(sample.document.time_zone))
    monthly = kind == Invoice.Kind.MONTHLY
    Invoice(
        document=sample.document,
        kind=kind,
        period=DateTimeTZRange(start, end) if monthly else None,
        order_number="" if monthly else sold[0].order_number,
    )
    return sample


def sample_credit_note(
    invoice: Sample,
    *,
    positions: Sequence[int] = (1,),
    applied: str | None = None,
    reason: str = "Ordered twice by mistake.",
    **given: Any,
) -> Sample:
    """Return a credit note for whole lines of an invoice, in its own numbering."""
    origin = invoice.document
    credited = [line for line in invoice.lines if line.position in positions]
    sold = [
        Sold(
            description=line.description,
            price=str(line.unit_price),
            quantity=str(line.quantity),
            order_number=line.order_number,
            domain_name=line.domain_name,
        )
        for line in credited
    ]
    number = "CN/26-27/000093" if origin.seller["country"] == "IN" else "CN/2026/000012"
    facts: dict[str, Any] = {"due_date": None, "issue_date": date(2026, 11, 9), **given}
    note = _sample(
        Document.Kind.CREDIT_NOTE, number, origin.seller, origin.buyer, sold, {}, **facts
    )
    for line, source in zip(note.lines, credited, strict=True):
        line.credited_line = source
    taken_off = Decimal(applied) if applied is not None else note.document.total
    CreditNote(
        document=note.document,
        invoice=origin.invoice,
        reason_code=CreditNote.Reason.CANCELLED,
        reason=reason,
        order_number=credited[0].order_number,
        applied_amount=taken_off,
        credit_amount=note.document.total - taken_off,
    )
    return note


def _sample(
    kind: str,
    number: str,
    seller: dict[str, Any],
    buyer: dict[str, Any],
    sold: Sequence[Sold],
    supply: dict[str, Any],
    *,
    currency: str = "",
    round_to_unit: bool = False,
    **given: Any,
) -> Sample:
    indian = seller["country"] == "IN"
    currency = currency or ("INR" if indian else "EUR")
    decision = decide_tax(
        seller=TaxSeller(
            country=seller["country"],
            state_code=seller["state_code"],
            gstin=seller["gstin"],
            vat_id=seller["vat_id"],
            export_under_lut=True,
            oss_registered=True,
        ),
        buyer=TaxBuyer(
            country=buyer["country"],
            state_code=buyer["state_code"],
            tax_id=buyer["tax_id"],
            is_business=bool(buyer["tax_id"]),
        ),
        on=date(2026, 10, 31),
        product_tax_code="998319",
    )
    nets = [
        line_net(quantity=Decimal(each.quantity), unit_price=Decimal(each.price), currency=currency)
        for each in sold
    ]
    totals = compute_totals(
        [
            TaxableLine(
                net=net,
                category=decision.category,
                components=decision.components,
                tax_code="998319",
            )
            for net in nets
        ],
        currency=currency,
        round_to_unit=round_to_unit,
    )
    place = decision.place_of_supply_name
    facts: dict[str, Any] = {
        "issue_date": date(2026, 10, 31),
        "due_date": date(2026, 11, 15),
        "issued_at": datetime(2026, 10, 31, 18, 28, tzinfo=UTC),
        "language": "en",
        "time_zone": "Asia/Kolkata" if indian else "Europe/Berlin",
        "notices": [decision.notice] if decision.notice else [],
        "supply": {
            "po_number": "PO-4500081273",
            "place_of_supply": f"{place} ({decision.place_of_supply_code})"
            if place
            else country_name(decision.place_of_supply_country),
            "reverse_charge": decision.reverse_charge,
            "destination_country": buyer["country_name"] if decision.export else "",
            **supply,
        },
        **given,
    }
    document = Document(
        kind=kind,
        number=number,
        sequence=1,
        currency=currency,
        net_total=totals.net,
        tax_total=totals.tax_total,
        rounding=totals.rounding,
        total=totals.total,
        seller=seller,
        buyer=buyer,
        tax_decision={**decision.as_json(), "round_to_unit": round_to_unit},
        issued_by="system",
        **facts,
    )
    lines = [
        _line(document, position, each, net, decision.category, decision.rate)
        for position, (each, net) in enumerate(zip(sold, nets, strict=True), start=1)
    ]
    taxes = [
        DocumentTax(
            document=document,
            position=position,
            component=row.name,
            category=row.category,
            tax_code=row.tax_code,
            rate=row.rate,
            taxable_amount=row.taxable,
            tax_amount=row.amount,
        )
        for position, row in enumerate(totals.taxes, start=1)
    ]
    return Sample(document, lines, taxes)


def _line(
    document: Document, position: int, sold: Sold, net: Decimal, category: str, rate: Decimal
) -> DocumentLine:
    return DocumentLine(
        document=document,
        position=position,
        kind=sold.kind,
        description=sold.description,
        order_number=sold.order_number,
        domain_name=sold.domain_name,
        term_years=sold.term_years,
        service_from=sold.service_from,
        service_until=sold.service_until,
        tax_code="998319",
        quantity=Decimal(sold.quantity),
        unit_price=Decimal(sold.price),
        net_amount=net,
        tax_category=category,
        tax_rate=rate,
        **sold.more,
    )
