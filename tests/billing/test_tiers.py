"""Prices by quantity, and percentage discounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.discounts import discounted
from billing.money import InvalidAmount, line_net
from billing.tiers import Tier, check_tiers, graduated, net_of, volume


def tier(above: str, unit_price: str = "0", flat_amount: str = "0") -> Tier:
    return Tier(
        above=Decimal(above), unit_price=Decimal(unit_price), flat_amount=Decimal(flat_amount)
    )


# The first five for a flat 100, the next five for a flat 50, then 5 each, beyond fifteen 1 each.
FLAT_THEN_UNITS = [tier("0", "0", "100"), tier("5", "0", "50"), tier("10", "5"), tier("15", "1")]
FALLING = [tier("0", "10"), tier("10", "9"), tier("100", "8")]


def nets(tiers: list[Tier], quantity: str, since: str = "0") -> list[str]:
    parts = graduated(tiers, quantity=Decimal(quantity), since=Decimal(since))
    return [f"{part.net('EUR'):.2f}" for part in parts]


def volume_net(tiers: list[Tier], quantity: str) -> str:
    return f"{net_of(volume(tiers, quantity=Decimal(quantity)), 'EUR'):.2f}"


def test_graduated_units_cost_what_the_tier_that_they_fall_into_says() -> None:
    assert nets(FLAT_THEN_UNITS, "22") == ["100.00", "50.00", "25.00", "7.00"]
    assert nets(FALLING, "10") == ["100.00"]
    assert nets(FALLING, "11") == ["100.00", "9.00"]
    assert nets(FALLING, "100.5") == ["100.00", "810.00", "4.00"]
    assert nets(FALLING, "0") == []


def test_graduated_units_that_come_later_go_on_where_the_earlier_ones_stopped() -> None:
    assert nets(FALLING, "12", since="8") == ["20.00", "18.00"]
    # The first tier's flat amount was due with the earlier units, the second one's is due now.
    assert nets(FLAT_THEN_UNITS, "6", since="3") == ["0.00", "50.00"]
    assert nets(FLAT_THEN_UNITS, "6", since="5") == ["50.00"]


def test_by_volume_all_units_cost_what_the_reached_tier_says() -> None:
    assert volume_net(FALLING, "10") == "100.00"
    assert volume_net(FALLING, "11") == "99.00"
    assert volume_net(FLAT_THEN_UNITS, "7") == "50.00"
    assert volume_net(FALLING, "0") == "0.00"


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [tier("1", "1")],
        [tier("0", "1"), tier("0", "2")],
        [tier("0", "1"), tier("5", "1"), tier("5", "2")],
        [tier("0", "-1")],
        [tier("0", "NaN")],
        [tier("0", "1", "Infinity")],
    ],
)
def test_tiers_begin_at_zero_and_rise(tiers: list[Tier]) -> None:
    with pytest.raises(InvalidAmount):
        check_tiers(tiers)


@pytest.mark.parametrize("quantity", ["-1", "NaN", "Infinity"])
def test_a_quantity_is_a_number_not_below_zero(quantity: str) -> None:
    with pytest.raises(InvalidAmount):
        graduated(FALLING, quantity=Decimal(quantity))
    with pytest.raises(InvalidAmount):
        volume(FALLING, quantity=Decimal(quantity))


TIERS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 10_000), st.integers(0, 10_000)),
    min_size=1,
    max_size=5,
    unique_by=lambda drawn: drawn[0],
).map(
    lambda drawn: [
        Tier(
            above=Decimal(above if place else 0),
            unit_price=Decimal(price) / 100,
            flat_amount=Decimal(flat) / 100,
        )
        for place, (above, price, flat) in enumerate(sorted(drawn))
    ]
)
QUANTITIES = st.integers(0, 10_000)


@given(TIERS, QUANTITIES, QUANTITIES)
def test_more_graduated_units_never_cost_less(tiers: list[Tier], some: int, more: int) -> None:
    fewer, many = sorted((Decimal(some), Decimal(more)))
    cheaper = net_of(graduated(tiers, quantity=fewer), "EUR")
    assert cheaper <= net_of(graduated(tiers, quantity=many), "EUR")


@given(TIERS, st.lists(st.integers(0, 2000), min_size=1, max_size=6))
def test_graduated_units_cost_the_same_at_once_and_one_after_another(
    tiers: list[Tier], arrivals: list[int]
) -> None:
    so_far, net = Decimal(0), Decimal(0)
    for arrival in arrivals:
        net += net_of(graduated(tiers, quantity=so_far + arrival, since=so_far), "EUR")
        so_far += arrival
    assert net == net_of(graduated(tiers, quantity=so_far), "EUR")


@given(st.integers(0, 10_000), st.integers(0, 10_000), QUANTITIES)
def test_with_one_tier_both_ways_are_the_same(price: int, flat: int, quantity: int) -> None:
    tiers = [Tier(unit_price=Decimal(price) / 100, flat_amount=Decimal(flat) / 100)]
    assert graduated(tiers, quantity=Decimal(quantity)) == volume(tiers, quantity=Decimal(quantity))


def test_a_discount_leaves_the_rounding_to_the_line() -> None:
    price = discounted(Decimal("348.35"), Decimal(4))
    assert price == Decimal("334.416")
    net = line_net(quantity=Decimal(16), unit_price=price, currency="EUR")
    assert net == Decimal("5350.66")


def test_a_discount_is_from_nothing_to_everything() -> None:
    assert discounted(Decimal("8925.00"), Decimal(0)) == Decimal("8925.00")
    assert discounted(Decimal("8925.00"), Decimal(100)) == 0
    for wrong in ("-0.01", "100.01", "NaN", "Infinity"):
        with pytest.raises(InvalidAmount):
            discounted(Decimal("8925.00"), Decimal(wrong))


@given(st.integers(0, 10**9), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_greater_discount_never_costs_more(cents: int, some: int, more: int) -> None:
    less, greater = sorted((Decimal(some) / 100, Decimal(more) / 100))
    price = Decimal(cents) / 100
    assert 0 <= discounted(price, greater) <= discounted(price, less) <= price
