"""Parts of a month, by calendar days.

Days are half-open: they hold their first day and not the one that ends them. A part is what the
amount comes to up to its end, less what it comes to up to its beginning, each rounded HALF_UP: so
the parts of a month add up to the month, however often it is split. One part from the first day,
or up to the last one, is amount times days by days of the month, as anybody would reckon it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from billing.money import ONE, minor_unit, require_amount, round_to
from billing.periods import Month


@dataclass(frozen=True, order=True)
class Days:
    """One day or more: `first` is the first of them, `until` the day after the last."""

    first: date
    until: date

    def __post_init__(self) -> None:
        if self.until <= self.first:
            raise ValueError("Days end after the day on which they begin.")

    @classmethod
    def of_month(cls, month: Month) -> Self:
        """Return all days of a calendar month."""
        return cls(month.first_day, month.next().first_day)

    @property
    def last(self) -> date:
        """The last day, inclusive, as people count."""
        return self.until - timedelta(days=1)

    @property
    def count(self) -> int:
        """How many days."""
        return (self.until - self.first).days

    def within(self, first: date, until: date | None = None) -> Self | None:
        """Return those of the days from `first` on and before `until`; None when there are none."""
        begins = max(self.first, first)
        ends = self.until if until is None else min(self.until, until)
        return type(self)(begins, ends) if begins < ends else None


def prorated(amount: Decimal, currency: str, *, part: Days, whole: Days) -> Decimal:
    """Return what `part` costs when `whole` costs `amount`, in `currency`'s minor unit.

    Raises ValueError for a part outside of the whole, `InvalidAmount`, `UnknownCurrency`.
    """
    return _share(amount, minor_unit(currency), part=part, whole=whole)


def prorated_units(units: Decimal, *, part: Days, whole: Days) -> Decimal:
    """Return how many of the units of `whole` belong to `part`: whole units, by the same rule."""
    return units if part == whole else _share(units, ONE, part=part, whole=whole)


def _share(amount: Decimal, unit: Decimal, *, part: Days, whole: Days) -> Decimal:
    if part.first < whole.first or part.until > whole.until:
        raise ValueError("A part lies within the whole.")
    require_amount(amount)

    def up_to(day: date) -> Decimal:
        return round_to(amount * (day - whole.first).days / whole.count, unit)

    return up_to(part.until) - up_to(part.first)
