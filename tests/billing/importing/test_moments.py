"""Reading dates and times as the platform prints them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.importing.errors import RowFailed
from billing.importing.moments import parse_moment

KOLKATA = ZoneInfo("Asia/Kolkata")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Asia/Kolkata", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-06-28 10:06:59", KOLKATA, datetime(2026, 6, 28, 4, 36, 59, tzinfo=UTC)),
        ("2026-06-28 10:06:59", BERLIN, datetime(2026, 6, 28, 8, 6, 59, tzinfo=UTC)),
        ("2026-08-03T18:30:56Z", KOLKATA, datetime(2026, 8, 3, 18, 30, 56, tzinfo=UTC)),
        ("2026-08-03T18:30:56+05:30", BERLIN, datetime(2026, 8, 3, 13, 0, 56, tzinfo=UTC)),
        ("2026-08-03T18:30:56-02:00", BERLIN, datetime(2026, 8, 3, 20, 30, 56, tzinfo=UTC)),
        (
            "2026-08-03T18:30:56.123456789Z",
            BERLIN,
            datetime(2026, 8, 3, 18, 30, 56, 123456, tzinfo=UTC),
        ),
        ("2028-02-29 00:00:00", KOLKATA, datetime(2028, 2, 28, 18, 30, tzinfo=UTC)),
    ],
)
def test_both_forms_are_read(text: str, zone: ZoneInfo, expected: datetime) -> None:
    assert parse_moment(text, zone) == expected


def test_an_hour_that_no_clock_showed_is_an_hour_later() -> None:
    # Clocks go from 02:00 to 03:00 on 29 March 2026.
    assert parse_moment("2026-03-29 02:30:00", BERLIN) == parse_moment(
        "2026-03-29 03:30:00", BERLIN
    )


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    # Clocks go back from 03:00 to 02:00 on 25 October 2026: 02:30 is 00:30 and 01:30 UTC.
    assert parse_moment("2026-10-25 02:30:00", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-06-28",
        "2026-06-28 10:06",
        "28.06.2026 10:06:59",
        "2026-02-29 10:00:00",
        "2026-13-01 10:00:00",
        "2026-06-28 24:00:00",
        "2026-06-28 23:59:60",
        "2026-06-28T10:06:59+0530",
        "2026-06-28T10:06:59+99:00",
        "2026-06-28 10:06:59 IST",
        " 2026-06-28 10:06:59",
        "2026-06-28 10:06:59\n",
        "\uff12\uff10\uff12\uff16-06-28 10:06:59",
        "0001-01-01 00:00:00",
        "1989-12-31 23:59:59",
        "9999-12-31 23:59:59",
    ],
)
def test_what_is_no_date_and_time_is_refused(text: str) -> None:
    with pytest.raises(RowFailed, match="is no date and time"):
        parse_moment(text, KOLKATA)


# Clocks without a zone: the zone is what is tried.
moments = st.datetimes(
    min_value=datetime.fromisoformat("1990-01-02T00:00:00"),
    max_value=datetime.fromisoformat("2199-12-30T00:00:00"),
)


@given(moments.map(lambda clock: clock.replace(microsecond=0)), st.sampled_from(ZONES))
def test_a_clock_of_a_zone_comes_back_as_it_was_unless_it_was_skipped(
    clock: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    there = parse_moment(clock.isoformat(sep=" "), zone).astimezone(zone).replace(tzinfo=None)
    assert there == clock or timedelta(0) < there - clock <= timedelta(days=1)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_an_offset_means_the_same_in_every_zone(
    clock: datetime, minutes: int
) -> None:
    moment = clock.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = moment.isoformat()
    assert {parse_moment(text, ZoneInfo(name)) for name in ZONES} == {moment}


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(RowFailed):
        assert parse_moment(text, BERLIN).tzinfo is UTC
