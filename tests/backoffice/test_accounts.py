"""The accounts list."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.errors import CannotBill
from billing.models import Account
from billing.parking import park
from certinext.web.formatting import DASH
from tests.backoffice.conftest import NOW
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import granted

LIST = "/backoffice/accounts/"


def page(client: Client, query: str = "") -> str:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<a class="fw-medium" href="/backoffice/accounts/\d+/">([^<]+)</a>', html)


@pytest.mark.parametrize("text", ["konkan", "3108842834", "29AAGCA7421K1ZG", "Retail Bank"])
def test_an_account_is_found_by_number_name_and_tax_id(staff: Client, text: str) -> None:
    AccountFactory.create(
        display_name="Konkan Retail Bank",
        account_number="3108842834",
        tax_id="29AAGCA7421K1ZG",
    )
    AccountFactory.create(display_name="Deccan Health")
    assert names(page(staff, f"?q={text}")) == ["Konkan Retail Bank"]


def test_filters_narrow_by_type_permission_and_parking(staff: Client) -> None:
    partner = AccountFactory.create(display_name="Partner", kind=Account.Kind.PARTNER)
    monthly = AccountFactory.create(display_name="Monthly")
    stuck = AccountFactory.create(display_name="Stuck")
    granted(monthly, "2026-11-01 09:00")
    park(stuck, CannotBill("address-missing", "No address."), now=NOW)
    assert names(page(staff, "?kind=partner")) == [partner.display_name]
    assert names(page(staff, "?monthly=on")) == ["Monthly"]
    assert names(page(staff, "?monthly=off")) == ["Partner", "Stuck"]
    assert names(page(staff, "?parked=yes")) == ["Stuck"]
    assert names(page(staff, "?parked=no&monthly=off")) == ["Partner"]


def test_a_row_says_what_is_owed_in_each_currency_and_why_it_is_parked(staff: Client) -> None:
    account = AccountFactory.create(display_name="Malabar")
    issue_order_invoice(account, ChargeFactory.create(account=account))
    Account.objects.filter(pk=account.pk).update(currency="EUR")
    account.refresh_from_db()
    issue_order_invoice(account, ChargeFactory.create(account=account))
    park(account, CannotBill("address-missing", "Enter the address."), now=NOW)
    html = page(staff)
    # 8,925.00 and 18 % of it, in both currencies.
    assert "<div>₹10,531.50</div>" in html
    assert "<div>€10,531.50</div>" in html
    assert "Parked: Enter the address." in html


def test_a_paid_or_credited_invoice_is_not_outstanding(staff: Client) -> None:
    AccountFactory.create(display_name="Quiet")
    assert '<span class="muted">₹0.00</span>' in page(staff)


def test_the_number_of_queries_does_not_grow_with_the_list(staff: Client) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            partner = AccountFactory.create(kind=Account.Kind.PARTNER)
            sub = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
            charge = ChargeFactory.create(account=sub, service_from=date(2026, 11, 2))
            issue_order_invoice(partner, charge)
            park(partner, CannotBill("x", "Why."), now=NOW)

    fill(2)
    with CaptureQueriesContext(connection) as few:
        page(staff)
    fill(8)
    with CaptureQueriesContext(connection) as many:
        page(staff)
    assert len(many) == len(few)


def test_a_sub_account_that_its_partner_pays_for_has_no_switch(staff: Client) -> None:
    partner = AccountFactory.create(display_name="Vindhya", kind=Account.Kind.PARTNER)
    AccountFactory.create(display_name="Below", parent=partner, bill_to=Account.BillTo.PARENT)
    html = page(staff)
    assert 'aria-label="Monthly invoicing for Vindhya"' in html
    assert 'aria-label="Monthly invoicing for Below"' not in html
    assert "Through its partner" in html


def test_pages_keep_the_search(staff: Client) -> None:
    for number in range(30):
        AccountFactory.create(display_name=f"Bank {number:02}")
    html = page(staff, "?q=bank&size=10&page=2")
    assert names(html)[0] == "Bank 10"
    assert f"11{DASH}20 of 30" in html
    assert "?q=bank&amp;size=10&amp;page=3" in html


def test_a_name_is_text_and_nothing_else(staff: Client) -> None:
    AccountFactory.create(display_name="<script>alert(1)</script>")
    html = page(staff)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
