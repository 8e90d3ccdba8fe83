from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import InvalidAmount
from billing.rating import over_included


def rate(total: str, included: str, already_charged: str = "0") -> tuple[str, str]:
    rating = over_included(
        total=Decimal(total), included=Decimal(included), already_charged=Decimal(already_charged)
    )
    return str(rating.included_quantity), str(rating.over_quantity)


def test_usage_within_the_plan_costs_nothing() -> None:
    assert rate("9999", "10000") == ("9999", "0")
    assert rate("10000", "10000") == ("10000", "0")


def test_only_usage_above_the_included_units_is_charged() -> None:
    assert rate("16480", "10000") == ("10000", "6480")


def test_without_a_plan_every_unit_is_charged() -> None:
    assert rate("3.5", "0") == ("0", "3.5")


def test_late_usage_is_only_charged_for_the_difference() -> None:
    assert rate("16500", "10000", already_charged="6480") == ("10000", "20")
    assert rate("16480", "10000", already_charged="6480") == ("10000", "0")


def test_nothing_is_charged_when_more_is_charged_than_is_known() -> None:
    assert rate("12000", "10000", already_charged="6480") == ("10000", "0")


@pytest.mark.parametrize("bad", ["-1", "NaN", "Infinity"])
def test_a_quantity_is_a_number_not_below_zero(bad: str) -> None:
    with pytest.raises(InvalidAmount):
        rate(bad, "0")
    with pytest.raises(InvalidAmount):
        rate("0", bad)
    with pytest.raises(InvalidAmount):
        rate("0", "0", bad)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=10), st.integers(0, 20000))
def test_usage_that_trickles_in_costs_the_same_as_all_at_once(
    arrivals: list[int], included: int
) -> None:
    total = charged = Decimal(0)
    for arrival in arrivals:
        total += arrival
        charged += over_included(
            total=total, included=Decimal(included), already_charged=charged
        ).over_quantity
    assert charged == max(0, sum(arrivals) - included)
