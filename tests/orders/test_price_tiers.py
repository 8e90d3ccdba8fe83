"""Discounts and prices by the number of orders in the month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Account, Charge, Product
from billing.money import line_net
from billing.ordered import at_place
from billing.prices import Price, PricedTier, price_of
from orders.cancel import cancel_order
from orders.place import place_order
from orders.summary import order_summary
from tests.factories import (
    AccountFactory,
    PriceListFactory,
    PriceListItemFactory,
    PriceTierFactory,
    ProductFactory,
)
from tests.invoices.monthly import at, granted

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 6)


@pytest.fixture
def account(db: None) -> Account:
    partner: Account = AccountFactory(kind="partner")
    granted(partner)
    return partner


@pytest.fixture
def product(db: None) -> Product:
    made: Product = ProductFactory()
    return made


def tiered(product: Product, mode: str = "graduated", **facts: object) -> None:
    """10,000.00; beyond two a month 9,000.00; beyond four 8,000.00."""
    item = PriceListItemFactory(
        product=product, amount=Decimal("10000.00"), tier_mode=mode, **facts
    )
    PriceTierFactory(item=item, above=4, amount=Decimal("8000.00"))
    PriceTierFactory(item=item, above=2, amount=Decimal("9000.00"))


def order(account: Account, product: Product, when: str = "2026-10-06 12:00") -> Charge:
    placed = place_order(
        account=account,
        product=product,
        term_years=1,
        domain_name="portal.example.com",
        ordered_by=None,
        now=at(when),
    )
    return Charge.objects.get(order_number=placed.order_number)


def nets(*charges: Charge) -> list[str]:
    return [f"{charge.net_amount:.2f}" for charge in charges]


@pytest.mark.parametrize("mode", ["graduated", "volume"])
def test_each_order_has_the_price_of_its_place_in_the_month(
    account: Account, product: Product, mode: str
) -> None:
    tiered(product, mode)
    charges = [order(account, product) for _ in range(5)]

    assert nets(*charges) == ["10000.00", "10000.00", "9000.00", "9000.00", "8000.00"]
    assert [charge.detail for charge in charges] == [
        "",
        "",
        "Price above 2 a month",
        "Price above 2 a month",
        "Price above 4 a month",
    ]


def test_the_count_begins_anew_with_the_month_in_the_sellers_zone(
    account: Account, product: Product
) -> None:
    tiered(product)
    for _ in range(2):
        order(account, product, "2026-10-31 23:59")

    assert nets(order(account, product, "2026-10-31 23:59")) == ["9000.00"]
    assert nets(order(account, product, "2026-11-01 00:00")) == ["10000.00"]


def test_orders_of_what_a_partner_pays_for_count_together(
    account: Account, product: Product
) -> None:
    tiered(product)
    branch = AccountFactory(parent=account, bill_to="parent")
    stranger = AccountFactory()
    granted(stranger)
    for buyer in (account, branch, stranger):
        order(buyer, product)

    assert nets(order(branch, product)) == ["9000.00"]


def test_other_products_and_voided_charges_do_not_count(account: Account, product: Product) -> None:
    tiered(product)
    other = ProductFactory(product_code="999")
    tiered(other, price_list=product.prices.get().price_list)
    first = order(account, product)
    order(account, product)
    order(account, other)
    cancelled = account.orders.get(order_number=first.order_number)
    cancel_order(cancelled, by="clerk@example.com", reason="Wrong", now=at("2026-10-06 13:00"))

    assert nets(order(account, product)) == ["10000.00"]


def test_the_summary_shows_the_price_that_the_order_will_have(
    account: Account, product: Product
) -> None:
    tiered(product)
    for _ in range(2):
        order(account, product)

    summary = order_summary(account=account, product=product, term_years=1, on=TODAY)
    assert summary.net == Decimal("9000.00")
    # The second of two falls into the next tier only by volume.
    two = order_summary(
        account=account, product=product, term_years=1, on=TODAY, quantity=Decimal(3)
    )
    assert two.net == Decimal("26000.00")


# ── Discounts
def test_a_lists_discount_is_taken_off_and_the_line_says_so(
    account: Account, product: Product
) -> None:
    own = PriceListFactory(account=account, discount_percent=Decimal("12.5"))
    PriceListItemFactory(price_list=own, product=product, amount=Decimal("8925.00"))

    charge = order(account, product)
    assert (charge.unit_price, f"{charge.net_amount:.2f}") == (Decimal("7809.375"), "7809.38")
    assert charge.detail == "List price ₹8,925.00 less 12.5%"


def test_a_prices_own_discount_comes_before_that_of_its_list(
    account: Account, product: Product
) -> None:
    own = PriceListFactory(account=account, discount_percent=Decimal(10))
    item = PriceListItemFactory(
        price_list=own, product=product, amount=Decimal(1000), discount_percent=Decimal(25)
    )
    assert nets(order(account, product)) == ["750.00"]
    item.discount_percent = Decimal(0)
    item.save()
    charge = order(account, product)
    assert (nets(charge), charge.detail) == (["1000.00"], "")


def test_a_discount_is_taken_off_the_prices_of_tiers_too(
    account: Account, product: Product
) -> None:
    tiered(product, discount_percent=Decimal(10))
    charges = [order(account, product) for _ in range(3)]

    assert nets(*charges) == ["9000.00", "9000.00", "8100.00"]
    assert charges[2].detail == "Price above 2 a month · List price ₹9,000.00 less 10%"


def test_a_new_price_does_not_touch_what_is_charged(account: Account, product: Product) -> None:
    tiered(product)
    charge = order(account, product)
    product.prices.update(amount=Decimal(1), discount_percent=Decimal(50))

    charge.refresh_from_db()
    assert nets(charge) == ["10000.00"]


def test_without_tiers_nothing_is_counted(account: Account, product: Product) -> None:
    PriceListItemFactory(product=product)
    with CaptureQueriesContext(connection) as queries:
        order(account, product)
    assert not [q for q in queries if "SUM" in q["sql"] and "billing_charge" in q["sql"]]


# ── Places
def price(*tiers: tuple[int, int], by_volume: bool = False) -> Price:
    priced = tuple(
        PricedTier(
            above=Decimal(above),
            list_amount=Decimal(cents),
            amount=Decimal(cents) / 100,
            currency="EUR",
        )
        for above, cents in tiers
    )
    return Price(
        amount=priced[0].amount,
        currency="EUR",
        price_list=PriceListFactory.build(),
        list_amount=priced[0].list_amount,
        tiers=priced,
        by_volume=by_volume,
    )


def test_units_across_tiers_have_the_mean_of_their_prices() -> None:
    listed = price((0, 1000), (2, 900))
    assert at_place(listed, before=Decimal(1), quantity=Decimal(3)).amount == Decimal("9.333333")
    by_volume = price((0, 1000), (2, 900), by_volume=True)
    assert at_place(by_volume, before=Decimal(1), quantity=Decimal(3)).amount == Decimal(9)


@given(st.integers(0, 200), st.integers(1, 5000), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_line_of_a_mean_price_is_exact(
    before: int, quantity: int, first: int, further: int
) -> None:
    listed = price((0, first), (100, further))
    mean = at_place(listed, before=Decimal(before), quantity=Decimal(quantity)).amount
    cheap = max(0, min(100, before + quantity) - before)
    exact = Decimal(cheap * first + (quantity - cheap) * further) / 100
    assert line_net(quantity=Decimal(quantity), unit_price=mean, currency="EUR") == exact


def test_the_price_of_a_list_is_that_of_the_first_order(account: Account, product: Product) -> None:
    tiered(product, discount_percent=Decimal(10))
    listed = price_of(account=account, product=product, term_years=1, on=TODAY)
    assert (listed.amount, listed.list_amount) == (Decimal(9000), Decimal(10000))
    assert [f"{tier.above} {tier.rounded}" for tier in listed.tiers] == [
        "0 9000.00",
        "2 8100.00",
        "4 7200.00",
    ]
