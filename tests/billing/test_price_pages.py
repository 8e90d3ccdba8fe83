"""The customer's price list: on a page, as CSV and as PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from billing.models.seller import current_seller
from billing.price_sheet import price_list_pdf
from tests.billing.reading_pdfs import text_of
from tests.factories import (
    AccountFactory,
    MembershipFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


@pytest.fixture
def admin_of(sign_in: Callable[..., Client]) -> SignIn:
    """Sign in as an administrator of an account."""

    def signed_in(account: Account) -> Client:
        return sign_in(MembershipFactory(account=account, role="administrator").user)

    return signed_in


@pytest.fixture
def account(db: None) -> Account:
    """Has a list of its own: 8,925.00 less 20 %, and 8,000.00 less 20 % beyond ten a month."""
    buyer: Account = AccountFactory()
    own = PriceListFactory(
        account=buyer,
        name="Own prices",
        discount_percent=Decimal(20),
        valid_from=date(2020, 1, 1),
        valid_until=date(2090, 1, 1),
    )
    product = ProductFactory(name="=emSign OV", category_name="SSL")
    PriceTierFactory(item=PriceListItemFactory(price_list=own, product=product))
    return buyer


def test_the_page_shows_list_price_discount_tiers_and_validity(
    account: Account, admin_of: SignIn
) -> None:
    html = admin_of(account).get("/prices/").content.decode()
    for shown in ("₹8,925.00", "20%", "₹7,140.00", "above 10 a month ₹6,400.00", "31 Dec 2089"):
        assert shown in html


def test_another_accounts_prices_are_not_shown(account: Account, admin_of: SignIn) -> None:
    html = admin_of(AccountFactory()).get("/prices/").content.decode()
    assert "7,140.00" not in html
    assert "No prices yet" in html


def test_the_csv_has_a_row_for_each_tier_and_no_formulas(
    account: Account, admin_of: SignIn
) -> None:
    response = admin_of(account).get("/prices.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(r["above_a_month"], r["list_price"], r["price"], r["tiers"]) for r in rows] == [
        ("0", "8925.00", "7140.00", "graduated"),
        ("10", "8000.00", "6400.00", "graduated"),
    ]
    assert rows[0]["product"] == "'=emSign OV"
    assert (rows[0]["valid_from"], rows[0]["valid_to"]) == ("2020-01-01", "2089-12-31")


def test_the_pdf_says_the_same_and_is_the_same_again(account: Account) -> None:
    content = price_list_pdf(account, date(2026, 10, 6), seller=current_seller())
    assert content.startswith(b"%PDF-")
    text = text_of(content)
    for shown in ("Product price list", "7,140.00", "above 10 a month 8,000.00 6,400.00", "SSL"):
        assert shown in text
    assert price_list_pdf(account, date(2026, 10, 6), seller=current_seller()) == content


def test_the_page_takes_as_many_queries_for_many_prices_as_for_one(
    account: Account, admin_of: SignIn
) -> None:
    client = admin_of(account)
    client.get("/prices/")
    with CaptureQueriesContext(connection) as few:
        client.get("/prices/")
    own = account.price_lists.get()
    for number in range(10):
        PriceListItemFactory(
            price_list=own, product=ProductFactory(product_code=f"7{number:02}", is_active=True)
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/prices/")
    assert len(many) == len(few)
