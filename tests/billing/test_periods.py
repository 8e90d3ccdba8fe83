from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.periods import (
    FinancialYear,
    Month,
    completed_months,
    day_start,
    financial_year,
    local_date,
    month_bounds,
)

KOLKATA = ZoneInfo("Asia/Kolkata")
BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
ASUNCION = ZoneInfo("America/Asuncion")
HAVANA = ZoneInfo("America/Havana")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [
    KOLKATA,
    BERLIN,
    KATHMANDU,
    KIRITIMATI,
    ASUNCION,
    HAVANA,
    APIA,
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("Asia/Beirut"),
    ZoneInfo("Asia/Amman"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("UTC"),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-1", "26-10", "2026-13", "2026-00", "2026-10-01", "", "x"),
        *("0001-01", "1900-01", "1999-12", "2200-01", "9999-12"),
    ],
)
def test_a_month_is_read_in_one_form_only(text: str) -> None:
    with pytest.raises(ValueError, match="2026-10"):
        Month.parse(text)


def test_a_month_prints_as_it_is_read() -> None:
    assert str(Month.parse("2026-10")) == "2026-10"
    assert Month.parse("2026-10") == Month(2026, 10)


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(ValueError, match="month"):
        Month(2026, 13)


def test_months_follow_each_other_across_the_year() -> None:
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2027, 1).previous() == Month(2026, 12)
    assert Month(2026, 11).plus(14) == Month(2028, 1)
    assert Month(2026, 12) < Month(2027, 1)


def test_february_has_its_29th_in_leap_years() -> None:
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2026, 2).last_day == date(2026, 2, 28)
    assert Month(2028, 2).days == 29
    assert Month.of(date(2028, 2, 29)) == Month(2028, 2)
    assert date(2028, 2, 29) in Month(2028, 2)
    assert date(2028, 3, 1) not in Month(2028, 2)


def test_a_moment_has_no_month_without_a_zone() -> None:
    with pytest.raises(TypeError, match="local_date"):
        Month.of(utc("2026-10-31T18:30:00"))
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 10, 31), KOLKATA)  # noqa: DTZ001  the mistake under test


@pytest.mark.parametrize(
    ("month", "zone", "start", "end"),
    [
        ("2026-10", KOLKATA, "2026-09-30T18:30:00", "2026-10-31T18:30:00"),
        ("2026-12", KOLKATA, "2026-11-30T18:30:00", "2026-12-31T18:30:00"),
        # Berlin's October has 31 days and one hour, its March an hour less.
        ("2026-10", BERLIN, "2026-09-30T22:00:00", "2026-10-31T23:00:00"),
        ("2026-03", BERLIN, "2026-02-28T23:00:00", "2026-03-31T22:00:00"),
        ("2026-10", KATHMANDU, "2026-09-30T18:15:00", "2026-10-31T18:15:00"),
        ("2027-01", KIRITIMATI, "2026-12-31T10:00:00", "2027-01-31T10:00:00"),
        ("2028-02", KOLKATA, "2028-01-31T18:30:00", "2028-02-29T18:30:00"),
        # Clocks jumped from 00:00 to 01:00 on 1 October 2023: the month began at 01:00.
        ("2023-10", ASUNCION, "2023-10-01T04:00:00", "2023-11-01T03:00:00"),
        # Clocks show midnight of 1 November twice in Havana: the first one counts.
        ("2026-11", HAVANA, "2026-11-01T04:00:00", "2026-12-01T05:00:00"),
        # Samoa had no 30 December 2011.
        ("2011-12", APIA, "2011-12-01T10:00:00", "2011-12-31T10:00:00"),
    ],
)
def test_a_month_begins_and_ends_at_local_midnight(
    month: str, zone: ZoneInfo, start: str, end: str
) -> None:
    assert month_bounds(Month.parse(month), zone) == (utc(start), utc(end))


def test_a_day_that_never_was_begins_with_the_next_one() -> None:
    assert day_start(date(2011, 12, 30), APIA) == day_start(date(2011, 12, 31), APIA)
    assert local_date(day_start(date(2011, 12, 30), APIA), APIA) == date(2011, 12, 31)


def test_a_day_begins_where_the_clocks_jumped_over_midnight() -> None:
    # 23:30 became 00:30 in Toronto on 30 March 1919.
    start = day_start(date(1919, 3, 31), ZoneInfo("America/Toronto"))
    assert start == utc("1919-03-31T04:30:00")


@pytest.mark.parametrize("zone", [KOLKATA, BERLIN, KATHMANDU, KIRITIMATI], ids=str)
@pytest.mark.parametrize("month", [Month(2026, 10), Month(2026, 12), Month(2028, 2)], ids=str)
def test_the_last_second_belongs_to_the_month_and_the_next_does_not(
    month: Month, zone: ZoneInfo
) -> None:
    _, end = month_bounds(month, zone)
    assert local_date(end - timedelta(seconds=1), zone) == month.last_day
    assert local_date(end, zone) == month.next().first_day


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=1970 * 12, max_value=2040 * 12).map(lambda n: Month(n // 12, n % 12 + 1)),
)
def test_months_meet_without_gap_or_overlap_in_every_zone(zone: ZoneInfo, month: Month) -> None:
    start, end = month_bounds(month, zone)
    assert month_bounds(month.next(), zone)[0] == end
    assert Month.of(local_date(start, zone)) == month
    assert Month.of(local_date(start - timedelta(seconds=1), zone)) < month
    assert Month.of(local_date(end - timedelta(seconds=1), zone)) == month


def test_a_month_is_completed_when_it_is_over_in_the_sellers_zone() -> None:
    before = utc("2026-10-31T18:29:59")
    after = utc("2026-10-31T18:30:00")
    since = Month(2026, 8)
    assert completed_months(since=since, now=before, zone=KOLKATA) == [since, Month(2026, 9)]
    assert completed_months(since=since, now=after, zone=KOLKATA)[-1] == Month(2026, 10)
    assert completed_months(since=since, now=after, zone=BERLIN)[-1] == Month(2026, 9)
    assert completed_months(since=Month(2027, 1), now=after, zone=KOLKATA) == []


def test_the_financial_year_turns_on_its_first_day() -> None:
    assert financial_year(date(2027, 3, 31), start_month=4).label == "26-27"
    assert financial_year(date(2027, 4, 1), start_month=4).label == "27-28"
    assert financial_year(date(2026, 12, 31), start_month=1).label == "2026"
    assert financial_year(date(2027, 1, 1), start_month=1).label == "2027"
    assert financial_year(date(2099, 12, 31), start_month=4).label == "99-00"


def test_a_financial_year_contains_its_twelve_months() -> None:
    year = FinancialYear(2027, 4)
    assert (year.first_day, year.last_day) == (date(2027, 4, 1), date(2028, 3, 31))
    assert year.contains(date(2028, 2, 29))
    assert not year.contains(date(2028, 4, 1))
    assert FinancialYear(2026, 1).last_day == date(2026, 12, 31)


@pytest.mark.parametrize("start_month", [0, 13])
def test_a_financial_year_starts_in_a_month(start_month: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        financial_year(date(2026, 1, 1), start_month=start_month)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)), st.integers(1, 12))
def test_every_day_is_in_its_financial_year(day: date, start_month: int) -> None:
    assert financial_year(day, start_month=start_month).contains(day)
