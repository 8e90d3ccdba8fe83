"""Months and financial years in the seller's time zone.

A month is half-open: it holds its first moment and not the next month's first. Its bounds are
given in UTC, because Python compares two moments of one zone by their clocks, which lies in the
hour that a clock change repeats.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

# Nobody bills other centuries, and a zone's first or last year would leave the calendar.
_MONTH = re.compile(r"(2[01][0-9]{2})-(0[1-9]|1[0-2])")
_YEAR_OF_MONTHS = 12
# A price or a subscription that begins outside of these is a slip, such as 0206 or 20260.
EARLIEST_START, LATEST_START = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; ``str`` gives ``2026-10`` and `parse` reads it back."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``, from 2000 to 2199; raises ValueError for anything else."""
        found = _MONTH.fullmatch(text)
        if not found:
            raise ValueError(f"A month is written like 2026-10, not {text[:20]!r}.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a local date. A datetime is refused: make it a `local_date`."""
        if isinstance(day, datetime):
            raise TypeError("A moment has no month without a zone: use local_date() first.")
        return cls(day.year, day.month)

    def next(self) -> Self:
        """Return the following month."""
        return self.plus(1)

    def previous(self) -> Self:
        """Return the month before."""
        return self.plus(-1)

    def plus(self, months: int) -> Self:
        """Return the month that many months later (earlier when negative)."""
        year, month = divmod(self.year * _YEAR_OF_MONTHS + self.month - 1 + months, _YEAR_OF_MONTHS)
        return type(self)(year, month + 1)

    @property
    def days(self) -> int:
        """The number of calendar days, 28 to 31."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def first_day(self) -> date:
        """The first calendar day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last calendar day."""
        return date(self.year, self.month, self.days)

    def __contains__(self, day: date) -> bool:
        return Month.of(day) == self


@dataclass(frozen=True, order=True)
class FinancialYear:
    """A seller's financial year: twelve months from ``start_month`` of ``start_year``."""

    start_year: int
    start_month: int

    @property
    def label(self) -> str:
        """The label in document numbers: ``26-27``, or ``2026`` when it is the calendar year."""
        if self.start_month == 1:
            return f"{self.start_year:04}"
        return f"{self.start_year % 100:02}-{(self.start_year + 1) % 100:02}"

    @property
    def first_day(self) -> date:
        """The first day."""
        return date(self.start_year, self.start_month, 1)

    @property
    def last_day(self) -> date:
        """The last day."""
        return Month(self.start_year, self.start_month).plus(_YEAR_OF_MONTHS - 1).last_day

    def contains(self, day: date) -> bool:
        """Tell whether the day falls into this year."""
        return self.first_day <= day <= self.last_day


def financial_year(day: date, *, start_month: int) -> FinancialYear:
    """Return the financial year of a day. ``start_month`` is 4 in India, 1 for calendar years."""
    if not 1 <= start_month <= _YEAR_OF_MONTHS:
        raise ValueError("A financial year starts in a month from 1 to 12.")
    return FinancialYear(day.year if day.month >= start_month else day.year - 1, start_month)


def completed_months(*, since: Month, now: datetime, zone: ZoneInfo) -> list[Month]:
    """Return the months from ``since`` that are over in the zone at ``now``, oldest first."""
    current = Month.of(local_date(now, zone))
    months = []
    month = since
    while month < current:
        months.append(month)
        month = month.next()
    return months


def month_bounds(month: Month, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of the month and of the next one, in UTC."""
    return day_start(month.first_day, zone), day_start(month.next().first_day, zone)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the zone's calendar shows ``day`` or later.

    That is midnight, except where clocks jump over it (America/Asuncion, 1 October 2023) or
    over the whole day (Pacific/Apia, 30 December 2011).
    """
    midnight = datetime.combine(day, time(), tzinfo=zone)
    moment = midnight.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return moment
    return _end_of_gap(midnight, zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date of a moment in the zone. Refuses a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a zone has no local date.")
    return moment.astimezone(zone).date()


def _end_of_gap(missing: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which clocks jump over the wall time ``missing``."""
    # In a gap, fold=1 counts with the offset after the jump and fold=0 with the one before it,
    # so the jump lies between the two (PEP 495). Clocks change at whole seconds.
    before = missing.replace(fold=1).astimezone(UTC)
    after = missing.replace(fold=0).astimezone(UTC)
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after
