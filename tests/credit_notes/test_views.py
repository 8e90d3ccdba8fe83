"""The Credit notes list and the credit note page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Document, Membership, Seller
from orders.cancel import cancel_order
from orders.models import Order
from orders.reject import reject_order
from tests.customers import NOW, Customer, SignIn, invoice_of, words
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/credit-notes/"
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    return Customer()


def cancelled(customer: Customer, **changes: object) -> tuple[Order, Document]:
    """Place an order, cancel it, and return it with its credit note."""
    order = customer.order(**changes)
    cancel_order(order, by="clerk", reason="Wrong domain", now=NOW)
    return order, Document.objects.filter(kind=Document.Kind.CREDIT_NOTE).latest("id")


def numbers_seen(sign_in: SignIn, person: object, query: str = "") -> list[str]:
    answer = sign_in(person).get(LIST + query)
    assert answer.status_code == 200
    return [note.document.number for note in answer.context["page"]]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FINANCE_MANAGER])
def test_administrators_and_finance_managers_see_every_credit_note(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    _order, note = cancelled(customer)
    assert numbers_seen(sign_in, customer.person(role)) == [note.number]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STANDARD])
def test_managers_and_standard_users_see_the_credit_notes_of_their_own_orders(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    person = customer.person(role)
    _order, own = cancelled(customer, ordered_by=person)
    _order, foreign = cancelled(customer)
    assert numbers_seen(sign_in, person) == [own.number]
    assert sign_in(person).get(f"{LIST}{foreign}/").status_code == 404


def test_a_basic_user_finds_no_credit_notes_at_all(sign_in: SignIn, customer: Customer) -> None:
    _order, note = cancelled(customer)
    browser = sign_in(customer.person(Role.BASIC))
    for url in (LIST, f"{LIST}{note}/", f"{LIST}{note}.pdf"):
        assert browser.get(url).status_code == 404


def test_another_accounts_credit_note_is_not_found(sign_in: SignIn, customer: Customer) -> None:
    _order, note = cancelled(customer)
    browser = sign_in(MembershipFactory.create().user)
    assert browser.get(f"{LIST}{note}/").status_code == 404
    assert note.number not in numbers_seen(sign_in, MembershipFactory.create().user)


def test_the_page_says_what_is_given_back_and_of_which_invoice(
    sign_in: SignIn, customer: Customer
) -> None:
    order, note = cancelled(customer)
    answer = sign_in(customer.person()).get(f"{LIST}{note}/")
    text = words(answer)
    assert f"For invoice {invoice_of(order)}, issued on 6 October 2026" in text
    assert "Credited ₹10,531.50 ₹8,925.00 and ₹1,606.50 tax" in text
    assert "Taken off the invoice ₹10,531.50" in text
    assert "Kept as credit ₹0.00" in text
    assert "Order cancelled. “Wrong domain”" in text
    assert f'href="/invoices/{invoice_of(order)}/"' in answer.content.decode()


def test_search_finds_the_note_the_invoice_the_order_and_the_domain(
    sign_in: SignIn, customer: Customer
) -> None:
    order, note = cancelled(customer, domain_name="one.example.com")
    cancelled(customer, domain_name="two.example.com")
    person = customer.person()
    for text in (note.number, invoice_of(order).number, order.order_number, "one.example"):
        assert numbers_seen(sign_in, person, f"?q={text}") == [note.number]


def test_filters_by_reason_and_date(sign_in: SignIn, customer: Customer) -> None:
    rejected = customer.order()
    _order, first = cancelled(customer)
    reject_order(rejected, by="clerk", reason="No proof", now=NOW)
    person = customer.person()
    assert numbers_seen(sign_in, person, "?reason=cancelled") == [first.number]
    assert len(numbers_seen(sign_in, person, "?issued_from=2026-10-06")) == 2
    assert numbers_seen(sign_in, person, "?issued_from=2026-10-07") == []


@pytest.mark.parametrize("query", ["q=%00", "reason=x", "issued_from=x", "issued_until=x"])
def test_a_bad_filter_is_an_error_at_its_field(
    sign_in: SignIn, customer: Customer, query: str
) -> None:
    cancelled(customer)
    answer = sign_in(customer.person()).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [query.partition("=")[0]]


def test_an_account_without_credit_notes_is_told_when_one_appears(
    sign_in: SignIn, customer: Customer
) -> None:
    assert "No credit notes" in words(sign_in(customer.person()).get(LIST))


def test_the_list_asks_as_often_for_many_notes_as_for_one(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    cancelled(customer)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    for _ in range(3):
        cancelled(customer)
    with CaptureQueriesContext(connection) as many:
        browser.get(LIST)
    assert len(many) == len(one) <= 12


def test_a_round_off_is_named_below_the_totals_of_note_and_invoice(
    sign_in: SignIn, customer: Customer
) -> None:
    Seller.objects.update(round_to_unit=True)
    order, note = cancelled(customer)
    browser = sign_in(customer.person())
    sentence = "₹8,925.00, ₹1,606.50 tax and ₹0.50 round-off"
    assert f"Credited ₹10,532.00 {sentence}" in words(browser.get(f"{LIST}{note}/"))
    page = words(browser.get(f"/invoices/{invoice_of(order)}/"))
    assert f"Invoice total ₹10,532.00 {sentence}" in page


def test_the_list_leads_to_the_invoice_of_each_note(sign_in: SignIn, customer: Customer) -> None:
    order, _note = cancelled(customer)
    html = sign_in(customer.person()).get(LIST).content.decode()
    assert f'href="/invoices/{invoice_of(order)}/"' in html
