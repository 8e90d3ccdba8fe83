"""The series of document numbers that there are: which formats fit beside them, which fill up."""

from __future__ import annotations

from datetime import date

from billing.issuing import number_format_of
from billing.models import Document, NumberSeries, Seller
from billing.numbers import NumberFormat, NumbersClash, are_alike
from billing.periods import financial_year
from billing.sentences import gettext_noop

# Parts of a hundred of a series' numbers, from which on somebody should choose another format.
NEARLY_FULL = 90


def refuse_clash(
    number_format: NumberFormat, kind: str, *, today: date, financial_year_start: int
) -> None:
    """Raise `NumbersClash` where this format could not number, or repeat, in this year or the next.

    A series keeps its kind and its width: with another width its numbers would not sort, and the
    database gives a prefix to one series only.
    """
    this_year = financial_year(today, start_month=financial_year_start)
    next_year = financial_year(
        this_year.first_day.replace(year=this_year.start_year + 1), start_month=financial_year_start
    )
    known = list(NumberSeries.objects.order_by("prefix"))
    for label in (this_year.label, next_year.label):
        prefix = number_format.prefix(label)
        own = (prefix, kind, number_format.width)
        for series in known:
            is_own = (series.prefix, series.kind, series.width) == own
            if not is_own and are_alike(prefix, series.prefix):
                raise NumbersClash(
                    gettext_noop(
                        "Numbers after %(prefix)s could be taken for those of the series %(other)s,"
                        " which has %(width)s digits: choose another beginning."
                    ),
                    prefix=prefix,
                    other=series.prefix,
                    width=series.width,
                )


def nearly_full_series(seller: Seller, *, today: date) -> list[NumberSeries]:
    """Return the series in use on `today` that have given 90 % of their numbers or more."""
    label = financial_year(today, start_month=seller.financial_year_start).label
    prefixes = [number_format_of(seller, kind).prefix(label) for kind in Document.Kind.values]
    return [
        series
        for series in NumberSeries.objects.filter(prefix__in=prefixes).order_by("prefix")
        if (series.next_number - 1) * 100 >= NEARLY_FULL * (10**series.width - 1)
    ]
