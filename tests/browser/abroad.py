"""Accounts in currencies without decimals and with three: yen and Bahraini dinars."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from billing.credits.alert import set_alert
from billing.models import Account, Document, Payment, PriceList, Product
from billing.payments.begin import begin_payment
from billing.payments.from_credits import pay_from_credits
from billing.payments.settle import settle
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from orders.place import place_order
from tests.factories import PriceListFactory, PriceListItemFactory

# {currency: what a year and two cost, what is paid of it, what is added, what is credited}
FIGURES = {
    "JPY": ("15800", "28440", "6000", "120000", "1234"),
    "BHD": ("38.250", "68.850", "12.345", "500.005", "1.005"),
}


def priced(currency: str) -> PriceList:
    """Return a price list in the currency, with a price for each product."""
    prices: PriceList = PriceListFactory.create(name=f"Prices in {currency}", currency=currency)
    year, two_years, *_rest = FIGURES[currency]
    for product in Product.objects.filter(is_active=True):
        for term, amount in ((1, year), (2, two_years)):
            PriceListItemFactory.create(
                price_list=prices, product=product, term_years=term, amount=Decimal(amount)
            )
    return prices


def busy(account: Account, *, by: str, now: datetime) -> Document:
    """Order, pay a part, add credits and spend some, get a part credited; return the invoice."""
    currency = account.currency
    year, _two, part, added, credited = FIGURES[currency]
    product = Product.objects.get(product_code="711")
    for number in range(2):
        place_order(
            account=account,
            product=product,
            term_years=1,
            domain_name=f"www{number}.{currency.lower()}.example",
            organization_name="An Organization",
            ordered_by=None,
            now=now - timedelta(days=70 * number),
        )
    invoice = Document.objects.filter(account=account, kind=Document.Kind.INVOICE).earliest("id")
    _paid(account, Payment.Kind.INVOICES, part, by=by, now=now, invoice=invoice)
    _paid(account, Payment.Kind.TOP_UP, added, by=by, now=now)
    pay_from_credits(account, amount=Decimal(part), currency=currency, by=by, now=now)
    credit_invoice(
        invoice=invoice.invoice,
        choice=Choice(parts=[Part(position=1, amount=Decimal(credited))]),
        reason_code="goodwill",
        reason="Agreed by telephone",
        on=now.date(),
        now=now,
        issued_by=by,
    )
    set_alert(account, threshold=Decimal(year), currency=currency, by=by, now=now)
    return invoice


def _paid(
    account: Account,
    kind: Payment.Kind,
    amount: str,
    *,
    by: str,
    now: datetime,
    invoice: Document | None = None,
) -> None:
    payment = begin_payment(
        account,
        kind=kind,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal(amount),
        currency=account.currency,
        invoices=[invoice] if invoice else (),
        by=by,
        now=now,
    )
    settle(payment, now=now, by=by)
