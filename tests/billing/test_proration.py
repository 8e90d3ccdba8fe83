"""Parts of a month by calendar days, minimum commitments, and other projects' figures for both."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.commitments import beyond_true_up, true_up
from billing.money import InvalidAmount, UnknownCurrency, minor_unit
from billing.periods import Month
from billing.proration import Days, prorated, prorated_units

FIGURES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "cases" / "prorations.json").read_text(encoding="utf-8")
)
NOVEMBER = Days.of_month(Month(2026, 11))
MONTHS = st.builds(Month, st.integers(2000, 2199), st.integers(1, 12))
CURRENCIES = st.sampled_from(["JPY", "EUR", "INR", "BHD"])


def days(texts: list[str]) -> Days:
    return Days(*(date.fromisoformat(text) for text in texts))


@pytest.mark.parametrize("case", FIGURES["prorations"], ids=lambda case: f"{case['net']}")
def test_figures_of_public_billing_projects_come_out_to_the_cent(case: dict[str, Any]) -> None:
    net = prorated(
        Decimal(case["amount"]),
        case["currency"],
        part=days(case["part"]),
        whole=days(case["whole"]),
    )
    assert str(net) == case["net"]


@pytest.mark.parametrize("case", FIGURES["true_ups"], ids=lambda case: str(case["true_up"]))
def test_what_a_month_lacks_of_its_commitment_is_trued_up(case: dict[str, Any]) -> None:
    charged = sum((Decimal(net) for net in case["charged"]), Decimal(0))
    lacks = true_up(commitment=Decimal(case["commitment"]), charged=charged, currency="EUR")
    assert lacks == Decimal(case["true_up"])


def test_a_true_up_is_in_whole_minor_units() -> None:
    with pytest.raises(InvalidAmount):
        true_up(commitment=Decimal("10.005"), charged=Decimal(0), currency="EUR")


def test_a_true_up_pays_for_usage_that_comes_late() -> None:
    assert beyond_true_up(amount=Decimal("30.00"), paid_ahead=Decimal("100.00")) == 0
    assert beyond_true_up(amount=Decimal("30.00"), paid_ahead=Decimal("12.50")) == Decimal("17.50")


def test_days_are_half_open() -> None:
    part = NOVEMBER.within(date(2026, 11, 1), date(2026, 11, 13))
    assert part
    assert (part.count, part.last) == (12, date(2026, 11, 12))
    assert NOVEMBER.within(date(2026, 10, 1)) == NOVEMBER
    assert NOVEMBER.within(date(2026, 12, 1)) is None
    assert NOVEMBER.within(date(2026, 10, 1), date(2026, 11, 1)) is None


def test_a_day_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="end after"):
        Days(date(2026, 11, 1), date(2026, 11, 1))


def test_a_part_outside_of_its_whole_is_refused() -> None:
    outside = Days(date(2026, 11, 30), date(2026, 12, 2))
    with pytest.raises(ValueError, match="within"):
        prorated(Decimal(1), "EUR", part=outside, whole=NOVEMBER)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+999999999"])
def test_what_is_not_an_amount_is_refused(amount: str) -> None:
    with pytest.raises(InvalidAmount):
        prorated(Decimal(amount), "EUR", part=NOVEMBER, whole=NOVEMBER)
    with pytest.raises(UnknownCurrency):
        prorated(Decimal(1), "XXX", part=NOVEMBER, whole=NOVEMBER)


def test_the_whole_month_costs_the_whole_amount_and_holds_all_units() -> None:
    assert prorated(Decimal("10.01"), "EUR", part=NOVEMBER, whole=NOVEMBER) == Decimal("10.01")
    assert prorated_units(Decimal("0.5"), part=NOVEMBER, whole=NOVEMBER) == Decimal("0.5")


def test_units_of_a_part_are_whole_ones() -> None:
    part = Days(date(2026, 11, 1), date(2026, 11, 12))
    assert prorated_units(Decimal(1000), part=part, whole=NOVEMBER) == 367


@given(
    MONTHS,
    st.integers(0, 10**12),
    CURRENCIES,
    st.lists(st.integers(1, 30), unique=True, max_size=5),
)
def test_the_parts_of_a_split_month_add_up_to_the_month(
    month: Month, units: int, currency: str, cuts: list[int]
) -> None:
    whole, amount = Days.of_month(month), units * minor_unit(currency)
    inner = [whole.first + timedelta(days=cut) for cut in cuts if cut < whole.count]
    bounds = sorted({whole.first, whole.until, *inner})
    nets = [
        prorated(amount, currency, part=Days(first, until), whole=whole)
        for first, until in pairwise(bounds)
    ]
    assert sum(nets) == amount
    assert min(nets) >= 0


@given(MONTHS, st.integers(0, 10**9), CURRENCIES, st.integers(0, 30), st.integers(1, 31))
def test_a_part_is_its_days_share_within_a_minor_unit(
    month: Month, units: int, currency: str, begins: int, ends: int
) -> None:
    whole, unit = Days.of_month(month), minor_unit(currency)
    first, until = (whole.first + timedelta(days=min(n, whole.count)) for n in (begins, ends))
    if first >= until:
        return
    part = Days(first, until)
    exact = units * unit * part.count / whole.count
    assert abs(prorated(units * unit, currency, part=part, whole=whole) - exact) <= unit
