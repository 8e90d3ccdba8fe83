"""How documents write amounts, rates, dates and terms, in the active language."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import get_currency_symbol
from django.utils.translation import get_language, gettext, ngettext, to_locale

from billing.models import DocumentLine
from billing.periods import Month
from certinext.web.formatting import (
    NO_BREAK_SPACE,
    amount,
    day,
    money,
    percent,
    period,
    short_month,
)

__all__ = ["amount", "day", "percent", "period", "short_month"]

_SIGN_BEFORE_DIGIT = re.compile(r"(?<=[^\d\s\N{MINUS SIGN}.,])(?=\d)")
_DIGIT_BEFORE_PERCENT = re.compile(r"(?<=\d)(?=%)")


def price(value: Decimal, currency: str) -> str:
    """Return an amount with its sign, set apart as on all our documents: ``₹ 3,26,948.00``."""
    return _SIGN_BEFORE_DIGIT.sub(NO_BREAK_SPACE, money(value, currency), count=1)


def signed(value: Decimal, currency: str) -> str:
    """Return a correction with its direction: ``+0.09``, or with a true minus."""
    return f"+{amount(value, currency)}" if value > 0 else amount(value, currency)


def rate(value: Decimal) -> str:
    """Return a rate in percent: ``18 %``."""
    return _DIGIT_BEFORE_PERCENT.sub(NO_BREAK_SPACE, percent(value))


def rate_figure(value: Decimal) -> str:
    """Return a rate without its sign: ``9``."""
    return percent(value).replace("%", "").strip()


def currency_sign(currency: str) -> str:
    """Return what a column of amounts says in its head: ``₹``, ``€``, ``CHF``."""
    return str(get_currency_symbol(currency, locale=to_locale(get_language() or "en")))


def term(line: DocumentLine) -> str:
    """Return what the price was for: years, a month, days, or once."""
    if line.term_years:
        return ngettext("%(count)d year", "%(count)d years", line.term_years) % {
            "count": line.term_years
        }
    if line.service_until is None:
        return gettext("Once")
    if _is_whole_month(line.service_from, line.service_until):
        return short_month(line.service_from)
    return period(line.service_from, line.service_until)


def _is_whole_month(first: date, last: date) -> bool:
    return first.day == 1 and Month.of(first) == Month.of(last) and _ends_month(last)


def _ends_month(last: date) -> bool:
    return (last + timedelta(days=1)).day == 1
