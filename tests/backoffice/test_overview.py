"""The overview, the search of the top bar, the gap report, the audit trail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from billing.errors import CannotBill
from billing.models import ImportRun, OutboxMessage, Payment, Seller
from billing.parking import park
from certinext.audit.trail import record
from orders.cancel import cancel_order
from tests.backoffice.conftest import NOW
from tests.billing.payments.test_settle import settled
from tests.customers import Customer, words
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import at, granted

HOME, TRAIL, SEARCH = "/backoffice/", "/backoffice/audit/", "/backoffice/search/"


def test_a_quiet_day_says_so(staff: Client) -> None:
    assert "Nothing. Every account can be billed" in staff.get(HOME).content.decode()


def test_the_overview_names_what_needs_a_person(staff: Client) -> None:
    stuck = AccountFactory.create(display_name="Himgiri University")
    park(stuck, CannotBill("address-missing", "Enter the address."), now=NOW)
    granted(AccountFactory.create(), "2026-10-01 09:00")
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account))
    OutboxMessage.objects.update(attempts=3, error="OSError: disk full")
    html = staff.get(HOME).content.decode()
    assert "Himgiri University" in html
    assert "Enter the address." in html
    assert "October 2026 has no billing run" in html
    assert f"{invoice} could not be rendered, 3 times" in html
    # 8,925.00 with 18 %, due since 21 October.
    assert html.count('<dd class="figure-value">₹10,531.50</dd>') == 2


def test_the_overview_warns_of_a_series_in_use_once_90_percent_of_its_numbers_are_used(
    staff: Client,
) -> None:
    Seller.objects.update(invoice_number_format="A/{fy}/{number:1}")
    account = AccountFactory.create()
    for _number in range(8):
        issue_order_invoice(account, ChargeFactory.create(account=account))
    assert "nearly used up" not in staff.get(HOME).content.decode()
    issue_order_invoice(account, ChargeFactory.create(account=account))
    assert "The numbers A/26-27/… are nearly used up" in staff.get(HOME).content.decode()
    with time_machine.travel(at("2027-04-01 09:00")):
        assert "nearly used up" not in staff.get(HOME).content.decode()


def test_a_whole_number_leads_straight_to_its_page(staff: Client) -> None:
    customer = Customer()
    order = customer.order()
    invoice = customer.account.invoices.get()
    account = customer.account.account_number
    targets = {
        account: f"/backoffice/accounts/{account}/",
        str(order.order_number): f"/backoffice/orders/{order.order_number}/",
        order.request_number: f"/backoffice/orders/{order.request_number}/",
        str(invoice).lower(): f"/backoffice/invoices/{invoice}/",
    }
    for text, target in targets.items():
        assert staff.get(SEARCH, {"q": text})["Location"] == target


def test_a_word_finds_accounts_orders_and_documents(staff: Client) -> None:
    account = AccountFactory.create(display_name="Konkan Retail Bank")
    order = Customer(account=account).order(domain_name="www.konkan.example")
    html = staff.get(SEARCH, {"q": "konkan"}).content.decode()
    assert f"/backoffice/accounts/{account.account_number}/" in html
    assert f"/backoffice/orders/{order}/" in html
    assert f"/backoffice/invoices/{account.invoices.get()}/" in html
    assert "Nothing found" in staff.get(SEARCH, {"q": "nobody"}).content.decode()


def test_receipts_and_vouchers_are_found_on_the_pages_of_their_payments(staff: Client) -> None:
    account = AccountFactory.create(display_name="Konkan Retail Bank")
    came = settled(account, "50.00", kind=Payment.Kind.TOP_UP)
    back = settled(account, "20.00", kind=Payment.Kind.WITHDRAWAL)
    html = staff.get(SEARCH, {"q": "konkan"}).content.decode()
    for payment in (came, back):
        page = f"/backoffice/payments/{payment}/"
        assert f'href="{page}">{payment.receipt.document}<' in html
        assert staff.get(SEARCH, {"q": str(payment.receipt)})["Location"] == page
        assert staff.get(page).status_code == 200


@pytest.mark.parametrize("text", ["", " ", "\0"])
def test_searching_for_nothing_leads_to_the_accounts(staff: Client, text: str) -> None:
    assert staff.get(SEARCH, {"q": text})["Location"] == "/backoffice/accounts/"


def test_the_gap_page_says_that_the_series_is_in_order(staff: Client) -> None:
    assert "No number has been given yet" in staff.get("/backoffice/gaps/").content.decode()
    Customer().order()
    html = staff.get("/backoffice/gaps/").content.decode()
    assert "No number is missing, none stands twice" in html
    assert "INV/26-27/000001" in html


def test_the_gap_page_names_each_series_by_its_kind(staff: Client) -> None:
    customer = Customer()
    cancel_order(customer.order(), by="clerk", reason="Mistake", now=NOW)
    settled(customer.account, "50.00", kind=Payment.Kind.TOP_UP)
    settled(customer.account, "20.00", kind=Payment.Kind.WITHDRAWAL)
    page = words(staff.get("/backoffice/gaps/"))
    for prefix, kind in (
        ("INV", "Invoices"),
        ("CN", "Credit notes"),
        ("RV", "Receipts"),
        ("RF", "Refund vouchers"),
    ):
        assert re.search(rf"{prefix}/26-27/ ?{kind}, 26-27", page), kind


def test_the_trail_is_filtered_by_action_person_object_and_day(staff: Client) -> None:
    record("thing.made", label="Alpha", actor="alice@example.com", account_number="3108842834")
    record("thing.sold", label="Beta", actor="bob@example.com")
    for query, there, absent in (
        ("action=thing.made", "Alpha", "Beta"),
        ("actor=bob", "Beta", "Alpha"),
        ("object=3108842834", "Alpha", "Beta"),
        ("object=bet", "Beta", "Alpha"),
        ("q=thing.sold", "Beta", "Alpha"),
    ):
        html = staff.get(f"{TRAIL}?{query}").content.decode()
        assert there in html, query
        assert absent not in html, query
    assert (
        "Alpha" in staff.get(f"{TRAIL}?from_day=2026-11-10&until_day=2026-11-10").content.decode()
    )
    assert "Nothing found" in staff.get(f"{TRAIL}?until_day=2026-11-09").content.decode()
    assert (
        "Dates and times are in Asia/Kolkata (IST, UTC+5:30)" in staff.get(TRAIL).content.decode()
    )


def test_days_of_the_trail_are_the_sellers(staff: Client) -> None:
    with time_machine.travel(at("2026-11-11 00:10"), tick=False):
        record("thing.made", label="Just after midnight")
        html = staff.get(f"{TRAIL}?from_day=2026-11-11").content.decode()
        assert "Just after midnight" in html
        html = staff.get(f"{TRAIL}?until_day=2026-11-10").content.decode()
        assert "Just after midnight" not in html


def test_imports_that_failed_this_week_need_attention(staff: Client) -> None:
    old, clean, failed = (
        ImportRun.objects.create(kind="usage", file_name=name, counts=counts)
        for name, counts in (
            ("old.csv", {"failed": 3}),
            ("clean.csv", {"created": 3}),
            ("new.csv", {"created": 1, "failed": 2}),
        )
    )
    ImportRun.objects.filter(pk=old.pk).update(started_at=NOW - timedelta(days=8))
    html = staff.get("/backoffice/").content.decode()
    assert f'href="/backoffice/imports/{failed.pk}/">Usage new.csv</a>' in html
    assert "2 rows did not go in" in html
    assert "old.csv" not in html
    assert f"/backoffice/imports/{clean.pk}/" not in html


def test_the_trail_speaks_in_words_and_keeps_the_code(staff: Client) -> None:
    record("monthly_invoicing.turned_on", label="Konkan")
    record("thing.nobody_named", label="Konkan")
    html = staff.get(TRAIL).content.decode()
    assert '<span class="text-break">Monthly invoicing turned on</span>' in html
    assert '<small class="text-break">monthly_invoicing.turned_on</small>' in html
    assert '<span class="text-break">thing.nobody_named</span>' in html
