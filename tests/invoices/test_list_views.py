"""The Invoices list: who sees which invoices, and how they are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Membership
from invoices.models import Invoice
from invoices.rows import with_what_rows_show
from orders.cancel import cancel_order
from tests.customers import NOW, Customer, SignIn, invoice_of, words
from tests.database import TENANTS
from tests.factories import AccountFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/invoices/"
Role = Membership.Role


@pytest.fixture
def customer() -> Customer:
    return Customer()


def numbers_seen(sign_in: SignIn, person: object, query: str = "") -> list[str]:
    answer = sign_in(person).get(LIST + query)
    assert answer.status_code == 200
    return [row.document.number for row in answer.context["rows"]]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FINANCE_MANAGER])
def test_administrators_and_finance_managers_see_every_invoice(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    mine, other = customer.order(), customer.order(ordered_by=customer.person())
    seen = numbers_seen(sign_in, customer.person(role))
    assert seen == [invoice_of(other).number, invoice_of(mine).number]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STANDARD])
def test_managers_and_standard_users_see_the_invoices_of_their_own_orders(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    person = customer.person(role)
    own, foreign = customer.order(ordered_by=person), customer.order()
    assert numbers_seen(sign_in, person) == [invoice_of(own).number]
    browser = sign_in(person)
    assert browser.get(f"{LIST}{invoice_of(own)}/").status_code == 200
    assert browser.get(f"{LIST}{invoice_of(foreign)}/").status_code == 404
    assert browser.get(f"{LIST}{invoice_of(foreign)}.pdf").status_code == 404


def test_a_basic_user_finds_no_invoices_at_all(sign_in: SignIn, customer: Customer) -> None:
    invoice = invoice_of(customer.order())
    browser = sign_in(customer.person(Role.BASIC))
    for url in (LIST, f"{LIST}{invoice}/", f"{LIST}{invoice}.pdf"):
        assert browser.get(url).status_code == 404


def test_another_accounts_and_an_absent_invoice_are_the_same_404(
    sign_in: SignIn, customer: Customer
) -> None:
    invoice = invoice_of(customer.order())
    browser = sign_in(MembershipFactory.create().user)
    foreign = browser.get(f"{LIST}{invoice}/")
    absent = browser.get(f"{LIST}INV/26-27/999999/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert words(foreign) == words(absent)


def test_an_invoice_does_not_exist_at_another_tenants_host(
    sign_in: SignIn, customer: Customer
) -> None:
    invoice = invoice_of(customer.order())
    browser = sign_in(customer.person())
    assert browser.get(f"{LIST}{invoice}/").status_code == 200
    elsewhere = browser.get(f"{LIST}{invoice}/", headers={"host": TENANTS["beta"]})
    assert elsewhere.status_code == 302
    assert elsewhere.url.startswith("/account/login/")


def test_a_partner_sees_its_sub_accounts_invoices_with_their_name(
    sign_in: SignIn, customer: Customer
) -> None:
    Account.objects.filter(pk=customer.account.pk).update(kind=Account.Kind.PARTNER)
    sub = AccountFactory.create(parent=customer.account, display_name="Below Partner")
    invoice = invoice_of(customer.order(account=sub))
    answer = sign_in(customer.person()).get(LIST)
    assert [row.document.number for row in answer.context["rows"]] == [invoice.number]
    assert "Below Partner" in words(answer)


def test_a_sub_account_never_gets_its_partners_invoice(sign_in: SignIn, customer: Customer) -> None:
    sub = AccountFactory.create(parent=customer.account, bill_to=Account.BillTo.PARENT)
    person = MembershipFactory.create(account=sub).user
    customer.turn_monthly()
    customer.order(account=sub, ordered_by=person)
    invoice = customer.bill_october()
    assert numbers_seen(sign_in, person) == []
    assert sign_in(person).get(f"{LIST}{invoice}/").status_code == 404
    assert sign_in(person).get(f"{LIST}{invoice}.pdf").status_code == 404


def test_the_visitor_is_asked_to_sign_in(customer: Customer, client: Client) -> None:
    invoice = invoice_of(customer.order())
    for url in (LIST, f"{LIST}{invoice}/", f"{LIST}{invoice}.pdf"):
        assert client.get(url)["Location"].startswith("/account/login/")


def test_a_row_says_what_the_invoice_is_for_and_how_it_stands(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    with time_machine.travel(NOW):
        answer = sign_in(customer.person()).get(LIST)
    (row,) = answer.context["rows"]
    assert (row.title, row.note) == (f"Order {order}", "www.example.com")
    assert (row.status.word, row.status.kind) == ("Issued", "info")
    text = words(answer)
    assert "6 Oct 2026 21 Oct 2026" in text
    assert "₹10,531.50" in text
    number = invoice_of(order).number
    assert f'aria-label="Download {number} as PDF"' in answer.content.decode()
    assert f'href="/invoices/{number}.pdf"' in answer.content.decode()


def test_a_monthly_invoice_names_its_month_and_counts_its_lines(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    customer.order()
    customer.order()
    customer.bill_october()
    (row,) = sign_in(customer.person()).get(LIST).context["rows"]
    assert (row.title, row.note) == ("Monthly", "October 2026, 2 lines")


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (datetime(2026, 10, 21, 18, 29, tzinfo=UTC), "Issued"),
        (datetime(2026, 10, 21, 18, 30, tzinfo=UTC), "Overdue"),
    ],
)
def test_an_invoice_is_overdue_from_the_day_after_its_due_date_in_the_sellers_zone(
    sign_in: SignIn, customer: Customer, today: datetime, status: str
) -> None:
    customer.order()
    with time_machine.travel(today, tick=False):
        (row,) = sign_in(customer.person()).get(LIST).context["rows"]
    assert row.status.word == status


def test_the_views_count_and_keep_what_they_name(sign_in: SignIn, customer: Customer) -> None:
    plain, credited = customer.order(), customer.order()
    cancel_order(credited, by="clerk", reason="Mistake", now=NOW)
    person = customer.person()
    with time_machine.travel(NOW):
        tabs = sign_in(person).get(LIST).context["tabs"]
    assert [(tab.label, tab.count) for tab in tabs] == [
        ("All", 2),
        ("Unpaid", 1),
        ("Overdue", 0),
        ("Paid", 0),
        ("Credited", 1),
        ("Monthly", 0),
    ]
    assert numbers_seen(sign_in, person, "?view=credited") == [invoice_of(credited).number]
    assert numbers_seen(sign_in, person, "?view=unpaid") == [invoice_of(plain).number]
    assert len(numbers_seen(sign_in, person, "?view=nonsense")) == 2


def test_search_finds_number_order_and_domain(sign_in: SignIn, customer: Customer) -> None:
    first = customer.order(domain_name="one.example.com")
    second = customer.order(domain_name="two.example.com")
    person = customer.person()
    wanted = invoice_of(first).number
    for text in (str(wanted)[-6:], first.order_number, "ONE.example"):
        assert numbers_seen(sign_in, person, f"?q={text}") == [wanted]
    assert invoice_of(second).number not in numbers_seen(sign_in, person, "?q=one.example")


@pytest.mark.parametrize(
    "text", ["%25", "_", "'", '"', "\\", "%F0%9F%98%80", "%ED%A0%80", "' OR 1=1 --", "x" * 255]
)
def test_hostile_search_text_finds_nothing_and_breaks_nothing(
    sign_in: SignIn, customer: Customer, text: str
) -> None:
    customer.order()
    assert numbers_seen(sign_in, customer.person(), f"?q={text}") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=%00", "q"),
        ("q=" + "x" * 256, "q"),
        ("state=nonsense", "state"),
        ("issued_from=yesterday", "issued_from"),
        ("issued_from=0001-01-01", "issued_from"),
        ("issued_until=9999-12-31", "issued_until"),
        ("issued_from=2026-10-07&issued_until=2026-10-06", "issued_until"),
    ],
)
def test_a_bad_filter_is_an_error_at_its_field(
    sign_in: SignIn, customer: Customer, query: str, field: str
) -> None:
    customer.order()
    answer = sign_in(customer.person()).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    html = answer.content.decode()
    assert "<title>Error: Invoices" in html
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}"' in html


@pytest.mark.parametrize("query", ["page=x", "page=99", "size=7", "sort=nonsense", "sort=--due"])
def test_paging_and_sorting_take_anything(sign_in: SignIn, customer: Customer, query: str) -> None:
    customer.order()
    assert len(numbers_seen(sign_in, customer.person(), f"?{query}")) == 1


def test_filters_by_state_and_date(sign_in: SignIn, customer: Customer) -> None:
    order = customer.order()
    person = customer.person()
    number = invoice_of(order).number
    with time_machine.travel(NOW):
        assert numbers_seen(sign_in, person, "?state=issued") == [number]
        assert numbers_seen(sign_in, person, "?state=overdue") == []
    assert numbers_seen(sign_in, person, "?state=paid") == []
    assert numbers_seen(sign_in, person, "?issued_from=2026-10-06") == [number]
    assert numbers_seen(sign_in, person, "?issued_from=2026-10-07") == []
    assert numbers_seen(sign_in, person, "?issued_until=2026-10-06") == [number]
    assert numbers_seen(sign_in, person, "?issued_until=2026-10-05") == []


def test_a_badge_takes_only_its_own_filter_off(sign_in: SignIn, customer: Customer) -> None:
    customer.order()
    query = "?q=www&state=issued&issued_from=2026-10-01&sort=due&size=10&page=2"
    answer = sign_in(customer.person()).get(LIST + query)
    badges = {b.label: (b.value, b.remove_url) for b in answer.context["filters"].badges}
    rest = "&sort=due&size=10"
    assert badges == {
        "Search": ("www", f"?state=issued&issued_from=2026-10-01{rest}"),
        "State": ("Issued", f"?q=www&issued_from=2026-10-01{rest}"),
        "Issued from": ("1 Oct 2026", f"?q=www&state=issued{rest}"),
    }
    assert answer.context["filters"].clear_url == "?sort=due&size=10"


def test_sorting_by_total_says_so_in_the_head(sign_in: SignIn, customer: Customer) -> None:
    cheap, dear = customer.order(), customer.order(term_years=2)
    person = customer.person()
    wanted = [invoice_of(cheap).number, invoice_of(dear).number]
    assert numbers_seen(sign_in, person, "?sort=total") == wanted
    assert numbers_seen(sign_in, person, "?sort=-total") == wanted[::-1]
    html = sign_in(person).get(f"{LIST}?sort=-total").content.decode()
    assert 'class="num" aria-sort="descending"' in html


def test_each_column_of_a_state_or_an_amount_sorts(sign_in: SignIn, customer: Customer) -> None:
    plain, credited, dear = customer.order(), customer.order(), customer.order(term_years=2)
    cancel_order(credited, by="clerk", reason="Mistake", now=NOW)
    person = customer.person()
    first, second, third = (invoice_of(order).number for order in (plain, credited, dear))
    wanted = {
        "number": [first, second, third],
        "state": [first, third, second],
        "balance": [second, first, third],
    }
    for name, numbers in wanted.items():
        assert numbers_seen(sign_in, person, f"?sort={name}") == numbers
        assert numbers_seen(sign_in, person, f"?sort=-{name}") == numbers[::-1]
        html = sign_in(person).get(f"{LIST}?sort=-{name}").content.decode()
        assert f'aria-sort="descending"><a href="?sort={name}">' in html


def test_what_is_overdue_comes_before_all_other_states(sign_in: SignIn, customer: Customer) -> None:
    early, late = customer.order(), customer.order()
    numbers = [invoice_of(late).number, invoice_of(early).number]
    today = invoice_of(early).due_date
    assert today is not None
    rows: Any = with_what_rows_show(Invoice.objects.all(), today=today)
    assert [row.standing for row in rows] == [1, 1]
    rows = with_what_rows_show(Invoice.objects.all(), today=today + timedelta(days=1))
    assert [(row.document.number, row.standing) for row in rows] == [(n, 0) for n in numbers]


def test_an_account_without_invoices_is_told_when_one_appears(
    sign_in: SignIn, customer: Customer
) -> None:
    text = words(sign_in(customer.person()).get(LIST))
    assert "No invoices yet" in text
    assert "Add filter" not in text


def test_filters_that_match_nothing_say_how_many_there_are(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.order()
    answer = sign_in(customer.person()).get(f"{LIST}?q=absent.example")
    assert "1 invoice exists here." in words(answer)
    assert 'href="/orders/?q=absent.example"' in answer.content.decode()


def test_the_list_asks_as_often_for_many_invoices_as_for_one(
    sign_in: SignIn, customer: Customer
) -> None:
    browser = sign_in(customer.person())
    customer.order()
    browser.get(LIST)
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST)
    for _ in range(4):
        customer.order()
    with CaptureQueriesContext(connection) as many:
        browser.get(LIST)
    assert len(many) == len(one) <= 12
