"""Dates and times as the platform prints them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from billing.importing.errors import RowFailed
from billing.sentences import gettext_noop

# `2026-06-28 10:06:59` (production, no zone) and `2026-08-03T18:30:56Z` (sandbox).
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
# Certificates and this platform are younger; far years would leave the calendar in some zone.
_YEARS = range(1990, 2200)


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date and time; return it in UTC. One without a zone is a clock in `zone`.

    Where clocks are set forward, a time that no clock showed counts as if they had not been (02:30
    becomes 03:30); where they are set back, the first of the two hours is meant. Raises
    `RowFailed`.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise _unreadable(text)
    *numbers, fraction, offset = found.groups()
    year, month, day, hour, minute, second = (int(number) for number in numbers)
    if year not in _YEARS:
        raise _unreadable(text)
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        clock = datetime(
            year, month, day, hour, minute, second, microsecond, tzinfo=_zone(offset) or zone
        )
    except ValueError:
        raise _unreadable(text) from None
    return clock.astimezone(UTC)


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return UTC
    hours, minutes = offset[1:].split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if offset[0] == "-" else away)


def _unreadable(text: str) -> RowFailed:
    return RowFailed(
        gettext_noop(
            "%(text)s is no date and time such as 2026-06-28 10:06:59 or 2026-08-03T18:30:56Z."
        ),
        text=repr(text[:40]),
    )
