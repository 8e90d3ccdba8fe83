from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.tax import rates
from billing.tax.countries import EU_MEMBERS, ISO_COUNTRIES, normalise_country, vat_country
from billing.tax.errors import NoTaxRule
from billing.tax.rates import EU_STANDARD_RATES, RateFrom, eu_standard_rate, gst_rate
from billing.tax.states import STATES, find_state

# Standard rates of all member states on 1 January 2026.
RATES_2026 = (
    "AT 20 BE 21 BG 20 CY 19 CZ 21 DE 19 DK 25 EE 24 ES 21 FI 25.5 FR 20 GR 24 HR 25 HU 27 IE 23"
    " IT 22 LT 21 LU 17 LV 21 MT 18 NL 21 PL 23 PT 23 RO 21 SE 25 SI 22 SK 23"
)


def test_every_member_state_has_its_rate_of_2026() -> None:
    words = RATES_2026.split()
    expected = dict(zip(words[::2], map(Decimal, words[1::2]), strict=True))
    assert {member: eu_standard_rate(member, date(2026, 1, 1)) for member in EU_MEMBERS} == expected


@pytest.mark.parametrize(
    ("member", "last_day", "before", "after"),
    [
        ("EE", date(2023, 12, 31), "20", "22"),
        ("EE", date(2025, 6, 30), "22", "24"),
        ("FI", date(2024, 8, 31), "24", "25.5"),
        ("IE", date(2021, 2, 28), "21", "23"),
        ("LU", date(2022, 12, 31), "17", "16"),
        ("LU", date(2023, 12, 31), "16", "17"),
        ("RO", date(2025, 7, 31), "19", "21"),
        ("SK", date(2024, 12, 31), "20", "23"),
    ],
)
def test_a_rate_holds_until_the_day_before_the_next(
    member: str, last_day: date, before: str, after: str
) -> None:
    assert eu_standard_rate(member, last_day) == Decimal(before)
    next_day = date.fromordinal(last_day.toordinal() + 1)
    assert eu_standard_rate(member, next_day) == Decimal(after)


def test_rates_are_filed_in_the_order_of_their_days() -> None:
    assert set(EU_STANDARD_RATES) == EU_MEMBERS
    for rows in EU_STANDARD_RATES.values():
        days = [row.since for row in rows]
        assert days == sorted(set(days))


def test_a_day_without_a_row_has_no_rate() -> None:
    with pytest.raises(NoTaxRule, match="No tax rate of DE is on file for 2020-12-31"):
        eu_standard_rate("DE", date(2020, 12, 31))


def test_a_code_may_bear_a_rate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    row = (RateFrom(date(2025, 9, 22), Decimal(5)),)
    monkeypatch.setitem(rates.GST_RATES_BY_CODE, "9963", row)
    assert gst_rate("9963", date(2026, 1, 1)) == 5
    assert gst_rate("998319", date(2026, 1, 1)) == 18


def test_states_that_were_merged_are_found_under_their_new_name() -> None:
    assert len(STATES) == 37
    assert find_state("25") == find_state("26")
    assert find_state("28") == STATES["37"]
    assert find_state("99") is None
    assert find_state("") is None


def test_countries_are_iso_codes_with_the_names_vat_ids_use() -> None:
    assert len(ISO_COUNTRIES) == 250
    assert [normalise_country(code) for code in (" el", "uk", "XI", "in", "ZZ")] == [
        "GR",
        "GB",
        "GB",
        "IN",
        "",
    ]


def test_monaco_is_taxed_as_france() -> None:
    assert vat_country("MC") == "FR"
