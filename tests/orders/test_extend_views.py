"""Reissuing and renewing from the View Order page."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

import pytest

from billing.models import Membership
from orders.cancel import cancel_order
from orders.models import CertificateStatus, Order, OrderStatus
from tests.customers import NOW, Customer, SignIn, words
from tests.orders.helpers import charges_of, invoices_of, totals

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def issued(customer: Customer) -> Order:
    """A fulfilled order of 8,925.00 INR with a certificate."""
    order = customer.order()
    Order.objects.update(
        order_status=OrderStatus.FULFILLED, certificate_status=CertificateStatus.DOWNLOADED
    )
    order.refresh_from_db()
    return order


def test_an_issued_order_offers_to_reissue_and_to_renew_it(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    html = sign_in(customer.person()).get(f"/orders/{issued}/").content.decode()
    assert f'href="/orders/{issued}/reissue/"' in html
    assert f'href="/orders/{issued}/renew/?extension=1"' in html
    html = sign_in(customer.person(Role.BASIC)).get(f"/orders/{issued}/").content.decode()
    assert "/reissue/" not in html
    assert "/renew/" not in html


def test_a_reissue_is_confirmed_and_free(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    browser = sign_in(customer.person())
    assert "Nothing is charged." in words(browser.get(f"/orders/{issued}/reissue/"))
    for _ in range(2):
        assert browser.post(f"/orders/{issued}/reissue/").url == f"/orders/{issued}/"
    issued.refresh_from_db()
    assert issued.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    assert issued.events.filter(kind="reissued").count() == 1
    assert len(charges_of(issued)) == 1


def test_a_renewal_shows_what_the_chosen_term_costs(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    browser = sign_in(customer.person())
    assert "Renew for ₹10,531.50" in words(browser.get(f"/orders/{issued}/renew/"))
    text = words(browser.get(f"/orders/{issued}/renew/", {"term_years": "2"}))
    assert "Renewal for 2 years The certificate's end is not known here" in unescape(text)
    assert "Price ₹16,065.00" in text
    assert "Renew for ₹18,956.70" in text
    assert "It is invoiced at once." in text
    assert len(charges_of(issued)) == 1


def test_a_renewal_that_is_sent_twice_is_charged_once(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    browser = sign_in(customer.person())
    page = browser.get(f"/orders/{issued}/renew/", {"term_years": "2"})
    data = {"term_years": "2", "extension": page.context["extension"], "shown_term": "2"}
    for _ in range(2):
        assert browser.post(f"/orders/{issued}/renew/", data).url == f"/orders/{issued}/"
    assert [charge.net_amount for charge in charges_of(issued)] == [
        Decimal("8925.000"),
        Decimal("16065.000"),
    ]
    assert totals(invoices_of(issued)) == [Decimal("10531.500"), Decimal("18956.700")]
    issued.refresh_from_db()
    assert issued.certificate_status == CertificateStatus.PENDING_FOR_APPROVER


def test_a_term_whose_cost_was_not_shown_is_not_charged(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    browser = sign_in(customer.person())
    for shown in ({"shown_term": "1"}, {}):
        data = {"term_years": "2", "extension": "1", **shown}
        answer = browser.post(f"/orders/{issued}/renew/", data)
        assert answer.url == f"/orders/{issued}/renew/?term_years=2&extension=1"
    text = words(browser.get(answer.url))
    assert "Nothing is charged yet: read what this term costs, and confirm." in text
    assert "Renew for ₹18,956.70" in text
    assert len(charges_of(issued)) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"term_years": "3", "extension": "1"},
        {"term_years": "\x00", "extension": "1"},
        {"term_years": "1", "extension": "x"},
        {"term_years": "1"},
        {"term_years": "1", "extension": "5"},
    ],
)
def test_a_renewal_that_the_page_did_not_offer_charges_nothing(
    sign_in: SignIn, customer: Customer, issued: Order, data: dict[str, str]
) -> None:
    sign_in(customer.person()).post(f"/orders/{issued}/renew/", data)
    assert len(charges_of(issued)) == 1


def test_an_order_that_has_ended_is_neither_reissued_nor_renewed(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    cancel_order(issued, by="clerk", reason="Mistake", now=NOW)
    browser = sign_in(customer.person())
    data = {"term_years": "1", "extension": "1"}
    for page in ("reissue", "renew"):
        assert browser.post(f"/orders/{issued}/{page}/", data).url == f"/orders/{issued}/"
    assert len(charges_of(issued)) == 1
    assert not issued.events.filter(kind="reissued").exists()


def test_going_back_to_the_summary_of_a_renewal_does_not_offer_it_again(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    browser = sign_in(customer.person())
    page = f"/orders/{issued}/renew/?term_years=1&extension=1"
    assert "Renew for ₹10,531.50" in words(browser.get(page))
    data = {"term_years": "1", "extension": "1", "shown_term": "1"}
    browser.post(f"/orders/{issued}/renew/", data)
    answer = browser.get(page, follow=True)
    assert answer.redirect_chain == [(f"/orders/{issued}/", 302)]
    assert f"Order {issued} was extended meanwhile: look at its charges first." in words(answer)


def test_an_order_without_a_certificate_is_not_renewed(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    browser = sign_in(customer.person())
    assert "/renew/" not in browser.get(f"/orders/{order}/").content.decode()
    data = {"term_years": "1", "extension": "1", "shown_term": "1"}
    for ask in (browser.get, browser.post):
        answer = ask(f"/orders/{order}/renew/", data, follow=True)
        assert answer.redirect_chain == [(f"/orders/{order}/", 302)]
        assert "has no certificate yet: it can be renewed once one is issued." in words(answer)
    assert len(charges_of(order)) == 1


def test_a_renewal_that_is_sent_twice_is_confirmed_twice(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    Order.objects.update(order_status=OrderStatus.ACCEPTED)
    browser = sign_in(customer.person())
    data = {"term_years": "1", "extension": "1", "shown_term": "1"}
    for _ in range(2):
        answer = browser.post(f"/orders/{issued}/renew/", data, follow=True)
        assert f"Order {issued} is renewed." in words(answer)
        assert "no certificate" not in words(answer)
    assert len(charges_of(issued)) == 2


def test_a_renewal_shows_the_new_end(sign_in: SignIn, customer: Customer, issued: Order) -> None:
    Order.objects.update(certificate_expires_at=datetime(2099, 3, 9, 20, 0, tzinfo=UTC))
    browser = sign_in(customer.person())
    text = words(browser.get(f"/orders/{issued}/renew/", {"term_years": "2"}))
    assert "Valid until 10 March 2101" in text
    assert "Its present end, 10 March 2099, and 2 years." in text


def test_what_has_no_price_today_is_not_offered_for_renewal(
    sign_in: SignIn, customer: Customer, issued: Order
) -> None:
    customer.product.prices.all().delete()
    browser = sign_in(customer.person())
    assert "/renew/" not in browser.get(f"/orders/{issued}/").content.decode()
    answer = browser.get(f"/orders/{issued}/renew/", follow=True)
    assert "No price list names a price for this today." in words(answer)


@pytest.mark.parametrize("role", [Role.BASIC, Role.FINANCE_MANAGER])
def test_who_may_not_order_may_not_extend_orders(
    sign_in: SignIn, customer: Customer, issued: Order, role: str
) -> None:
    browser = sign_in(customer.person(role))
    for page in ("reissue", "renew", "names"):
        assert browser.get(f"/orders/{issued}/{page}/").status_code == 404
        assert browser.post(f"/orders/{issued}/{page}/").status_code == 404
