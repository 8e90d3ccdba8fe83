"""Adding names to a certificate from the View Order page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.cancel import cancel_order
from orders.models import AddedName, Order
from tests.customers import NOW, Customer, SignIn, named, words
from tests.orders.helpers import charges_of, invoices_of, totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    """Their product takes names at 1,200.00 INR each."""
    customer = Customer()
    named(customer.product)
    return customer


@pytest.fixture
def order(customer: Customer) -> Order:
    return customer.order()


def enter(browser: Any, order: Order, names: str) -> Any:
    """Enter names, and follow to what they cost."""
    return browser.post(f"/orders/{order}/names/", {"names": names}, follow=True)


def confirm(browser: Any, order: Order, page: Any) -> Any:
    return browser.post(f"/orders/{order}/names/", {"draft": page.context["token"]})


def test_the_order_offers_to_add_names_where_that_has_a_price(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    link = f'href="/orders/{order}/names/"'
    assert link in browser.get(f"/orders/{order}/").content.decode()
    text = words(browser.get(f"/orders/{order}/names/"))
    assert "Each name costs ₹1,200.00 before tax for the order's term, 1 year." in text
    customer.product.added_name_product = None
    customer.product.save()
    assert link not in browser.get(f"/orders/{order}/").content.decode()
    answer = browser.get(f"/orders/{order}/names/", follow=True)
    assert "no product says what an added name of emSign OV SSL costs" in words(answer)


def test_the_summary_names_price_taxes_and_total_and_charges_nothing(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    page = enter(sign_in(customer.person()), order, "a.example.com\r\nB.example.com, a.example.com")
    text = words(page)
    assert "2 names to add" in text
    assert page.context["names"] == ["a.example.com", "b.example.com"]
    times = "\N{MULTIPLICATION SIGN}"
    assert f"Price 2 {times} ₹1,200.00 ₹2,400.00 CGST 9% ₹216.00 SGST 9% ₹216.00" in text
    assert "Add for ₹2,832.00" in text
    assert "It is invoiced at once." in text
    assert len(charges_of(order)) == 1


def test_names_that_are_confirmed_twice_are_charged_once(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    page = enter(browser, order, "a.example.com\nb.example.com")
    for _ in range(2):
        assert confirm(browser, order, page).url == f"/orders/{order}/"
    assert charges_of(order)[1].net_amount == Decimal("2400.000")
    assert totals(invoices_of(order)) == [Decimal("10531.500"), Decimal("2832.000")]
    answer = browser.get(f"/orders/{order}/")
    text = words(answer)
    assert "<dt>Added names</dt><dd>a.<wbr>example.<wbr>com<br>b." in answer.content.decode()
    assert "2 added names: a.example.com, b.example.com" in text
    assert f"The names are added to order {order}." in text


def test_going_back_to_the_summary_of_added_names_leads_to_the_order(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    page = enter(browser, order, "a.example.com")
    confirm(browser, order, page)
    answer = browser.get(page.redirect_chain[0][0], follow=True)
    assert answer.redirect_chain == [(f"/orders/{order}/", 302)]
    assert f"Order {order} was extended meanwhile: look at its charges first." in words(answer)


def test_two_people_who_add_names_at_once_are_told(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    one, other = sign_in(customer.person()), sign_in(customer.person())
    first = enter(one, order, "a.example.com")
    second = enter(other, order, "b.example.com")
    confirm(one, order, first)
    confirm(other, order, second)
    assert [str(name) for name in AddedName.objects.all()] == ["a.example.com"]
    assert "was extended meanwhile" in words(other.get(f"/orders/{order}/"))


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("", "Enter the names to add."),
        (" , ;\n", "Enter the names to add."),
        ("a_b.example.com", "The domain a_b.example.com is not plausible"),
        ("\x00", "holds an invisible character: write it anew."),
        ("a\u202eb.example.com", ""),
        ("www.example.com", "www.example.com is on the certificate already"),
        ("x.example.com " * 4000, "characters"),
        ("\n".join(f"h{n}.example.com" for n in range(101)), "At most 100 names"),
    ],
)
def test_names_that_cannot_be_added_are_an_error_at_their_field(
    sign_in: SignIn, customer: Customer, order: Order, names: str, sentence: str
) -> None:
    browser = sign_in(customer.person())
    page = enter(browser, order, names)
    assert list(page.context["form"].errors) == ["names"]
    assert sentence in words(page)
    assert "<title>Error: Add names" in page.content.decode()
    confirm(browser, order, page)
    assert len(charges_of(order)) == 1


def test_names_of_another_order_or_another_session_are_not_there(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    page = enter(browser, order, "a.example.com")
    other = customer.order()
    stranger = sign_in(customer.person())
    for who, where in ((browser, other), (stranger, order)):
        assert confirm(who, where, page).url == f"/orders/{where}/names/"
        token = page.context["token"]
        answer = who.get(f"/orders/{where}/names/", {"draft": token}, follow=True)
        assert "These names are not there any more: enter them again." in words(answer)
    assert not AddedName.objects.exists()


def test_an_order_that_has_ended_takes_no_names(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    page = enter(browser, order, "a.example.com")
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    assert confirm(browser, order, page).url == f"/orders/{order}/"
    assert "/names/" not in browser.get(f"/orders/{order}/").content.decode()
    assert len(charges_of(order)) == 1


def test_the_order_page_asks_as_often_for_many_names_as_for_one(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    confirm(browser, order, enter(browser, order, "a.example.com"))
    browser.get(f"/orders/{order}/")
    with CaptureQueriesContext(connection) as few:
        browser.get(f"/orders/{order}/")
    AddedName.objects.bulk_create(
        AddedName(order=order, name=f"h{n}.example.com", extension=1) for n in range(50)
    )
    with CaptureQueriesContext(connection) as many:
        browser.get(f"/orders/{order}/")
    assert len(many) == len(few)


def test_the_summary_asks_as_often_for_many_names_as_for_one(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    counts = []
    for names in ("a.example.com", " ".join(f"h{n}.example.com" for n in range(50))):
        url = enter(browser, order, names).redirect_chain[0][0]
        with CaptureQueriesContext(connection) as queries:
            browser.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_order_is_found_by_a_name_that_was_added(
    sign_in: SignIn, customer: Customer, order: Order
) -> None:
    browser = sign_in(customer.person())
    confirm(browser, order, enter(browser, order, "a.added.example\nb.added.example"))
    customer.order(domain_name="other.example.org")
    for query in ("?q=added.example", "?domain=B.ADDED", "?domain=www.example.com"):
        rows = browser.get(f"/orders/{query}").context["rows"]
        assert [row.order for row in rows] == [order]
    assert str(order) in words(browser.get("/orders/search/?q=b.added"))
