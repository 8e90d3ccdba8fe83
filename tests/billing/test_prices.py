"""What a product costs an account on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Product
from billing.prices import PriceMissing, price_of, price_table
from tests.factories import (
    AccountFactory,
    PriceListFactory,
    PriceListItemFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 6)


@pytest.fixture
def product() -> Product:
    """The OV certificate, 8,925.00 INR a year on the general list."""
    product: Product = PriceListItemFactory.create().product
    return product


def own_list(account: Account, product: Product, amount: str, **validity: Any) -> None:
    """Give an account a price of its own."""
    PriceListItemFactory.create(
        price_list=PriceListFactory.create(name="Contract", account=account, **validity),
        product=product,
        amount=Decimal(amount),
    )


def amount(account: Account, product: Product, *, term: int = 1, on: date = TODAY) -> Decimal:
    """Return just the amount."""
    return price_of(account=account, product=product, term_years=term, on=on).amount


def test_the_general_list_prices_everybody(product: Product) -> None:
    price = price_of(account=AccountFactory.create(), product=product, term_years=1, on=TODAY)
    assert (price.amount, price.currency) == (Decimal("8925.00"), "INR")
    assert price.price_list.account is None


def test_an_accounts_own_list_comes_first(product: Product) -> None:
    account = AccountFactory.create()
    own_list(account, product, "7000.00")
    assert amount(account, product) == Decimal("7000.00")
    assert amount(AccountFactory.create(), product) == Decimal("8925.00")


def test_what_the_own_list_does_not_name_is_on_the_general_one(product: Product) -> None:
    account = AccountFactory.create()
    general = product.prices.get().price_list
    PriceListItemFactory.create(
        price_list=general, product=product, term_years=2, amount=Decimal("16065.00")
    )
    own_list(account, product, "7000.00")
    assert amount(account, product, term=2) == Decimal("16065.00")


def test_a_sub_account_that_its_partner_pays_for_gets_the_partners_price(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    paid_for = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    own_list(partner, product, "6500.00")
    assert amount(paid_for, product) == Decimal("6500.00")


def test_a_sub_account_that_pays_itself_never_sees_the_partners_price(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    pays_itself = AccountFactory.create(parent=partner)
    own_list(partner, product, "6500.00")
    assert amount(pays_itself, product) == Decimal("8925.00")


def test_a_sub_accounts_own_list_comes_before_its_partners(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    paid_for = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    own_list(partner, product, "6500.00")
    own_list(paid_for, product, "6900.00")
    assert amount(paid_for, product) == Decimal("6900.00")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 12, 31), "7000.00"),
        (date(2027, 1, 1), "7350.00"),
        (date(2027, 12, 31), "7350.00"),
        (date(2028, 1, 1), "8925.00"),
    ],
)
def test_a_list_holds_on_its_first_day_and_not_on_the_day_it_ends(
    product: Product, on: date, expected: str
) -> None:
    account = AccountFactory.create()
    first, second, over = date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)
    own_list(account, product, "7000.00", valid_from=first, valid_until=second)
    own_list(account, product, "7350.00", valid_from=second, valid_until=over)
    assert amount(account, product, on=on) == Decimal(expected)


def test_a_price_is_never_converted(product: Product) -> None:
    account = AccountFactory.create(french=True)
    with pytest.raises(PriceMissing) as missing:
        price_of(account=account, product=product, term_years=1, on=TODAY)
    assert str(missing.value) == (
        "emSign OV SSL (711) has no price in EUR for a 1-year term on 2026-10-06:"
        " add it to a price list that is valid on that day."
    )


def test_a_term_without_a_price_is_missing(product: Product) -> None:
    with pytest.raises(PriceMissing, match="3-year term"):
        price_of(account=AccountFactory.create(), product=product, term_years=3, on=TODAY)


def test_zero_is_a_price(product: Product) -> None:
    account = AccountFactory.create()
    own_list(account, product, "0.00")
    assert amount(account, product) == 0


def test_a_price_takes_two_queries(product: Product) -> None:
    partner = AccountFactory.create()
    account = Account.objects.get(
        pk=AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT).pk
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        price_of(account=account, product=product, term_years=1, on=TODAY)
    assert len(queries) == 2


def test_the_table_shows_category_product_term_and_the_price_that_counts(
    product: Product,
) -> None:
    account = AccountFactory.create()
    general = product.prices.get().price_list
    PriceListItemFactory.create(
        price_list=general, product=product, term_years=3, amount=Decimal("22758.75")
    )
    smime = ProductFactory.create(
        product_code="741", name="emSign S/MIME", category_id="5", category_name="S/MIME"
    )
    PriceListItemFactory.create(price_list=general, product=smime, amount=Decimal("1425.00"))
    own_list(account, product, "7000.00")
    table = price_table(account, TODAY)
    assert (table.currency, table.terms) == ("INR", (1, 3))
    assert [category.name for category in table.categories] == ["SSL/TLS Certificates", "S/MIME"]
    rows = [row for category in table.categories for row in category.products]
    assert [
        (row.product.product_code, [price.amount if price else None for price in row.prices])
        for row in rows
    ] == [
        ("711", [Decimal("7000.00"), Decimal("22758.75")]),
        ("741", [Decimal("1425.00"), None]),
    ]


def test_the_table_leaves_out_what_cannot_be_ordered(product: Product) -> None:
    product.is_active = False
    product.save()
    assert price_table(AccountFactory.create(), TODAY).categories == ()


def test_the_table_takes_two_queries_however_long_it_is(product: Product) -> None:
    general = product.prices.get().price_list
    for number in range(30):
        PriceListItemFactory.create(
            price_list=general, product=ProductFactory.create(product_code=f"8{number:02}")
        )
    account = AccountFactory.create()
    with CaptureQueriesContext(connection) as queries:
        table = price_table(account, TODAY)
    assert len(queries) == 2
    assert sum(len(category.products) for category in table.categories) == 31
