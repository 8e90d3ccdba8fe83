"""From a document as it was frozen at issue to the neutral electronic invoice (EN 16931)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from billing.einvoice.codes import (
    AS_AGREED,
    CREDIT_TRANSFER,
    EXEMPTIONS,
    ONE,
    OUTSIDE_SCOPE,
    SEPA_CREDIT_TRANSFER,
)
from billing.einvoice.errors import NoElectronicInvoice
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
    TradeParty,
    VatBreakdown,
)
from billing.einvoice.parts import DocumentParts, refuse_without_parts
from billing.einvoice.xml import MOST_DECIMALS
from billing.models import Charge, Document, DocumentLine, DocumentTax
from billing.money import decimals_of, line_net
from billing.printing.codes import creditor_reference
from billing.printing.facts import LONGEST_NAME, Facts
from billing.sentences import gettext_noop
from billing.tax.countries import EU_MEMBERS, vat_country
from billing.tax.errors import InvalidTaxId
from billing.tax.ids import normalise_vat_id
from certinext.pdf.text import clean_paragraphs, clean_text


def electronic_invoice(parts: DocumentParts) -> ElectronicInvoice:
    """Return the document as an electronic invoice; raises `NoElectronicInvoice`."""
    document = parts.document
    seller, buyer = Facts(document.seller), Facts(document.buyer)
    refuse_others(document)
    outside = any(line.tax_category == OUTSIDE_SCOPE for line in parts.lines)
    supply = Facts(document.supply)
    account_number = buyer.text("account_number")
    purchase_order = supply.text("po_number", limit=60)
    lines = tuple(_line(line, document.currency) for line in parts.lines)
    return ElectronicInvoice(
        number=parts.number,
        issue_date=document.issue_date,
        type_code=CREDIT_NOTE if parts.is_credit_note else INVOICE,
        currency=document.currency,
        due_date=document.due_date,
        # Peppol wants a reference or an order (R003): the buyer knows the account's number.
        buyer_reference=supply.text("buyer_reference", limit=60)
        or ("" if purchase_order else account_number),
        purchase_order=purchase_order,
        payment_terms=_payment_terms(parts, seller, supply),
        notes=tuple(clean_text(note) for note in document.notices if clean_text(note)),
        preceding=parts.preceding,
        seller=_seller(seller, with_vat_id=not outside),
        buyer=_buyer(buyer, with_vat_id=not outside),
        delivered_on=max((line.period.end for line in lines if line.period), default=None),
        delivered_to=_delivered_to(parts, seller),
        period=_period(parts.period, lines),
        payment=_payment(parts, seller),
        totals=DocumentTotals(
            lines=document.net_total,
            without_vat=document.net_total,
            vat=document.tax_total,
            with_vat=document.net_total + document.tax_total,
            rounding=document.rounding,
            due=document.total,
        ),
        vat=tuple(_vat_group(tax, parts) for tax in parts.taxes),
        lines=lines,
    )


def refuse_others(document: Document) -> None:
    """Raise `NoElectronicInvoice` where a look at the document alone says that it has none."""
    seller, buyer = Facts(document.seller), Facts(document.buyer)
    if seller.text("country") not in EU_MEMBERS:
        raise NoElectronicInvoice(
            gettext_noop(
                "Factur-X and UBL are for sellers in the European Union: EN 16931 does not know"
                " this document's taxes."
            )
        )
    for party in (seller, buyer):
        refuse_without_parts(party, document)
    if decimals_of(document.currency) > MOST_DECIMALS:
        raise NoElectronicInvoice(
            gettext_noop(
                "Amounts in %(currency)s have %(decimals)s decimals and EN 16931 has two: this"
                " document exists as a PDF only."
            ),
            currency=document.currency,
            decimals=decimals_of(document.currency),
        )


def _seller(seller: Facts, *, with_vat_id: bool) -> TradeParty:
    """Return BG-4. Outside the scope of VAT its id must not be named as one (BR-O-02)."""
    name, vat_id = seller.text("legal_name"), seller.text("vat_id")
    trading_name = seller.text("trade_name")
    legal_id = seller.text("legal_id") or seller.text("registration")
    return TradeParty(
        name=name,
        trading_name=trading_name if trading_name != name else "",
        # Something has to tell who sells (BR-CO-26).
        identifier="" if with_vat_id or legal_id else vat_id,
        legal_id=legal_id,
        legal_id_scheme=seller.text("legal_id_scheme") if seller.text("legal_id") else "",
        vat_id=vat_id if with_vat_id else "",
        address=_address(seller),
        electronic_address=_endpoint(seller),
        contact=Contact(
            name=seller.text("signatory") or trading_name or name,
            phone=seller.text("phone"),
            email=seller.text("email"),
        ),
    )


def _buyer(buyer: Facts, *, with_vat_id: bool) -> TradeParty:
    """Return BG-7; only an id of a member state is a VAT id."""
    name = buyer.text("legal_name")
    vat_id = buyer.text("tax_id") if vat_country(buyer.text("country")) else ""
    return TradeParty(
        name=name,
        identifier=buyer.text("account_number"),
        legal_id=buyer.text("legal_id"),
        legal_id_scheme=buyer.text("legal_id_scheme"),
        vat_id=_tidy_vat_id(vat_id, buyer.text("country")) if with_vat_id else "",
        address=_address(buyer),
        electronic_address=_endpoint(buyer),
        contact=Contact(name=buyer.text("contact_name"), email=buyer.text("email")),
    )


def _tidy_vat_id(vat_id: str, country: str) -> str:
    """Return the id with its country's letters; what is none stays, for the rules to name it."""
    try:
        return normalise_vat_id(vat_id, country=country) if vat_id else ""
    except InvalidTaxId:
        return vat_id


def _address(party: Facts) -> PostalAddress:
    postal = party.part("postal")
    return PostalAddress(
        street=postal.text("street"),
        additional_street=postal.text("additional_street"),
        city=postal.text("city"),
        post_code=postal.text("post_code"),
        subdivision=postal.text("subdivision"),
        country=postal.text("country"),
    )


def _endpoint(party: Facts) -> ElectronicAddress | None:
    identifier = party.text("endpoint_id")
    if not identifier:
        return None
    return ElectronicAddress(scheme=party.text("endpoint_scheme"), identifier=identifier)


def _payment_terms(parts: DocumentParts, seller: Facts, supply: Facts) -> str:
    if parts.is_credit_note:
        return supply.text("payment_terms")
    return " ".join(clean_paragraphs(seller.raw("terms"))) if parts.document.total else ""


def _payment(parts: DocumentParts, seller: Facts) -> PaymentInstructions:
    """Return how to pay; a credit note is set off or kept as credit, as agreed."""
    if parts.is_credit_note:
        return PaymentInstructions(means_code=AS_AGREED)
    bank = seller.part("bank")
    reference = creditor_reference(parts.number)
    account = bank.text("iban").replace(" ", "")
    if not account:
        return PaymentInstructions(means_code=AS_AGREED, remittance=reference)
    in_euros = parts.document.currency == "EUR"
    return PaymentInstructions(
        means_code=SEPA_CREDIT_TRANSFER if in_euros else CREDIT_TRANSFER,
        remittance=reference,
        account=account,
        account_name=seller.text("legal_name"),
        bank=bank.text("bic"),
    )


def _delivered_to(parts: DocumentParts, seller: Facts) -> str:
    """Return the country of supply where it is not the seller's own."""
    place = Facts(parts.document.tax_decision).part("place_of_supply").text("country")
    return "" if place == seller.text("country") else place


def _period(period: Period | None, lines: Sequence[InvoiceLine]) -> Period | None:
    """Return the days that the document bills: lines of late usage reach further back, and each
    line's days must lie among the document's (PEPPOL-EN16931-R110, R111)."""
    if period is None:
        return None
    spans = [line.period for line in lines if line.period]
    return Period(
        start=min([period.start, *(span.start for span in spans)]),
        end=max([period.end, *(span.end for span in spans)]),
    )


def _vat_group(tax: DocumentTax, parts: DocumentParts) -> VatBreakdown:
    exempt = tax.category in EXEMPTIONS
    notices = parts.document.notices
    return VatBreakdown(
        category=tax.category,
        rate=_rate(tax.category, tax.rate),
        taxable=tax.taxable_amount,
        tax=tax.tax_amount,
        exemption_code=_exemption_code(tax.category, parts) if exempt else "",
        exemption_reason=clean_text(notices[0]) if exempt and notices else "",
    )


def _exemption_code(category: str, parts: DocumentParts) -> str:
    decided = Facts(parts.document.tax_decision)
    return decided.text("exemption_code") or EXEMPTIONS[category]


def _rate(category: str, rate: Decimal) -> Decimal | None:
    """Outside the scope of VAT there is no rate, not even zero (BR-O-05)."""
    return None if category == OUTSIDE_SCOPE else rate


def _line(line: DocumentLine, currency: str) -> InvoiceLine:
    price, per = _price(line, currency)
    return InvoiceLine(
        identifier=str(line.position),
        name=clean_text(line.description, limit=LONGEST_NAME),
        description=" · ".join(_texts([*line.details, line.account_name])),
        product_code=clean_text(line.product_code),
        cost_centre=clean_text(line.group_name, limit=LONGEST_NAME),
        quantity=line.quantity,
        unit=ONE,
        price=price,
        per=per,
        net=line.net_amount,
        vat_category=line.tax_category,
        vat_rate=_rate(line.tax_category, line.tax_rate),
        period=_line_period(line),
        attributes=_attributes(line),
    )


def _price(line: DocumentLine, currency: str) -> tuple[Decimal, Decimal]:
    """Return the price and the quantity it is for, so that they give the line's net exactly.

    A note that takes back units by cumulative rounding is a cent away from quantity times price:
    then the net is the price of the whole quantity (BT-149).
    """
    at_price = line_net(quantity=line.quantity, unit_price=line.unit_price, currency=currency)
    if at_price == line.net_amount or not line.quantity:
        return line.unit_price, Decimal(1)
    return line.net_amount, line.quantity


def _line_period(line: DocumentLine) -> Period:
    """An order is supplied on its day; fees and usage on the days that they are for."""
    last = line.service_until
    if line.kind == Charge.Kind.ORDER or last is None:
        last = line.service_from
    return Period(start=line.service_from, end=max(line.service_from, last))


def _attributes(line: DocumentLine) -> tuple[tuple[str, str], ...]:
    """Return what buyers look a certificate up by."""
    facts = (
        ("Order number", line.order_number),
        ("Domain", clean_text(line.domain_name, limit=LONGEST_NAME)),
        ("Term in years", str(line.term_years or "")),
    )
    return tuple((name, value) for name, value in facts if value)


def _texts(values: Iterable[object]) -> list[str]:
    cleaned = (clean_text(value, limit=LONGEST_NAME) for value in values)
    return [text for text in cleaned if text]
