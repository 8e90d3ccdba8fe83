"""Exact strings: what a reader sees is what these tests say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal as D
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils.timezone import override as zone
from django.utils.translation import override as language

from certinext.web import formatting
from certinext.web.formatting import DASH, MINUS, NO_BREAK_SPACE

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english() -> Any:
    with language("en"):
        yield


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (D("100159.40"), "INR", "₹1,00,159.40"),
        (D("12345678.90"), "INR", "₹1,23,45,678.90"),
        (D("999.99"), "INR", "₹999.99"),
        (D("4405.25"), "EUR", "€4,405.25"),
        (D("1234567.00"), "EUR", "€1,234,567.00"),
        (D("2140"), "USD", "$2,140.00"),
        (D("1200"), "JPY", "¥1,200"),
        (D("1234.567"), "KWD", f"KWD{NO_BREAK_SPACE}1,234.567"),
        (D("5.5"), "CHF", f"CHF{NO_BREAK_SPACE}5.50"),
        (858, "EUR", "€858.00"),
        (D("0"), "INR", "₹0.00"),
    ],
)
def test_money_in_english_has_its_sign_first_and_its_own_grouping(
    value: D, currency: str, text: str
) -> None:
    assert formatting.money(value, currency) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (D("-98.40"), "EUR", f"{MINUS}€98.40"),
        (D("-34125.60"), "INR", f"{MINUS}₹34,125.60"),
        (D("-0.00"), "INR", "₹0.00"),
    ],
)
def test_negative_money_has_a_true_minus_sign_and_zero_has_none(
    value: D, currency: str, text: str
) -> None:
    assert formatting.money(value, currency) == text


@pytest.mark.parametrize(
    ("lang", "value", "currency", "text"),
    [
        ("de", D("-4405.25"), "EUR", f"{MINUS}4.405,25{NO_BREAK_SPACE}€"),
        ("de", D("1200"), "JPY", f"1.200{NO_BREAK_SPACE}¥"),
        ("fr", D("4405.25"), "EUR", f"4\N{NARROW NO-BREAK SPACE}405,25{NO_BREAK_SPACE}€"),
        ("hi", D("100159.40"), "INR", "₹1,00,159.40"),
        ("en-gb", D("100159.40"), "INR", "₹1,00,159.40"),
    ],
)
def test_money_speaks_the_readers_language(lang: str, value: D, currency: str, text: str) -> None:
    with language(lang):
        assert formatting.money(value, currency) == text


def test_an_unknown_language_falls_back_to_english() -> None:
    with language("xx"):
        assert formatting.money(D("1"), "EUR") == "€1.00"
        assert formatting.day(date(2026, 8, 4)) == "4 Aug 2026"


def test_a_unit_price_keeps_the_decimals_it_has() -> None:
    assert formatting.money(D("0.4525"), "INR") == "₹0.4525"
    assert formatting.money(D("17.250000"), "INR") == "₹17.25"


def test_a_large_amount_loses_no_digit() -> None:
    assert formatting.money(D("12345678901234567.89"), "EUR") == "€12,345,678,901,234,567.89"


@pytest.mark.parametrize("value", [1.5, "100.00", True])
def test_money_that_is_no_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        formatting.money(value, "INR")


def test_money_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no amount"):
        formatting.money(D("NaN"), "INR")


def test_an_amount_leaves_the_sign_to_the_columns_head() -> None:
    assert formatting.amount(D("100159.4"), "INR") == "1,00,159.40"
    assert formatting.amount(D("-1200"), "JPY") == f"{MINUS}1,200"
    assert formatting.amount(D("1.5"), "KWD") == "1.500"


def test_a_quantity_has_no_trailing_zeros() -> None:
    assert formatting.quantity(42380) == "42,380"
    assert formatting.quantity(D("1.500")) == "1.5"
    assert formatting.quantity(D("1E+3")) == "1,000"
    assert formatting.quantity(D("-3")) == f"{MINUS}3"


def test_a_rate_is_given_in_percent() -> None:
    assert formatting.percent(D("18.00")) == "18%"
    assert formatting.percent(D("0.25")) == "0.25%"
    with language("de"):
        assert formatting.percent(D("7.5")) == f"7,5{NO_BREAK_SPACE}%"


@pytest.mark.parametrize(
    ("lang", "text"),
    [("en", "4 Sep 2026"), ("de", "4. Sept. 2026"), ("fr", "4 sept. 2026"), ("hi", "04/09/2026")],
)
def test_a_day_is_short_and_in_the_readers_language(lang: str, text: str) -> None:
    with language(lang):
        assert formatting.day(date(2026, 9, 4)) == text


def test_days_and_months_in_sentences_are_spelled_out() -> None:
    assert formatting.full_day(date(2026, 8, 1)) == "1 August 2026"
    assert formatting.month(date(2026, 8, 1)) == "August 2026"
    with language("de"):
        assert formatting.full_day(date(2026, 8, 1)) == "1. August 2026"


def test_a_moment_is_told_in_the_active_zone() -> None:
    late = datetime(2026, 8, 3, 18, 30, tzinfo=UTC)
    with zone(ZoneInfo("Asia/Kolkata")):
        assert formatting.moment(late) == "4 Aug 2026, 00:00"
        assert formatting.day(late) == "4 Aug 2026"
        assert formatting.clock(late) == "00:00"
    with zone(ZoneInfo("Pacific/Kiritimati")), language("de"):
        assert formatting.moment(late) == "4. Aug. 2026, 08:30"


def test_a_moment_keeps_its_instant_whatever_zone_it_came_in() -> None:
    there = datetime(2026, 8, 3, 23, 0, tzinfo=timezone(timedelta(hours=-5)))
    with zone(UTC):
        assert formatting.moment(there) == "4 Aug 2026, 04:00"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Asia/Kolkata", "Asia/Kolkata (IST, UTC+5:30)"),
        ("Asia/Kathmandu", "Asia/Kathmandu (UTC+5:45)"),
        ("Europe/Berlin", "Europe/Berlin (CET, UTC+1; CEST, UTC+2)"),
        ("Australia/Sydney", "Australia/Sydney (AEST, UTC+10; AEDT, UTC+11)"),
        ("America/St_Johns", f"America/St_Johns (NST, UTC{MINUS}3:30; NDT, UTC{MINUS}2:30)"),
        ("UTC", "UTC"),
    ],
)
@pytest.mark.parametrize("month", [1, 7])
def test_a_zone_is_named_with_every_time_that_its_clocks_show(
    name: str, text: str, month: int
) -> None:
    with zone(ZoneInfo(name)):
        assert formatting.zone(datetime(2026, month, 15, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 7, 1), date(2026, 7, 31), f"1 {DASH} 31 Jul 2026"),
        (date(2026, 4, 1), date(2026, 8, 4), f"1 Apr {DASH} 4 Aug 2026"),
        (date(2025, 12, 16), date(2026, 1, 15), f"16 Dec 2025 {DASH} 15 Jan 2026"),
        (date(2026, 7, 1), date(2026, 7, 1), "1 Jul 2026"),
    ],
)
def test_a_period_says_nothing_twice(first: date, last: date, text: str) -> None:
    assert formatting.period(first, last) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 7, 1), date(2026, 7, 31), f"01 {DASH} 31/07/2026"),
        (date(2026, 7, 1), date(2026, 8, 31), f"01/07 {DASH} 31/08/2026"),
        (date(2026, 12, 1), date(2027, 1, 31), f"01/12/2026 {DASH} 31/01/2027"),
    ],
)
def test_a_period_in_hindi_is_in_figures(first: date, last: date, text: str) -> None:
    with language("hi"):
        assert formatting.period(first, last) == text
        assert formatting.short_month(date(2026, 7, 1)) == "07/2026"


def test_a_period_in_german() -> None:
    with language("de"):
        text = formatting.period(date(2026, 7, 1), date(2026, 7, 31))
    assert text == f"1.{DASH}31. Juli 2026"


@pytest.mark.parametrize(
    "write",
    [
        formatting.quantity,
        formatting.percent,
        formatting.day,
        formatting.full_day,
        formatting.month,
        formatting.clock,
        formatting.moment,
    ],
)
def test_what_is_absent_is_a_dash(write: Callable[[None], str]) -> None:
    assert write(None) == DASH
    assert formatting.money(None, "INR") == DASH
    assert formatting.amount(None, "INR") == DASH
    assert formatting.period(None, date(2026, 7, 31)) == DASH


def test_a_hostile_currency_stays_text() -> None:
    page = Template("{% load portal %}{{ value|money:currency }}")
    html = page.render(Context({"value": D("1"), "currency": "<img src=x>"}))
    assert "<img" not in html
    assert "&lt;" in html


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Asia/Kolkata", "31 Oct 2026, 23:58 IST"),
        ("Asia/Kathmandu", "1 Nov 2026, 00:13 UTC+5:45"),
        ("America/Sao_Paulo", f"31 Oct 2026, 15:28 UTC{MINUS}3"),
    ],
)
def test_a_stamped_moment_names_its_zones_time(name: str, shown: str) -> None:
    with zone(ZoneInfo(name)):
        assert formatting.stamped(datetime(2026, 10, 31, 18, 28, tzinfo=UTC)) == shown
