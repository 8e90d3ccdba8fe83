"""Amounts in words, as Indian invoices print them: lakh and crore for rupees.

Other currencies count in thousands and millions. The words are English; a language without a
table of its own gets English too, so that a document is never without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.money import minor_unit, round_money

Scales = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Names:
    one: str
    many: str
    one_minor: str = ""
    many_minor: str = ""


_CURRENCIES = {
    "INR": _Names("Rupee", "Rupees", "Paisa", "Paise"),
    "EUR": _Names("Euro", "Euros", "Cent", "Cents"),
    "USD": _Names("US Dollar", "US Dollars", "Cent", "Cents"),
    "GBP": _Names("Pound Sterling", "Pounds Sterling", "Penny", "Pence"),
    "AED": _Names("UAE Dirham", "UAE Dirhams", "Fils", "Fils"),
    "AUD": _Names("Australian Dollar", "Australian Dollars", "Cent", "Cents"),
    "CHF": _Names("Swiss Franc", "Swiss Francs", "Centime", "Centimes"),
    "SGD": _Names("Singapore Dollar", "Singapore Dollars", "Cent", "Cents"),
    "JPY": _Names("Yen", "Yen"),
    "KWD": _Names("Kuwaiti Dinar", "Kuwaiti Dinars", "Fils", "Fils"),
}
_UNITS = (
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen"
    " Fifteen Sixteen Seventeen Eighteen Nineteen"
)
_TENS = "Zero Ten Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety"
_BELOW_TWENTY = tuple(_UNITS.split())
_TENS_WORDS = tuple(_TENS.split())
# The largest scale takes any count before it: "One Lakh Crore".
_INDIAN: Scales = ((10**7, "Crore"), (10**5, "Lakh"), (10**3, "Thousand"), (100, "Hundred"))
_INTERNATIONAL: Scales = (
    (10**12, "Trillion"),
    (10**9, "Billion"),
    (10**6, "Million"),
    (10**3, "Thousand"),
    (100, "Hundred"),
)


def amount_in_words(amount: Decimal, currency: str, language: str = "en") -> str:
    """Return the amount in words, such as "Rupees Three Lakh Twenty Six Thousand Only".

    The amount is rounded to the currency's minor unit first. Raises `InvalidAmount` and
    `UnknownCurrency`. ``language`` is taken so that callers need not change with a new table.
    """
    del language
    rounded = round_money(amount, currency)
    units_in_one = int(1 / minor_unit(currency))
    major, minor = divmod(int(abs(rounded) * units_in_one), units_in_one)
    scales = _INDIAN if currency == "INR" else _INTERNATIONAL
    names = _CURRENCIES.get(currency, _Names(currency, currency))
    words = [names.one if major == 1 else names.many, _number(major, scales)]
    if rounded < 0:
        words.insert(0, "Minus")
    if minor:
        words += ["and", _minor(minor, units_in_one, names, scales)]
    return " ".join([*words, "Only"])


def _minor(minor: int, units_in_one: int, names: _Names, scales: Scales) -> str:
    if not names.many_minor:
        return f"{minor}/{units_in_one}"
    return f"{_number(minor, scales)} {names.one_minor if minor == 1 else names.many_minor}"


def _number(number: int, scales: Scales) -> str:
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    for size, name in scales:
        if number >= size:
            count, rest = divmod(number, size)
            words = f"{_number(count, scales)} {name}"
            return f"{words} {_number(rest, scales)}" if rest else words
    tens, rest = divmod(number, 10)
    return f"{_TENS_WORDS[tens]} {_BELOW_TWENTY[rest]}" if rest else _TENS_WORDS[tens]
