"""German: numbers below a million are one word, which may be parted where its parts meet."""

from __future__ import annotations

from billing.words.spoken import Language, Names

_NAMES = {
    "INR": Names("Rupie", "Rupien", "Paisa", "Paise", is_feminine=True),
    "EUR": Names("Euro", "Euro", "Cent", "Cent"),
    "USD": Names("US-Dollar", "US-Dollar", "Cent", "Cent"),
    "GBP": Names("Pfund Sterling", "Pfund Sterling", "Penny", "Pence"),
    "AED": Names("VAE-Dirham", "VAE-Dirham", "Fils", "Fils"),
    "AUD": Names("Australischer Dollar", "Australische Dollar", "Cent", "Cent"),
    "CHF": Names("Schweizer Franken", "Schweizer Franken", "Rappen", "Rappen"),
    "SGD": Names("Singapur-Dollar", "Singapur-Dollar", "Cent", "Cent"),
    "JPY": Names("Yen", "Yen"),
    "KWD": Names("Kuwait-Dinar", "Kuwait-Dinar", "Fils", "Fils"),
}
_BELOW_TWENTY = [
    "null",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
_TENS = [
    "-",
    "-",
    "zwanzig",
    "dreißig",
    "vierzig",
    "fünfzig",
    "sechzig",
    "siebzig",
    "achtzig",
    "neunzig",
]
_LARGE = (
    (10**12, "Billion", "Billionen"),
    (10**9, "Milliarde", "Milliarden"),
    (10**6, "Million", "Millionen"),
)
_THOUSAND, _HUNDRED = 1000, 100
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"


def _number(number: int, feminine: bool) -> str:
    if number == 1:
        return "eine" if feminine else "ein"
    words = []
    for size, one, many in _LARGE:
        count, number = divmod(number, size)
        if count:
            words.append(f"eine {one}" if count == 1 else f"{_number(count, False)} {many}")
    if number or not words:
        words.append(_below_million(number))
    return " ".join(words)


def _below_million(number: int) -> str:
    thousands, rest = divmod(number, _THOUSAND)
    parts = [f"{_below_thousand(thousands, before='ein')}tausend"] if thousands else []
    if rest or not thousands:
        parts.append(_below_thousand(rest))
    return _SOFT_HYPHEN.join(parts)


def _below_thousand(number: int, *, before: str = "eins") -> str:
    """Return the number; `before` is how a one at its end is said."""
    hundreds, rest = divmod(number, _HUNDRED)
    parts = [f"{_unit(hundreds)}hundert"] if hundreds else []
    if rest or not hundreds:
        parts.append(_below_hundred(rest, before))
    return _SOFT_HYPHEN.join(parts)


def _below_hundred(number: int, before: str) -> str:
    if number == 1:
        return before
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    tens, units = divmod(number, 10)
    return f"{_unit(units)}und{_TENS[tens]}" if units else _TENS[tens]


def _unit(number: int) -> str:
    return "ein" if number == 1 else _BELOW_TWENTY[number]


LANGUAGE = Language(names=_NAMES, number=_number, conjunction="und", minus="minus")
