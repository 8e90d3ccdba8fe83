"""The public billing projects' figures on prorations, tiers and commitments, where the golden file
is at hand; the tables beside these tests cover the same rules without it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.commitments import true_up
from billing.discounts import discounted
from billing.money import line_net, percentage
from billing.proration import Days, prorated
from billing.tiers import Tier, graduated

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "golden" / "misc.json"
# What the portal deliberately does otherwise, and why.
LEFT_OUT = {
    "killbill-fixed30": "every month counted as thirty days: we count the calendar's days",
}
# Their taxes and credit notes are tested with the documents' totals.
TAXES_AND_CREDIT = {
    "lago-cn-sequence",
    "lago-pr2643",
    "lago-coupon",
    "lago-taxes",
    "pretix-net",
    "odoo-100478",
    "kosit-74",
    "zatca-386",
}


@pytest.fixture(scope="module")
def misc() -> dict[str, dict[str, Any]]:
    if not FILE.exists():
        pytest.skip("the golden files are not at hand")
    cases = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}


def part(amount: str, whole: str, of: str, currency: str = "EUR") -> str:
    """Prorate to the days `of`, both written as half-open "2026-11-01 2026-12-01"."""
    net = prorated(Decimal(amount), currency, part=days(of), whole=days(whole))
    return str(net)


def days(text: str) -> Days:
    first, until = text.split()
    return Days(date.fromisoformat(first), date.fromisoformat(until))


def test_every_case_is_tested_or_left_out_with_its_reason(misc: dict[str, Any]) -> None:
    here = {
        "lago-cn-20000",
        "lago-cn-16000",
        "lago-cn-2999",
        "lago-mincommit",
        "killbill-bcd",
        "killbill-double",
        "openmeter-tier",
        "openmeter-prorate",
        "flexprice-prorate",
        "flexprice-tax",
        "odoo-37896",
    }
    assert set(misc) == here | TAXES_AND_CREDIT | set(LEFT_OUT)


def test_what_was_paid_ahead_is_credited_by_calendar_days(misc: dict[str, Any]) -> None:
    month, rest = "2026-11-01 2026-12-01", "2026-11-02 2026-12-01"
    assert part("200.00", month, rest) == misc["lago-cn-20000"]["net"]
    assert part("160.00", month, rest) == misc["lago-cn-16000"]["net"]
    assert (
        part("29.99", "2026-11-02 2026-11-09", "2026-11-03 2026-11-09")
        == (misc["lago-cn-2999"]["net"])
    )


def test_a_commitment_is_prorated_and_trued_up(misc: dict[str, Any]) -> None:
    case, leap_year, two_days = (
        misc["lago-mincommit"],
        "2024-02-01 2024-03-01",
        "2024-02-28 2024-03-01",
    )
    february = true_up(
        commitment=Decimal(part("10000.00", leap_year, two_days)),
        charged=Decimal(part("100.00", leap_year, two_days)) + 3 * Decimal("10.00"),
        currency="EUR",
    )
    march = true_up(
        commitment=Decimal("10000.00"),
        charged=Decimal("100.00") + Decimal("10.00"),
        currency="EUR",
    )
    assert [str(february), str(march)] == [case["true_up_feb"], case["true_up_mar"]]


def test_periods_that_begin_on_another_day_have_their_own_days(misc: dict[str, Any]) -> None:
    (first, until, net), (later, end, rest) = misc["killbill-bcd"]["delta"]
    assert part("10.00", "2014-06-17 2014-07-17", f"{first} {until}") == net
    assert part("10.00", "2014-07-17 2014-08-17", f"{later} {end}") == rest
    # 14 of 31 days, a whole period, 12 of 28 days: shares that leave nothing to round.
    assert misc["killbill-double"]["cycles"] == "14/31 + 1 + 12/28"
    assert part("31.00", "2010-12-15 2011-01-15", "2011-01-01 2011-01-15") == "14.00"
    assert part("28.00", "2011-01-15 2011-02-15", "2011-01-15 2011-02-15") == "28.00"
    assert part("28.00", "2011-02-15 2011-03-15", "2011-02-15 2011-02-27") == "12.00"


def test_tiers_come_out_line_by_line(misc: dict[str, Any]) -> None:
    case = misc["openmeter-tier"]
    tiers = [
        Tier(flat_amount=Decimal(100)),
        Tier(above=Decimal(5), flat_amount=Decimal(50)),
        Tier(above=Decimal(10), unit_price=Decimal(5)),
        Tier(above=Decimal(15), unit_price=Decimal(1)),
    ]
    nets = [tier.net("JPY") for tier in graduated(tiers, quantity=Decimal(22))]
    assert [str(net) for net in nets] == case["lines"]
    assert str(sum(nets)) == case["total"]
    lacks = true_up(commitment=Decimal(1000), charged=Decimal(100), currency="JPY")
    assert str(lacks) == case["min_spend_1000_prior_100"]


def test_fees_are_prorated_by_the_days_of_their_month(misc: dict[str, Any]) -> None:
    month = "2026-01-01 2026-02-01"
    assert [
        part("100", month, "2026-01-17 2026-02-01", "USD"),
        part("100", month, "2026-01-01 2026-01-11", "USD"),
        part("1000", month, "2026-01-01 2026-01-11", "JPY"),
    ] == misc["openmeter-prorate"]["out"]
    case, month, rest = misc["flexprice-prorate"], "2024-03-01 2024-04-01", "2024-03-15 2024-04-01"
    charge, credit = part("20", month, rest, "USD"), part("10", month, rest, "USD")
    assert [charge, f"-{credit}"] == [case["charge"], case["credit"]]
    assert str(Decimal(charge) - Decimal(credit)) == case["net"]


def test_rates_and_discounts_are_rounded_once(misc: dict[str, Any]) -> None:
    rates = ["8.875", "2.125", "0.5"]
    taxes = [str(percentage(Decimal("99.99"), Decimal(rate), "USD")) for rate in rates]
    assert taxes == misc["flexprice-tax"]["taxes"]
    assert percentage(Decimal("100.00"), Decimal("8.875"), "USD") == Decimal("8.88")
    assert percentage(Decimal(999), Decimal("10.5"), "JPY") == 105
    price = discounted(Decimal("348.35"), Decimal(4))
    net = line_net(quantity=Decimal(16), unit_price=price, currency="EUR")
    assert str(net + percentage(net, Decimal(22), "EUR")) == misc["odoo-37896"]["total"]
