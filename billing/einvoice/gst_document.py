"""From a document as it was frozen at issue to the neutral GST e-invoice (INV-01)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from billing.einvoice.codes import ABROAD, GST_NUMBERS, GST_OTHERS, PIN_ABROAD, UNREGISTERED
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.gst import (
    CREDIT_NOTE,
    INVOICE,
    RUPEES,
    GstInvoice,
    GstLine,
    GstParty,
    GstPayment,
    GstTotals,
    shares,
)
from billing.einvoice.parts import DocumentParts, refuse_without_parts
from billing.models import Charge, Document, DocumentLine
from billing.money import ONE, ZERO, round_to
from billing.printing.facts import Facts
from billing.sentences import gettext_noop
from billing.tax.decision import CGST, IGST, SGST, UTGST
from billing.tax.ids import is_gstin
from certinext.pdf.text import clean_text

# How the tax rules of India are called as kinds of supply.
_SUPPLY_TYPES = {
    "in-sez-lut": "SEZWOP",
    "in-sez-igst": "SEZWP",
    "in-export-lut": "EXPWOP",
    "in-export-igst": "EXPWP",
}
_BUSINESS = "B2B"
_COLUMNS = {IGST: "igst", CGST: "cgst", SGST: "sgst", UTGST: "sgst"}
# The schema's three decimals of quantities and prices, and what the portal lets them be off by.
_FINEST = Decimal("0.001")
_TOLERANCE = ONE
_PIN_DIGITS = 6
_LONGEST_ACCOUNT = 18


def gst_invoice(parts: DocumentParts) -> GstInvoice:
    """Return the document as INV-01 has it; raises `NoElectronicInvoice`."""
    document = parts.document
    seller, buyer = Facts(document.seller), Facts(document.buyer)
    decision, supply = Facts(document.tax_decision), Facts(document.supply)
    refuse_others(document)
    lines = _lines(parts)
    abroad = decision.flag("export")
    return GstInvoice(
        document_type=CREDIT_NOTE if parts.is_credit_note else INVOICE,
        number=parts.number,
        issue_date=document.issue_date,
        supply_type=_SUPPLY_TYPES.get(decision.text("rule"), _BUSINESS),
        reverse_charge=supply.flag("reverse_charge"),
        place_of_supply=decision.part("place_of_supply").text("code"),
        seller=_seller(seller),
        buyer=_buyer_abroad(buyer) if abroad else _buyer(buyer),
        lines=lines,
        totals=GstTotals(
            assessable=document.net_total,
            igst=_tax_of(parts, "igst"),
            cgst=_tax_of(parts, "cgst"),
            sgst=_tax_of(parts, "sgst"),
            rounding=document.rounding,
            total=document.total,
        ),
        preceding=parts.preceding,
        period=parts.period,
        payment=_payment(parts, seller),
        purchase_order=supply.text("po_number", limit=60),
        export_country=buyer.text("country") if abroad else "",
        remarks=tuple(filter(None, map(clean_text, (parts.reason, *document.notices)))),
    )


def refuse_others(document: Document) -> None:
    """Raise `NoElectronicInvoice` where a look at the document alone says that it has none."""
    seller, buyer = Facts(document.seller), Facts(document.buyer)
    decision = Facts(document.tax_decision)
    if seller.text("country") != "IN":
        raise NoElectronicInvoice(
            gettext_noop("The GST e-invoice is for sellers in India: this one is elsewhere.")
        )
    for party in (seller, buyer):
        refuse_without_parts(party, document)
    if not (decision.flag("export") or is_gstin(buyer.text("tax_id"))):
        raise NoElectronicInvoice(
            gettext_noop(
                "The buyer has no GSTIN: only sales to registered persons and abroad have a GST"
                " e-invoice."
            )
        )
    if document.currency != RUPEES:
        raise NoElectronicInvoice(
            gettext_noop(
                "A GST e-invoice states rupees and this document %(currency)s: it exists as a PDF"
                " only."
            ),
            currency=document.currency,
        )
    if decision.flag("without_tax"):
        raise NoElectronicInvoice(
            gettext_noop(
                "A credit note that takes back no tax is a matter of accounts between the parties:"
                " it has no GST e-invoice."
            )
        )


def _seller(seller: Facts) -> GstParty:
    postal = seller.part("postal")
    trade_name = seller.text("trade_name")
    return GstParty(
        gstin=seller.text("gstin"),
        legal_name=seller.text("legal_name"),
        trade_name=trade_name if trade_name != seller.text("legal_name") else "",
        address=postal.text("street"),
        additional_address=postal.text("additional_street"),
        location=postal.text("city"),
        pin=_pin(postal.text("post_code")),
        # The State of registration is the GSTIN's, wherever the address is written.
        state_code=seller.text("gstin")[:2],
        phone=seller.text("phone"),
        email=seller.text("email"),
    )


def _buyer(buyer: Facts) -> GstParty:
    postal = buyer.part("postal")
    return GstParty(
        gstin=buyer.text("tax_id"),
        legal_name=buyer.text("legal_name"),
        address=postal.text("street"),
        additional_address=postal.text("additional_street"),
        location=postal.text("city"),
        pin=_pin(postal.text("post_code")),
        state_code=buyer.text("tax_id")[:2],
        email=buyer.text("email"),
    )


def _buyer_abroad(buyer: Facts) -> GstParty:
    """Return a buyer without GSTIN, State and PIN code: the schema has words for each."""
    postal = buyer.part("postal")
    return replace(
        _buyer(buyer),
        gstin=UNREGISTERED,
        location=" ".join(filter(None, (postal.text("city"), postal.text("post_code")))),
        pin=PIN_ABROAD,
        state_code=ABROAD,
    )


def _pin(text: str) -> int | None:
    digits = text.replace(" ", "")
    fits = len(digits) == _PIN_DIGITS and digits.isascii() and digits.isdigit()
    return int(digits) if fits and not digits.startswith("0") else None


def _lines(parts: DocumentParts) -> tuple[GstLine, ...]:
    taxes = _taxes_by_line(parts)
    return tuple(_line(line, taxes[line.position]) for line in parts.lines)


def _line(line: DocumentLine, taxes: dict[str, Decimal]) -> GstLine:
    quantity, price = _units(line)
    return GstLine(
        position=line.position,
        description=clean_text(line.description),
        code=line.tax_code,
        quantity=quantity,
        unit=GST_NUMBERS if line.kind == Charge.Kind.ORDER else GST_OTHERS,
        unit_price=price,
        net=line.net_amount,
        rate=line.tax_rate,
        **taxes,
    )


def _units(line: DocumentLine) -> tuple[Decimal, Decimal]:
    """Return quantity and price as fine as the schema has them; where together they would miss the
    line's net by more than the portal allows, the net is the price of one."""
    quantity = round_to(line.quantity, _FINEST)
    price = round_to(line.unit_price, _FINEST)
    if abs(quantity * price - line.net_amount) <= _TOLERANCE:
        return quantity, price
    return ONE, line.net_amount


def _taxes_by_line(parts: DocumentParts) -> dict[int, dict[str, Decimal]]:
    """Return what each line bears of each tax: the shares add up to the document's taxes."""
    found: dict[int, dict[str, Decimal]] = {line.position: {} for line in parts.lines}
    for tax in parts.taxes:
        split = 1 if tax.component == IGST else 2
        group = [
            line
            for line in parts.lines
            if (line.tax_code, line.tax_category) == (tax.tax_code, tax.category)
            and line.tax_rate == tax.rate * split
        ]
        amounts = shares(tax.tax_amount, [line.net_amount for line in group])
        for line, amount in zip(group, amounts, strict=True):
            found[line.position][_COLUMNS[tax.component]] = amount
    return found


def _tax_of(parts: DocumentParts, column: str) -> Decimal:
    return sum((t.tax_amount for t in parts.taxes if _COLUMNS[t.component] == column), ZERO)


def _payment(parts: DocumentParts, seller: Facts) -> GstPayment | None:
    """Return the seller's account where it can be paid to from India; none on a credit note."""
    bank, document = seller.part("bank"), parts.document
    account = bank.text("account").replace(" ", "")
    if parts.is_credit_note or not 0 < len(account) <= _LONGEST_ACCOUNT:
        return None
    return GstPayment(
        payee=seller.text("legal_name"),
        account=account,
        ifsc=bank.text("ifsc"),
        days=(document.due_date - document.issue_date).days if document.due_date else None,
    )
