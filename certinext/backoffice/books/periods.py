"""The periods that books are kept by: months, calendar quarters, the seller's financial years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from billing.models import Document, Seller
from billing.periods import Month, day_start, financial_year
from certinext.web import formatting

_QUARTER = re.compile(r"(2[01][0-9]{2})-Q([1-4])")
_YEAR = re.compile(r"FY(2[01][0-9]{2})")
# How far back the choice goes; an address may name any earlier period.
MOST_YEARS = 6


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, in the seller's calendar."""

    key: str
    first: date
    last: date
    label: str

    def bounds(self, seller: Seller) -> tuple[datetime, datetime]:
        """Return its first moment and the one after its last, in UTC."""
        after = self.last + timedelta(days=1)
        return day_start(self.first, seller.zone), day_start(after, seller.zone)


def parse_period(text: str, *, seller: Seller) -> Period:
    """Read ``2026-10``, ``2026-Q4`` or ``FY2026``; raises ValueError for anything else."""
    if quarter := _QUARTER.fullmatch(text):
        return quarter_of(Month(int(quarter[1]), int(quarter[2]) * 3))
    if year := _YEAR.fullmatch(text):
        return _year(date(int(year[1]), seller.financial_year_start, 1), seller)
    return month_of(Month.parse(text))


def month_of(month: Month) -> Period:
    """Return a calendar month."""
    return Period(str(month), month.first_day, month.last_day, formatting.month(month.first_day))


def quarter_of(month: Month) -> Period:
    """Return the calendar quarter that a month belongs to."""
    number = (month.month - 1) // 3 + 1
    first, last = Month(month.year, number * 3 - 2), Month(month.year, number * 3)
    label = _("%(year)s, quarter %(number)s") % {"year": month.year, "number": number}
    return Period(f"{month.year}-Q{number}", first.first_day, last.last_day, label)


def choices(*, seller: Seller, today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return months, quarters and financial years since the first document, the latest first."""
    oldest = Document.objects.filter(number__isnull=False).order_by("issue_date")
    since = oldest.values_list("issue_date", flat=True).first() or today
    earliest = Month(max(since.year, today.year - MOST_YEARS), 1)
    month = Month.of(today)
    months: list[Month] = []
    while month >= max(earliest, Month.of(since)):
        months.append(month)
        month = month.previous()
    months = months or [Month.of(today)]
    quarters = {quarter_of(month) for month in months}
    years = {_year(month.first_day, seller) for month in months}
    return [
        (_("Months"), [(period.key, period.label) for period in map(month_of, months)]),
        (_("Quarters"), _latest_first(quarters)),
        (_("Financial years"), _latest_first(years)),
    ]


def _latest_first(periods: set[Period]) -> list[tuple[str, str]]:
    ordered = sorted(periods, key=lambda period: period.first, reverse=True)
    return [(period.key, period.label) for period in ordered]


def _year(day: date, seller: Seller) -> Period:
    year = financial_year(day, start_month=seller.financial_year_start)
    label = _("Financial year %(label)s") % {"label": year.label}
    return Period(f"FY{year.start_year}", year.first_day, year.last_day, label)
