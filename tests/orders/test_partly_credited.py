"""Orders whose invoice was credited in part: their page, and ending them afterwards."""

from __future__ import annotations

import pytest
from django.test import Client

from billing.models import DocumentBalance
from credit_notes.models import CreditNote
from orders.cancel import cancel_order
from orders.models import Order
from tests.credit_notes.helpers import amount, credit
from tests.customers import NOW, Customer, SignIn, invoice_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def order(customer: Customer) -> Order:
    """Invoiced over 8,925.00, of which 1,000.33 and 2,000.00 were credited."""
    order = customer.order()
    for net in ("1000.33", "2000.00"):
        credit(invoice_of(order).invoice, amount(1, net))
    return order


@pytest.fixture
def browser(sign_in: SignIn, customer: Customer) -> Client:
    client: Client = sign_in(customer.person())
    return client


def test_an_orders_page_lists_every_note_and_offers_each_for_download(
    browser: Client, order: Order
) -> None:
    answer = browser.get(f"/orders/{order}/")
    html, text = answer.content.decode(), words(answer)
    assert "Remains ₹5,924.67 ₹1,066.44 ₹6,991.11" in text
    for number in ("CN/26-27/000001", "CN/26-27/000002"):
        assert f'href="/credit-notes/{number}/"' in html
        assert f'href="/orders/{order}/credit-notes/{number}.pdf"' in html


def test_the_page_to_cancel_says_what_earlier_notes_left(browser: Client, order: Order) -> None:
    text = words(browser.get(f"/orders/{order}/cancel/"))
    assert "A credit note of ₹6,991.11 (net ₹5,924.67 + tax ₹1,066.44) is issued" in text
    assert "from ₹6,991.11 to ₹0.00" in text


def test_cancelling_credits_exactly_what_is_left(browser: Client, order: Order) -> None:
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    invoice = invoice_of(order)
    notes = CreditNote.objects.filter(invoice=invoice.invoice)
    assert sum(note.document.total for note in notes) == invoice.total
    assert sum(note.document.tax_total for note in notes) == invoice.tax_total
    assert DocumentBalance.objects.get(document=invoice).open_amount == 0
    text = words(browser.get(f"/orders/{order}/"))
    assert "Nothing is owed for this order." in text
    assert "Remains ₹0.00 ₹0.00 ₹0.00" in text


def test_an_order_that_is_credited_in_full_ends_without_a_note(
    browser: Client, order: Order
) -> None:
    credit(invoice_of(order).invoice)
    text = words(browser.get(f"/orders/{order}/cancel/"))
    assert "There is nothing to credit." in text
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    assert CreditNote.objects.count() == 3


def test_a_note_over_other_orders_too_says_what_is_for_this_one(
    browser: Client, customer: Customer
) -> None:
    customer.turn_monthly()
    one, other = customer.order(), customer.order()
    invoice = customer.bill_october()
    credit(invoice, amount(1, "100.00"), amount(2, "50.00"))
    text = words(browser.get(f"/orders/{other}/"))
    assert "Remains ₹8,875.00 ₹1,597.50 ₹10,472.50" in text
    cancel_order(one, by="clerk", reason="Mistake", now=NOW)
    text = words(browser.get(f"/orders/{one}/"))
    assert "CN/26-27/000001 gives back ₹100.00 before tax for it, among other things." in text
    assert "CN/26-27/000002 gives back ₹10,413.50" in text
