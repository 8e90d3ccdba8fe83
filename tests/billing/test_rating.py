from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import InvalidAmount
from billing.rating import ChargedBefore, LineKind, rate_usage
from billing.tiers import Tier, net_of, volume

PRICE = [Tier(unit_price=Decimal("0.85"))]
FALLING = [
    Tier(unit_price=Decimal(10)),
    Tier(above=Decimal(10), unit_price=Decimal(5), flat_amount=Decimal(20)),
]


def rate(total: str, included: str, already_charged: str = "0") -> tuple[str, str]:
    rating = rate_usage(
        total=Decimal(total),
        included=Decimal(included),
        tiers=PRICE,
        before=ChargedBefore(units=Decimal(already_charged)),
        currency="EUR",
    )
    return str(rating.included_quantity), str(rating.over_quantity)


def lines(
    total: str, *, by_volume: bool = False, units: str = "0", net: str = "0", ahead: str = "0"
) -> list[tuple[str, ...]]:
    """Return kind, quantity, price and units of each line; nothing is included."""
    rating = rate_usage(
        total=Decimal(total),
        included=Decimal(0),
        tiers=FALLING,
        by_volume=by_volume,
        before=ChargedBefore(units=Decimal(units), net=Decimal(net), paid_ahead=Decimal(ahead)),
        currency="EUR",
    )
    return [
        (
            line.kind.value,
            *(f"{n.normalize():f}" for n in (line.quantity, line.unit_price, line.units)),
        )
        for line in rating.lines
    ]


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


def test_each_tier_is_a_line_and_its_flat_amount_another() -> None:
    assert lines("12") == [
        ("units", "10", "10", "10"),
        ("units", "2", "5", "2"),
        ("flat", "1", "20", "0"),
    ]
    assert lines("12", units="11", net="125") == [("units", "1", "5", "1")]


def test_by_volume_late_units_of_the_same_tier_cost_its_price() -> None:
    assert lines("12", by_volume=True) == [("units", "12", "5", "12"), ("flat", "1", "20", "0")]
    assert lines("14", by_volume=True, units="12", net="80") == [("units", "2", "5", "2")]


def test_by_volume_late_units_that_reach_another_tier_cost_the_difference() -> None:
    # 20 units cost 100 and the tier 20; 9 of them were 90.
    assert lines("20", by_volume=True, units="9", net="90") == [("difference", "1", "30", "11")]


def test_what_becomes_cheaper_by_volume_costs_nothing_and_gives_nothing_back() -> None:
    # 11 units cost 75, but 10 of them were 100.
    assert lines("11", by_volume=True, units="10", net="100") == [("difference", "1", "0", "1")]
    # All that is cheaper is set off against what follows: 17 units cost 105.
    later = lines("17", by_volume=True, units="11", net="100")
    assert later == [("difference", "1", "5", "6")]


def test_what_a_true_up_paid_ahead_is_not_charged_again() -> None:
    assert lines("4", ahead="100") == [("covered", "4", "0", "4")]
    assert lines("4", ahead="15") == [("covered", "1", "25", "4")]
    assert lines("4", ahead="0") == [("units", "4", "10", "4")]


def test_kinds_of_lines_have_names() -> None:
    assert {kind.value for kind in LineKind} == {"units", "flat", "difference", "covered"}


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=10), st.integers(0, 20000))
def test_usage_that_trickles_in_costs_the_same_as_all_at_once(
    arrivals: list[int], included: int
) -> None:
    total = charged = Decimal(0)
    for arrival in arrivals:
        total += arrival
        charged += rate_usage(
            total=total,
            included=Decimal(included),
            tiers=PRICE,
            before=ChargedBefore(units=charged),
            currency="EUR",
        ).over_quantity
    assert charged == max(0, sum(arrivals) - included)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_by_volume_usage_that_trickles_in_costs_the_most_that_it_ever_came_to(
    arrivals: list[int],
) -> None:
    total = units = net = most = Decimal(0)
    for arrival in arrivals:
        total += arrival
        rating = rate_usage(
            total=total,
            included=Decimal(0),
            tiers=FALLING,
            by_volume=True,
            before=ChargedBefore(units=units, net=net),
            currency="EUR",
        )
        units += sum(line.units for line in rating.lines)
        net += sum(line.quantity * line.unit_price for line in rating.lines)
        most = max(most, net_of(volume(FALLING, quantity=total), "EUR"))
        assert (units, net) == (total, most)
