"""One paper of each kind in a language: drawn from samples, or issued in the tenant's database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation

from billing.models import Account, Document, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits
from billing.payments.settle import settle
from billing.price_sheet import price_list_pdf
from billing.printing.render import render_document
from billing.statement.ageing import ageing_of
from billing.statement.read import read_statement
from billing.statement.sheet import statement_pdf
from billing.statement.span import Span
from billing.tax.notices import NOTICES
from tests.billing.sample_documents import (
    PLAN,
    Sold,
    registered,
    sample_credit_note,
    sample_invoice,
)
from tests.billing.sample_parties import FRENCH, GERMAN, GERMANY, IN_STATE
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    ProductFactory,
)
from tests.invoices.helpers import issue_order_invoice

LANGUAGES = ["de", "fr", "hi"]
NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
DAY = date(2026, 10, 31)
# Descriptions are frozen when a charge is raised; here they are the buyer's own words.
MANY = [
    *(
        Sold(
            description="OV SSL Wildcard",
            price=f"{26175 + place}.00",
            order_number=f"94331{place:05}",
            domain_name=f"*.department-{place}.vaidyanatha.example",
            term_years=place % 3 + 1,
        )
        for place in range(60)
    ),
    replace(PLAN, more={"details": []}),
]


def invoice_gst(language: str, **changes: Any) -> bytes:
    """Return a tax invoice of the Indian seller."""
    return sample_invoice(language=language, **{"sold": [Sold(), PLAN], **changes}).pdf()


def invoice_gst_in_state(language: str) -> bytes:
    """Return a tax invoice with two taxes side by side."""
    return invoice_gst(language, buyer=IN_STATE, sold=MANY[:4])


def invoice_gst_long(language: str) -> bytes:
    """Return a tax invoice of several pages."""
    return invoice_gst(language, sold=MANY)


def invoice_vat(language: str) -> bytes:
    """Return an invoice of the German seller with German VAT."""
    return invoice_gst(language, seller=GERMANY, buyer=GERMAN)


def invoice_reverse_charge(language: str, **changes: Any) -> bytes:
    """Return an invoice of the German seller to a French business."""
    notices = [translated(NOTICES["reverse-charge"], language)]
    given = {"seller": GERMANY, "buyer": FRENCH, "notices": notices, **changes}
    return invoice_gst(language, **given)


def invoice_vat_long(language: str) -> bytes:
    """Return an invoice of several pages."""
    return invoice_reverse_charge(language, sold=MANY)


def invoice_registered(language: str) -> bytes:
    """Return a tax invoice that the government's portal has registered."""
    return registered(sample_invoice(language=language)).pdf()


def invoice_sandbox(language: str) -> bytes:
    """Return a tax invoice that the sandbox has registered."""
    return registered(sample_invoice(language=language), "sandbox").pdf()


def credit_note_gst(language: str) -> bytes:
    """Return a credit note of the Indian seller."""
    return sample_credit_note(sample_invoice(language=language), language=language).pdf()


def credit_note_vat(language: str) -> bytes:
    """Return a credit note of the German seller, half of it kept as credit."""
    invoice = sample_invoice(seller=GERMANY, buyer=GERMAN, language=language)
    return sample_credit_note(invoice, language=language, applied="500.00").pdf()


SAMPLES: dict[str, Callable[[str], bytes]] = {
    made.__name__: made
    for made in (
        invoice_gst,
        invoice_gst_in_state,
        invoice_gst_long,
        invoice_registered,
        invoice_sandbox,
        invoice_vat,
        invoice_reverse_charge,
        invoice_vat_long,
        credit_note_gst,
        credit_note_vat,
    )
}


def translated(text: str, language: str) -> str:
    """Return a text in a language."""
    with translation.override(language):
        return translation.gettext(text)


def customer(language: str, **changes: Any) -> Account:
    """Make an account whose papers are in a language."""
    account: Account = AccountFactory.create(
        document_language=language, display_name="Kaveri", **changes
    )
    return account


def paid(account: Account, amount: str, **changes: Any) -> Document:
    """Settle a payment by transfer and return its receipt."""
    values: dict[str, Any] = {
        "kind": Payment.Kind.INVOICES,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": Decimal(amount),
        "currency": account.currency,
        "by": "ana@example.com",
        "now": NOW,
        **changes,
    }
    payment = settle(begin_payment(account, **values), now=NOW, by="clerk@example.com")
    document: Document = payment.receipt.document
    return document


def receipt(account: Account) -> bytes:
    """Return a receipt for an invoice."""
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account))
    return render_document(paid(account, "531.50", invoices=[invoice.document]))


def receipt_voucher(account: Account) -> bytes:
    """Return the voucher of an advance."""
    return render_document(paid(account, "118000.00", kind=Payment.Kind.TOP_UP))


def refund_voucher(account: Account) -> bytes:
    """Return the voucher of money that goes back."""
    paid(account, "5000.00", kind=Payment.Kind.TOP_UP)
    going = {"kind": Payment.Kind.WITHDRAWAL, "destination": {"account": "DE02120300000000202051"}}
    return render_document(paid(account, "2000.00", **going))


def statement(account: Account) -> bytes:
    """Return a statement with entries of every sort."""
    receipt(account)
    receipt_voucher(account)
    adjust_credits(
        account, amount=Decimal(100), currency=account.currency, reason="Kulanz", by="x", now=NOW
    )
    read = read_statement(account, Span(date(2026, 10, 1), DAY))
    return statement_pdf(read, ageing_of(account, on=DAY), seller=current_seller(), today=DAY)


def price_list(account: Account) -> bytes:
    """Return a price list with a discount and a further tier."""
    own = PriceListFactory.create(
        account=account, discount_percent=Decimal(20), valid_until=date(2090, 1, 1)
    )
    for code, name in (("711", "emSign OV"), ("714", "emSign EV Multi-Domain")):
        product = ProductFactory.create(product_code=code, name=name, category_name="SSL")
        PriceTierFactory.create(item=PriceListItemFactory.create(price_list=own, product=product))
    return price_list_pdf(account, DAY, seller=current_seller())


ISSUED: dict[str, Callable[[Account], bytes]] = {
    made.__name__: made
    for made in (receipt, receipt_voucher, refund_voucher, statement, price_list)
}
