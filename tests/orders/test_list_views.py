"""The Orders list: who sees which orders, and how they are found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Membership
from orders.cancel import cancel_order
from orders.models import OrderStatus
from tests.customers import NOW, Customer, SignIn, words
from tests.database import TENANTS
from tests.factories import AccountFactory, MembershipFactory, OrderFactory

pytestmark = pytest.mark.django_db
LIST = "/orders/"
Role = Membership.Role
NO_TAX = "\N{EN DASH}"
TO_INVOICE = "It will be on the invoice for October 2026, issued on 1 November 2026."


@pytest.fixture
def customer() -> Customer:
    return Customer()


def orders_seen(sign_in: SignIn, person: object, query: str = "") -> list[str]:
    answer = sign_in(person).get(LIST + query)
    assert answer.status_code == 200
    return [str(row.order) for row in answer.context["rows"]]


def test_every_role_sees_the_accounts_orders(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    for role in Role.values:
        assert orders_seen(sign_in, customer.person(role)) == [str(order)]


def test_a_basic_user_sees_orders_but_no_amounts_and_no_actions(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    browser = sign_in(customer.person(Role.BASIC))
    for url in (LIST, f"{LIST}{order}/"):
        html = browser.get(url).content.decode()
        assert "₹" not in html
        assert "invoice.pdf" not in html
        assert "/cancel/" not in html
        assert "/place/" not in html


def test_another_accounts_and_an_absent_order_are_the_same_404(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    browser = sign_in(MembershipFactory.create().user)
    foreign, absent = browser.get(f"{LIST}{order}/"), browser.get(f"{LIST}0000000000/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert words(foreign) == words(absent)
    for part in ("cancel/", "reject/", "invoice.pdf"):
        assert browser.get(f"{LIST}{order}/{part}").status_code == 404
    assert browser.post(f"{LIST}{order}/proceed/").status_code == 404


def test_an_order_does_not_exist_at_another_tenants_host(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    browser = sign_in(customer.person())
    elsewhere = browser.get(f"{LIST}{order}/", headers={"host": TENANTS["beta"]})
    assert elsewhere.url.startswith("/account/login/")


def test_a_partner_sees_its_sub_accounts_orders_by_name(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.filter(pk=customer.account.pk).update(kind=Account.Kind.PARTNER)
    sub = AccountFactory.create(parent=customer.account, display_name="Below Partner")
    order = customer.order(account=sub)
    own = customer.order()
    person = customer.person()
    assert set(orders_seen(sign_in, person)) == {str(order), str(own)}
    assert "Below Partner" in words(sign_in(person).get(LIST))
    assert "Below Partner" in words(sign_in(person).get(f"{LIST}{order}/"))
    assert orders_seen(sign_in, person, f"?account={sub.account_number}") == [str(order)]


def test_a_foreign_account_is_no_choice_of_the_account_filter(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.filter(pk=customer.account.pk).update(kind=Account.Kind.PARTNER)
    customer.order()
    foreign = AccountFactory.create()
    answer = sign_in(customer.person()).get(f"{LIST}?account={foreign.account_number}")
    assert list(answer.context["form"].errors) == ["account"]


def test_a_row_shows_both_statuses_and_the_price(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    text = words(sign_in(customer.person()).get(LIST))
    assert str(order) in text
    assert "emSign OV SSL, 1 year" in text
    assert "6 Oct 2026 17:30" in text
    assert "Accepted Pending for Approver" in text
    assert "₹8,925.00" in text


def test_a_draft_is_listed_and_opened_by_its_request_number(
    sign_in: SignIn, customer: Customer
) -> None:
    draft = customer.order(save_and_hold=True)
    browser = sign_in(customer.person())
    assert f"Request {draft.request_number}" in words(browser.get(LIST))
    assert f"Request {draft.request_number}" in words(browser.get(f"{LIST}{draft}/"))


def test_an_accepted_orders_request_number_leads_to_its_order_number(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    answer = sign_in(customer.person()).get(f"{LIST}{order.request_number}/")
    assert (answer.status_code, answer.url) == (302, f"{LIST}{order.order_number}/")


def test_ten_orders_are_shown_unless_another_size_is_chosen(
    sign_in: SignIn, customer: Customer
) -> None:
    OrderFactory.create_batch(12, account=customer.account, product=customer.product)
    person = customer.person()
    assert len(orders_seen(sign_in, person)) == 10
    assert len(orders_seen(sign_in, person, "?page=2")) == 2
    assert len(orders_seen(sign_in, person, "?size=25")) == 12


def test_search_finds_numbers_domain_and_organization(sign_in: SignIn, customer: Customer) -> None:
    wanted = customer.order(domain_name="one.example.com", organization_name="Kappa Ltd")
    customer.order(domain_name="two.example.com")
    person = customer.person()
    for text in (wanted.order_number, wanted.request_number, "ONE.example", "kappa"):
        assert orders_seen(sign_in, person, f"?q={text}") == [str(wanted)]


@pytest.mark.parametrize("text", ["%25", "_", "'", '"', "\\", "%ED%A0%80", "x" * 255])
def test_hostile_search_text_finds_nothing_and_breaks_nothing(
    sign_in: SignIn, customer: Customer, text: str
) -> None:
    customer.order()
    assert orders_seen(sign_in, customer.person(), f"?q={text}") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=%00", "q"),
        ("domain=%00", "domain"),
        ("organization=%00", "organization"),
        ("product=%00", "product"),
        ("product=nonsense", "product"),
        ("status=99", "status"),
        ("ordered_from=0001-01-01", "ordered_from"),
        ("ordered_until=9999-12-31", "ordered_until"),
        ("ordered_from=2026-10-07&ordered_until=2026-10-06", "ordered_until"),
    ],
)
def test_a_bad_filter_is_an_error_at_its_field(
    sign_in: SignIn, customer: Customer, query: str, field: str
) -> None:
    customer.order()
    answer = sign_in(customer.person()).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "<title>Error: Orders" in answer.content.decode()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 10, 6, 18, 29, 59, tzinfo=UTC), "2026-10-06"),
        (datetime(2026, 10, 6, 18, 30, tzinfo=UTC), "2026-10-07"),
    ],
)
def test_the_date_filter_means_days_in_the_sellers_zone(
    sign_in: SignIn, customer: Customer, at: datetime, day: str
) -> None:
    order = customer.order(now=at)
    query = f"?ordered_from={day}&ordered_until={day}"
    assert orders_seen(sign_in, customer.person(), query) == [str(order)]
    for other in ("2026-10-05", "2026-10-08"):
        query = f"?ordered_from={other}&ordered_until={other}"
        assert orders_seen(sign_in, customer.person(), query) == []


def test_filters_are_shown_as_badges_in_words(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    query = f"?product={customer.product.product_code}&status=2&domain=www&ordered_from=2026-10-06"
    answer = sign_in(customer.person()).get(LIST + query)
    assert [str(row.order) for row in answer.context["rows"]] == [str(order)]
    assert [(b.label, b.value) for b in answer.context["filters"].badges] == [
        ("Ordered from", "6 Oct 2026"),
        ("Domain", "www"),
        ("Product", "emSign OV SSL"),
        ("Order status", "Accepted"),
    ]


def test_the_views_count_and_keep_what_they_name(sign_in: SignIn, customer: Customer) -> None:
    accepted, draft, gone = customer.order(), customer.order(save_and_hold=True), customer.order()
    cancel_order(gone, by="clerk", reason="Mistake", now=NOW)
    OrderFactory.create(
        account=customer.account, product=customer.product, order_status=OrderStatus.FULFILLED
    )
    person = customer.person()
    tabs = sign_in(person).get(LIST).context["tabs"]
    assert [(tab.label, tab.count) for tab in tabs] == [
        ("All", 4),
        ("In progress", 1),
        ("On hold", 1),
        ("Pending approval", 0),
        ("Fulfilled", 1),
        ("Cancelled or rejected", 1),
    ]
    assert orders_seen(sign_in, person, "?view=in_progress") == [str(accepted)]
    assert orders_seen(sign_in, person, "?view=on_hold") == [str(draft)]
    assert orders_seen(sign_in, person, "?view=ended") == [str(gone)]


def test_an_account_without_orders_is_led_to_place_one(sign_in: SignIn, customer: Customer) -> None:
    answer = sign_in(customer.person()).get(LIST)
    assert "No orders yet" in words(answer)
    assert 'href="/orders/place/"' in answer.content.decode()


def test_the_list_asks_as_often_for_many_orders_as_for_one(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    customer.order()
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    for _ in range(4):
        customer.order()
    customer.order(save_and_hold=True)
    with CaptureQueriesContext(connection) as many:
        browser.get(LIST)
    assert len(many) == len(one) <= 15
