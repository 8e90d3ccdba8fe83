"""How amounts, numbers and dates are written on pages: in the reader's language, by CLDR.

Nothing here rounds. Amounts arrive rounded by the rule that made them, and what is shown is
what is stored: an amount has at least its currency's decimals, a unit price may have more.
English is written as on our documents: ``4 Aug 2026``, 24 hours, a true minus sign, and
rupees in lakhs and crores; Hindi writes days as ``04/08/2026``.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, get_datetime_format
from babel.numbers import NumberPattern, get_currency_precision
from django.utils import timezone
from django.utils.translation import get_language, to_locale

DASH = ABSENT = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

# CLDR wants a space between a currency without a sign of its own and its number: CHF 12.
_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[A-Za-z])(?=\d)")

# CLDR's patterns for English are American, its British months say "Sept": so English has its own.
# Hindi business papers write days in figures; CLDR's abbreviated months are no help to a reader.
_PATTERNS = {
    "en": {"yMMMd": "d MMM y", "MMMd": "d MMM", "yMMM": "MMM y", "d": "d"},
    "hi": {"yMMMd": "dd/MM/y", "MMMd": "dd/MM", "yMMM": "MM/y", "d": "dd"},
}


def money(value: Decimal | int | None, currency: str) -> str:
    """An amount with its currency's sign: ``₹1,00,159.40``, ``€98.40``, ``¥1,200``.

    ``value`` is in units of ``currency`` (ISO 4217), already rounded. What is negative has a
    true minus sign. None is a dash.
    Raises TypeError for a float or a text: money is Decimal.
    """
    if value is None:
        return ABSENT
    number = _exact(value)
    locale = _money_locale(currency)
    pattern = locale.currency_formats["standard"]
    digits = max(_decimals(number), get_currency_precision(currency))
    text = _with_decimals(pattern, digits, digits).apply(
        number, locale, currency=currency, currency_digits=False
    )
    return _LETTER_BEFORE_DIGIT.sub(NO_BREAK_SPACE, str(text)).replace("-", MINUS)


def amount(value: Decimal | int | None, currency: str) -> str:
    """The same number without the currency's sign, for columns that name it in their head."""
    if value is None:
        return ABSENT
    number = _exact(value)
    locale = _money_locale(currency)
    digits = max(_decimals(number), get_currency_precision(currency))
    return _plain(number, locale, digits, digits)


def quantity(value: Decimal | int | None) -> str:
    """A count or measure without trailing zeros: ``42,380``, ``1.5``."""
    if value is None:
        return ABSENT
    number = _exact(value)
    return _plain(number, _locale(), 0, _decimals(number))


def percent(value: Decimal | int | None) -> str:
    """A rate that is given in percent: ``Decimal("18.00")`` is ``18%``."""
    if value is None:
        return ABSENT
    number = _exact(value)
    locale = _locale()
    pattern = _with_decimals(locale.percent_formats[None], 0, _decimals(number))
    return str(pattern.apply(number.scaleb(-2), locale)).replace("-", MINUS)


def day(value: date | None) -> str:
    """A date: ``4 Aug 2026``. A moment is taken in the active time zone."""
    return ABSENT if value is None else _date(_local_date(value), "yMMMd")


def full_day(value: date | None) -> str:
    """A date inside a sentence: ``4 August 2026``."""
    if value is None:
        return ABSENT
    local = _local_date(value)
    if _is_english():
        return str(format_date(local, "d MMMM y", locale="en"))
    return str(format_date(local, "long", locale=_locale()))


def month(value: date | None) -> str:
    """The month of a date: ``August 2026``."""
    if value is None:
        return ABSENT
    return str(format_skeleton("yMMMM", _local_date(value), locale=_locale()))


def short_month(value: date) -> str:
    """The month of a date for a narrow column: ``Oct 2026``."""
    return _date(value, "yMMM")


def clock(value: datetime | None) -> str:
    """The time of day in the active time zone, 24 hours: ``09:12``."""
    if value is None:
        return ABSENT
    local = _local(value)
    if _is_english():
        return local.strftime("%H:%M")
    return str(format_skeleton("Hm", local.replace(tzinfo=None), locale=_locale()))


def moment(value: datetime | None) -> str:
    """Date and time in the active time zone, which every page names: ``4 Aug 2026, 09:12``."""
    if value is None:
        return ABSENT
    glue = str(get_datetime_format("medium", locale=_locale())).replace("'", "")
    return glue.replace("{0}", clock(value)).replace("{1}", day(value))


def stamped(value: datetime) -> str:
    """Return a moment with the name of its zone's time: ``31 Oct 2026, 23:58 IST``."""
    return f"{moment(value)} {_short_zone(value)}"


def zone(now: datetime) -> str:
    """The active time zone with what its clocks show this year: ``Asia/Kolkata (IST, UTC+5:30)``.

    Where they are put forward both are named: ``Europe/Berlin (CET, UTC+1; CEST, UTC+2)``.
    """
    name, year = timezone.get_current_timezone_name(), _local(now).year
    if name == "UTC":
        return name
    winter_and_summer = (datetime(year, month, 1, 12, tzinfo=UTC) for month in (1, 7))
    clocks = sorted({_clock_of(moment) for moment in winter_and_summer})
    return f"{name} ({'; '.join(text for _offset, text in clocks)})"


def period(first: date | None, last: date | None) -> str:
    """From the first day to the last, both included: ``1 - 31 Jul 2026`` (with a dash)."""
    if first is None or last is None:
        return ABSENT
    start, end = _local_date(first), _local_date(last)
    if start == end:
        return day(start)
    if _locale().language not in _PATTERNS:
        return str(format_interval(start, end, "yMMMd", locale=_locale()))
    if start.year != end.year:
        return f"{day(start)} {DASH} {day(end)}"
    if start.month != end.month:
        return f"{_date(start, 'MMMd')} {DASH} {day(end)}"
    return f"{_date(start, 'd')} {DASH} {day(end)}"


def _exact(value: Decimal | int) -> Decimal:
    """The number as Decimal, without a negative zero."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"Numbers on pages are Decimal or int, not {type(value).__name__}.")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{number} is no amount.")
    return number if number else abs(number)


def _decimals(number: Decimal) -> int:
    """How many decimals the number needs, trailing zeros aside."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _plain(number: Decimal, locale: Locale, least: int, most: int) -> str:
    pattern = _with_decimals(locale.decimal_formats[None], least, most)
    return str(pattern.apply(number, locale)).replace("-", MINUS)


def _with_decimals(pattern: NumberPattern, least: int, most: int) -> NumberPattern:
    """A copy of CLDR's pattern that shows this many decimals."""
    changed = copy(pattern)
    changed.frac_prec = (least, most)
    return changed


def _date(value: date, skeleton: str) -> str:
    patterns = _PATTERNS.get(_locale().language)
    if patterns:
        return str(format_date(value, patterns[skeleton], locale=_locale()))
    return str(format_skeleton(skeleton, value, locale=_locale()))


def _clock_of(moment: datetime) -> tuple[timedelta, str]:
    offset, text = _offset(moment)
    short = _short_zone(moment)
    return offset, f"{short}, {text}" if short != text else text


def _short_zone(moment: datetime) -> str:
    """Return what a zone calls its time, or how far it is from UTC where it has no name for it."""
    # Zones without a name for their time have a number there.
    short = _local(moment).tzname() or ""
    return short if short.isalpha() else _offset(moment)[1]


def _offset(moment: datetime) -> tuple[timedelta, str]:
    offset = _local(moment).utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = MINUS if offset < timedelta() else "+"
    return offset, f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def _local(value: datetime) -> datetime:
    return timezone.localtime(value)


def _local_date(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def _money_locale(currency: str) -> Locale:
    """English groups rupees the Indian way and every other currency by thousands."""
    if _is_english():
        return _parsed("en_IN" if currency == "INR" else "en")
    return _locale()


def _is_english() -> bool:
    return _locale().language == "en"


def _locale() -> Locale:
    return _parsed(to_locale(get_language() or "en"))


@lru_cache(maxsize=64)
def _parsed(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
