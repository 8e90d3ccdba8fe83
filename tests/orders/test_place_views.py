"""Placing an order from the page: prices, form, summary, and exactly one order."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from billing.models import Account, Membership
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from orders.drafts import KEY, MOST_DRAFTS
from orders.models import Order, OrderStatus
from tests.customers import Customer, SignIn, invoice_of, words
from tests.database import TENANTS
from tests.factories import AccountFactory, GroupFactory, ProductFactory

URL = "/orders/place/"
ENTERED = {
    "product": "711",
    "term_years": "1",
    "domain_name": "www.example.com",
    "organization_name": "Kappa Ltd",
    "po_number": "PO 7",
    "tags": "cost centre 4, web",
    "remarks": "Soon, please",
}


@pytest.fixture
def customer(db: None) -> Customer:
    return Customer()


def review(browser: Client, **changes: str) -> Any:
    """Fill in a form, and follow to what comes of it."""
    token = browser.get(f"{URL}?product=711").context.get("token", "")
    data = {**ENTERED, "act": "review", "token": token, **changes}
    return browser.post(URL, data, follow=True)


def confirm(browser: Client, token: str) -> Any:
    """Press "Place order" on the summary."""
    return browser.post(URL, {"act": "place", "token": token})


def test_every_price_is_a_link_to_its_order_form(sign_in: SignIn, customer: Customer) -> None:
    number = customer.account.account_number
    html = sign_in(customer.person()).get(URL).content.decode()
    assert f'href="?account={number}&amp;product=711&amp;term_years=2"' in html
    assert "Order emSign OV SSL for 2 years: ₹16,065.00" in html


def test_a_link_brings_product_and_term_and_what_an_order_had(
    sign_in: SignIn, customer: Customer
) -> None:
    query = "?product=711&term_years=2&domain_name=www.example.com"
    answer = sign_in(customer.person()).get(URL + query)
    html = answer.content.decode()
    assert answer.context["form"]["term_years"].value() == "2"
    assert 'value="www.example.com"' in html
    assert "Total ₹18,956.70" in words(answer)


@pytest.mark.parametrize("query", ["?product=nonsense", "?product=%00", "?product=999"])
def test_a_product_that_cannot_be_ordered_leads_back_to_the_prices(
    sign_in: SignIn, customer: Customer, query: str
) -> None:
    ProductFactory.create(product_code="999", name="Without a price")
    answer = sign_in(customer.person()).get(URL + query)
    assert answer.status_code == 200
    assert "This product cannot be ordered" in words(answer)


def test_the_summary_names_price_taxes_total_and_when_it_is_invoiced(
    sign_in: SignIn, customer: Customer
) -> None:
    text = words(review(sign_in(customer.person())))
    assert "Price ₹8,925.00 CGST 9% ₹803.25 SGST 9% ₹803.25 Total ₹10,531.50" in text
    assert "Seller and place of supply are in the same State" in text
    assert "Place order for ₹10,531.50" in text
    assert "It is invoiced at once." in text
    assert not Order.objects.exists()


def test_confirming_places_the_order_with_everything_entered(
    sign_in: SignIn, customer: Customer
) -> None:
    group = GroupFactory.create(account=customer.account)
    person = customer.person(Membership.Role.STANDARD)
    browser = sign_in(person)
    token = review(browser, group=group.group_number).context["token"]
    answer = confirm(browser, token)
    order = Order.objects.get()
    assert answer.url == f"/orders/{order}/"
    assert (order.order_status, order.term_years) == (OrderStatus.ACCEPTED, 1)
    assert (order.domain_name, order.organization_name) == ("www.example.com", "Kappa Ltd")
    assert (order.group, order.po_number, order.remarks) == (group, "PO 7", "Soon, please")
    assert order.tags == ["cost centre 4", "web"]
    assert order.ordered_by == person
    assert invoice_of(order).total > 0


def test_sending_the_form_again_makes_no_second_order(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    token = review(browser).context["token"]
    first, second = confirm(browser, token), confirm(browser, token)
    assert Order.objects.count() == 1
    assert first.url == second.url == f"/orders/{Order.objects.get()}/"


def test_the_summary_is_a_page_that_can_be_loaded_again(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    answer = browser.post(URL, {**ENTERED, "act": "review"})
    assert answer.status_code == 302
    for _ in range(2):
        page = browser.get(answer.url)
        assert "Place order for ₹10,531.50" in words(page)
    assert 'name="domain_name"' not in page.content.decode()


def test_going_back_to_the_summary_of_a_placed_order_leads_to_the_order(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    token = review(browser).context["token"]
    confirm(browser, token)
    order = Order.objects.get()
    for query in ("", "&edit=1"):
        answer = browser.get(f"{URL}?draft={token}{query}", follow=True)
        assert answer.redirect_chain == [(f"/orders/{order}/", 302)]
        assert f"This summary has become order {order}: start anew" in words(answer)


def test_going_back_to_the_form_of_a_placed_order_makes_no_second_one(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    token = review(browser).context["token"]
    confirm(browser, token)
    for act in ("review", "hold"):
        data = {**ENTERED, "domain_name": "b.example.com", "act": act, "token": token}
        assert browser.post(URL, data).url == f"/orders/{Order.objects.get()}/"
    confirm(browser, token)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("token", ["", "made-up", "\x00"])
def test_a_summary_that_is_not_the_readers_says_so_and_orders_nothing(
    sign_in: SignIn, customer: Customer, token: str
) -> None:
    stranger = sign_in(customer.person())
    theirs = review(stranger).context["token"]
    browser = sign_in(customer.person())
    for unknown in (token, theirs):
        answer = browser.post(URL, {"act": "place", "token": unknown}, follow=True)
        assert answer.redirect_chain == [(URL, 302)]
        assert "This order summary is not there any more: choose the product" in words(answer)
        answer = browser.get(URL, {"draft": unknown or "-"}, follow=True)
        assert answer.redirect_chain == [(URL, 302)]
    assert not Order.objects.exists()


def test_a_draft_for_an_account_that_one_left_is_gone(sign_in: SignIn, customer: Customer) -> None:
    person = customer.person()
    browser = sign_in(person)
    token = review(browser).context["token"]
    person.memberships.update(account=AccountFactory.create())
    for answer in (browser.get(URL, {"draft": token}), confirm(browser, token)):
        assert answer.url == URL
    assert not Order.objects.exists()


def test_a_form_of_an_older_session_begins_a_new_draft(sign_in: SignIn, customer: Customer) -> None:
    page = review(sign_in(customer.person()), token="made-up")
    assert page.context["token"] != "made-up"
    assert "Place order for ₹10,531.50" in words(page)


def test_a_product_that_is_withdrawn_meanwhile_leads_back_to_the_prices(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    token = review(browser).context["token"]
    type(customer.product).objects.update(is_active=False)
    answer = browser.post(URL, {"act": "place", "token": token}, follow=True)
    assert "This product cannot be ordered" in words(answer)
    assert not Order.objects.exists()


def test_only_the_latest_forms_are_remembered(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    for _ in range(MOST_DRAFTS + 5):
        browser.get(f"{URL}?product=711")
    assert len(browser.session[KEY]) == MOST_DRAFTS


def test_what_was_entered_is_kept_only_as_long_as_a_form_can_use_it(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    page = review(browser, remarks="x" * 100_000, other="y" * 100_000)
    assert list(page.context["form"].errors) == ["remarks"]
    assert len(str(browser.session[KEY])) < 5_000


def test_two_clicks_at_once_make_one_order(own_database: str) -> None:
    customer = Customer()
    browser = Client(HTTP_HOST=TENANTS["alpha"])
    browser.force_login(customer.person(), backend=settings.AUTHENTICATION_BACKENDS[0])
    token = review(browser).context["token"]
    start, answers = threading.Barrier(2), []

    def click() -> None:
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        twin = Client(HTTP_HOST=TENANTS["alpha"])
        twin.cookies = browser.cookies
        start.wait(timeout=10)
        answers.append(confirm(twin, token).url)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Order.objects.count() == 1
    assert answers == [f"/orders/{Order.objects.get()}/"] * 2


def test_save_and_hold_makes_a_draft_without_a_charge(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    token = browser.get(f"{URL}?product=711").context["token"]
    for _ in range(2):
        answer = browser.post(URL, {**ENTERED, "act": "hold", "token": token})
        assert answer.url == f"/orders/{Order.objects.get()}/"
    draft = Order.objects.get()
    assert (draft.order_status, draft.order_number) == (OrderStatus.ON_HOLD, None)
    assert not draft.order_charges.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("domain_name", ""),
        ("domain_name", "portal_example.com"),
        ("domain_name", "\x00"),
        ("domain_name", "x" * 256),
        ("term_years", "3"),
        ("term_years", "nonsense"),
        ("po_number", "x" * 61),
        ("organization_name", "a\u202eb"),
        ("tags", ",".join(f"tag {n}" for n in range(21))),
        ("remarks", "a\u202eb"),
    ],
)
def test_what_cannot_be_ordered_is_an_error_at_its_field_and_keeps_the_rest(
    sign_in: SignIn, customer: Customer, field: str, value: str
) -> None:
    browser = sign_in(customer.person())
    for act in ("review", "hold", "place"):
        answer = review(browser, **{field: value}, act=act)
        assert answer.redirect_chain == [(f"{URL}?draft={answer.context['token']}", 302)]
        assert list(answer.context["form"].errors) == [field]
        html = answer.content.decode()
        assert "<title>Error: Place an order" in html
        assert 'value="Kappa Ltd"' in html or field == "organization_name"
    assert not Order.objects.exists()


def test_lines_of_remarks_become_one(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    confirm(browser, review(browser, remarks=" two\r\nlines ").context["token"])
    assert Order.objects.get().remarks == "two lines"


def test_the_summary_can_be_left_to_change_something(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    token = review(browser).context["token"]
    answer = browser.get(URL, {"draft": token, "edit": "1"})
    assert answer.context["token"] == token
    assert 'value="www.example.com"' in answer.content.decode()
    assert not answer.context["form"].errors


def test_a_partner_orders_for_a_sub_account_at_its_prices(
    sign_in: SignIn, customer: Customer
) -> None:
    sub = AccountFactory.create(parent=customer.account, cross_state=True)
    browser = sign_in(customer.person())
    assert f'value="{sub.account_number}"' in browser.get(URL).content.decode()
    page = review(browser, account=sub.account_number)
    assert "IGST 18% ₹1,606.50" in words(page)
    confirm(browser, page.context["token"])
    assert Order.objects.get().account == sub


def test_nobody_orders_for_a_foreign_account(sign_in: SignIn, customer: Customer) -> None:
    foreign = AccountFactory.create()
    browser = sign_in(customer.person())
    for number in (foreign.account_number, "nonsense", "\x00"):
        assert browser.get(URL, {"account": number}).status_code == 404
        assert review(browser, account=number).status_code == 404
    assert not Order.objects.exists()


def test_a_group_of_another_account_is_no_choice(sign_in: SignIn, customer: Customer) -> None:
    GroupFactory.create(account=customer.account)
    foreign = GroupFactory.create()
    answer = review(sign_in(customer.person()), group=foreign.group_number)
    assert list(answer.context["form"].errors) == ["group"]


def test_an_order_whose_tax_is_unknown_says_so_and_can_be_placed(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.filter(pk=customer.account.pk).update(country="", state_code="")
    browser = sign_in(customer.person())
    page = review(browser)
    assert "The tax is not known yet." in words(page)
    confirm(browser, page.context["token"])
    assert Order.objects.get().order_status == OrderStatus.ACCEPTED


def test_without_a_price_list_nothing_can_be_ordered(sign_in: SignIn, customer: Customer) -> None:
    Account.objects.filter(pk=customer.account.pk).update(currency="USD")
    text = words(sign_in(customer.person()).get(URL))
    assert "There is no price list in USD that is valid today." in text
