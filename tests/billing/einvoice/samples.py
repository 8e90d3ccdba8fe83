"""Neutral documents that break no rule, of every category of VAT that the formats know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.einvoice.codes import EXEMPTIONS, OUTSIDE_SCOPE
from billing.einvoice.gst import (
    GstInvoice,
    GstLine,
    GstParty,
    GstPayment,
    GstTotals,
)
from billing.einvoice.model import (
    CREDIT_NOTE,
    INVOICE,
    Contact,
    DocumentTotals,
    ElectronicAddress,
    ElectronicInvoice,
    InvoiceLine,
    PaymentInstructions,
    Period,
    PostalAddress,
    PrecedingInvoice,
    TradeParty,
    VatBreakdown,
)
from billing.money import percentage

ZERO = Decimal(0)
OCTOBER = Period(start=date(2026, 10, 1), end=date(2026, 10, 31))
SELLER = TradeParty(
    name="Nordlicht Trust Services GmbH",
    trading_name="Nordlicht",
    legal_id="HRB 98765 B",
    vat_id="DE123456788",
    address=PostalAddress(
        street="Zertifikatsweg 1", city="Berlin", post_code="10115", country="DE"
    ),
    electronic_address=ElectronicAddress(scheme="9930", identifier="DE123456788"),
    contact=Contact(name="Ida Falk", phone="+49 30 5550142", email="billing@nordlicht.example"),
)
BUYER = TradeParty(
    name="Laboratoires Orléanais SARL",
    identifier="2093315478",
    vat_id="FR40303265045",
    address=PostalAddress(street="1 rue de la Paix", city="Paris", post_code="75002", country="FR"),
    electronic_address=ElectronicAddress(scheme="9957", identifier="FR40303265045"),
    contact=Contact(name="Comptabilité", email="ap@orleanais.example"),
)


def line(net: str, category: str, rate: Decimal | None, position: int = 1) -> InvoiceLine:
    """Return a line of one unit."""
    return InvoiceLine(
        identifier=str(position),
        name="OV SSL",
        description="12 months",
        product_code="711",
        cost_centre="Treasury",
        quantity=Decimal(1),
        unit="C62",
        price=Decimal(net),
        net=Decimal(net),
        vat_category=category,
        vat_rate=rate,
        period=OCTOBER,
        attributes=(("Domain", "portal.example.com"),),
    )


def invoice_of(category: str = "S", *nets: str) -> ElectronicInvoice:
    """Return an invoice over lines of one category."""
    rate = {"S": Decimal(19), OUTSIDE_SCOPE: None}.get(category, ZERO)
    lines = tuple(
        line(net, category, rate, position)
        for position, net in enumerate(nets or ("249.00", "12.35"), 1)
    )
    net = sum((each.net for each in lines), ZERO)
    vat = percentage(net, rate or ZERO, "EUR")
    outside = category == OUTSIDE_SCOPE
    return ElectronicInvoice(
        number="INV/2026/000731",
        issue_date=date(2026, 10, 31),
        type_code=INVOICE,
        currency="EUR",
        due_date=date(2026, 11, 15),
        buyer_reference="04011000-1234512345-06",
        purchase_order="PO-4711",
        payment_terms="Without deduction.",
        notes=("Thank you.",),
        seller=replace(SELLER, vat_id="") if outside else SELLER,
        buyer=replace(BUYER, vat_id="") if outside else BUYER,
        delivered_on=OCTOBER.end,
        delivered_to="FR" if category != "S" else "",
        period=OCTOBER,
        payment=PaymentInstructions(
            means_code="58",
            remittance="RF94INV2026000731",
            account="DE89370400440532013000",
            account_name=SELLER.name,
            bank="COBADEFFXXX",
        ),
        totals=DocumentTotals(
            lines=net, without_vat=net, vat=vat, with_vat=net + vat, due=net + vat
        ),
        vat=(
            VatBreakdown(
                category=category,
                rate=rate,
                taxable=net,
                tax=vat,
                exemption_code=EXEMPTIONS.get(category, ""),
                exemption_reason="As the law says." if category in EXEMPTIONS else "",
            ),
        ),
        lines=lines,
    )


def credit_note_of(category: str = "S") -> ElectronicInvoice:
    """Return a credit note over the same."""
    return replace(
        invoice_of(category),
        number="CN/2026/000012",
        type_code=CREDIT_NOTE,
        due_date=None,
        payment_terms="Nothing is to be paid.",
        payment=PaymentInstructions(means_code="57"),
        preceding=PrecedingInvoice(number="INV/2026/000731", issue_date=date(2026, 10, 31)),
    )


def gst_invoice_of() -> GstInvoice:
    """Return a tax invoice within Karnataka."""
    return GstInvoice(
        document_type="INV",
        number="INV/26-27/004218",
        issue_date=date(2026, 10, 31),
        supply_type="B2B",
        reverse_charge=False,
        place_of_supply="29",
        seller=GstParty(
            gstin="29AAGCA7421K1ZG",
            legal_name="Aravalli Trust Services Private Limited",
            trade_name="Aravalli Trust",
            address="29 Residency Road",
            location="Bengaluru",
            pin=560025,
            state_code="29",
            phone="+91 80 5550 0142",
            email="billing@aravalli.example",
        ),
        buyer=GstParty(
            gstin="29AAAAK3309M1ZH",
            legal_name="Kaveri Cooperative Bank Limited",
            address="112 Sayyaji Rao Road",
            location="Mysuru",
            pin=570001,
            state_code="29",
        ),
        lines=(
            GstLine(
                position=1,
                description="emSign OV SSL",
                code="998319",
                quantity=Decimal(2),
                unit="NOS",
                unit_price=Decimal("8925.00"),
                net=Decimal("17850.00"),
                rate=Decimal(18),
                cgst=Decimal("1606.50"),
                sgst=Decimal("1606.50"),
            ),
        ),
        totals=GstTotals(
            assessable=Decimal("17850.00"),
            igst=ZERO,
            cgst=Decimal("1606.50"),
            sgst=Decimal("1606.50"),
            rounding=ZERO,
            total=Decimal("21063.00"),
        ),
        payment=GstPayment(
            payee="Aravalli Trust Services Private Limited",
            account="50200071442186",
            ifsc="EXBK0000291",
            days=15,
        ),
        purchase_order="PO-4500081273",
    )
