"""Standard rates with the days they hold, per cent.

EU: Article 96 of Directive 2006/112/EC, each state's own law for the changes. The tables reach
back to 1 January 2021; an earlier day has no row, and a document then says so instead of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.sentences import gettext_noop
from billing.tax.errors import NoTaxRule


@dataclass(frozen=True)
class RateFrom:
    """A rate that holds from a day on, until the next row's day."""

    since: date
    rate: Decimal


def _rates(*rows: tuple[date, str]) -> tuple[RateFrom, ...]:
    return tuple(RateFrom(since, Decimal(rate)) for since, rate in rows)


_START = date(2021, 1, 1)

EU_STANDARD_RATES = {
    "AT": _rates((_START, "20")),
    "BE": _rates((_START, "21")),
    "BG": _rates((_START, "20")),
    "CY": _rates((_START, "19")),
    "CZ": _rates((_START, "21")),
    "DE": _rates((_START, "19")),
    "DK": _rates((_START, "25")),
    "EE": _rates((_START, "20"), (date(2024, 1, 1), "22"), (date(2025, 7, 1), "24")),
    "ES": _rates((_START, "21")),
    "FI": _rates((_START, "24"), (date(2024, 9, 1), "25.5")),
    "FR": _rates((_START, "20")),
    "GR": _rates((_START, "24")),
    "HR": _rates((_START, "25")),
    "HU": _rates((_START, "27")),
    "IE": _rates((_START, "21"), (date(2021, 3, 1), "23")),
    "IT": _rates((_START, "22")),
    "LT": _rates((_START, "21")),
    "LU": _rates((_START, "17"), (date(2023, 1, 1), "16"), (date(2024, 1, 1), "17")),
    "LV": _rates((_START, "21")),
    "MT": _rates((_START, "18")),
    "NL": _rates((_START, "21")),
    "PL": _rates((_START, "23")),
    "PT": _rates((_START, "23")),
    "RO": _rates((_START, "19"), (date(2025, 8, 1), "21")),
    "SE": _rates((_START, "25")),
    "SI": _rates((_START, "22")),
    "SK": _rates((_START, "20"), (date(2025, 1, 1), "23")),
}

# 18 % is the rate of SAC 998319, other information technology services, since GST began.
DEFAULT_SAC = "998319"
_GST_DEFAULT = _rates((date(2017, 7, 1), "18"))
# HSN or SAC codes that bear another rate than the default.
GST_RATES_BY_CODE: dict[str, tuple[RateFrom, ...]] = {}


def eu_standard_rate(member: str, on: date) -> Decimal:
    """Return a member state's standard VAT rate on a day; raises `NoTaxRule` without a row."""
    return _rate_on(EU_STANDARD_RATES[member], on, member)


def gst_rate(tax_code: str, on: date) -> Decimal:
    """Return the whole GST rate (twice CGST) of an HSN or SAC code on a day."""
    return _rate_on(GST_RATES_BY_CODE.get(tax_code, _GST_DEFAULT), on, "IN")


def _rate_on(rows: tuple[RateFrom, ...], on: date, country: str) -> Decimal:
    for row in reversed(rows):
        if row.since <= on:
            return row.rate
    raise NoTaxRule(
        "rate-unknown",
        gettext_noop("No tax rate of %(country)s is on file for %(day)s: use a later date."),
        field="date",
        country=country,
        day=on.isoformat(),
    )
