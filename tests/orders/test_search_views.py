"""The customer's search: orders, invoices and credit notes, and nobody else's."""

from __future__ import annotations

import pytest

from billing.models import Document, Membership, Payment
from orders.cancel import cancel_order
from tests.billing.payments.test_settle import settled
from tests.customers import NOW, Customer, SignIn, invoice_of, words

pytestmark = pytest.mark.django_db
URL = "/orders/search/"
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    return Customer()


def test_the_top_bar_of_a_customer_searches_everything(sign_in: SignIn, customer: Customer) -> None:
    html = sign_in(customer.person()).get("/orders/").content.decode()
    assert 'role="search" action="/orders/search/"' in html


def test_a_whole_number_leads_straight_to_its_page(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    invoice = invoice_of(order)
    note = Document.objects.get(kind=Document.Kind.CREDIT_NOTE)
    browser = sign_in(customer.person())
    for text, page in [
        (f" {order.order_number} ", f"/orders/{order}/"),
        (order.request_number, f"/orders/{order.request_number}/"),
        (str(invoice).lower(), f"/invoices/{invoice}/"),
        (str(note), f"/credit-notes/{note}/"),
    ]:
        assert browser.get(URL, {"q": text}).url == page


def test_a_receipt_is_found_on_the_page_of_its_payment(sign_in: SignIn, customer: Customer) -> None:
    payment = settled(customer.account, "5.00", kind=Payment.Kind.TOP_UP)
    browser = sign_in(customer.person())
    page, number = f"/payments/{payment}/", str(payment.receipt)
    assert browser.get(URL, {"q": number}).url == page
    assert f'href="{page}">{number}<' in browser.get(URL, {"q": number[:-1]}).content.decode()
    assert browser.get(page).status_code == 200


@pytest.mark.parametrize("text", ["example", "kappa"])
def test_a_domain_or_an_organisation_finds_its_orders_and_their_documents(
    sign_in: SignIn, customer: Customer, text: str
) -> None:
    order = customer.order(organization_name="Kappa Ltd")
    other = customer.order(domain_name="www.other.test", organization_name="Lambda Ltd")
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    note = Document.objects.get(kind=Document.Kind.CREDIT_NOTE)
    html = sign_in(customer.person()).get(URL, {"q": text}).content.decode()
    for page in (
        f"/orders/{order}/",
        f"/invoices/{invoice_of(order)}/",
        f"/credit-notes/{note}/",
    ):
        assert f'href="{page}"' in html
    assert str(other) not in html
    assert str(invoice_of(other)) not in html


def test_what_a_reader_may_not_see_is_not_found(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    foreign = Customer(product=customer.product)
    answer = sign_in(foreign.person()).get(URL, {"q": "www.example"})
    assert "Nothing found" in words(answer)
    viewer = sign_in(customer.person(Role.BASIC))
    assert str(order) in words(viewer.get(URL, {"q": "www.example"}))
    assert str(invoice_of(order)) not in words(viewer.get(URL, {"q": "www.example"}))
    for browser, number in ((viewer, invoice_of(order)), (sign_in(foreign.person()), order)):
        assert browser.get(URL, {"q": str(number)}).status_code == 200


@pytest.mark.parametrize("text", ["", "  ", "\x00"])
def test_searching_for_nothing_leads_to_the_orders(
    sign_in: SignIn, customer: Customer, text: str
) -> None:
    assert sign_in(customer.person()).get(URL, {"q": text}).url == "/orders/"
