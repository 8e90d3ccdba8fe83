"""French, as in France: soixante-dix, quatre-vingts, cents that take an s only at the end."""

from __future__ import annotations

from billing.words.spoken import Language, Names, Sum

_NAMES = {
    "INR": Names("roupie", "roupies", "paisa", "paisas", is_feminine=True),
    "EUR": Names("euro", "euros", "centime", "centimes"),
    "USD": Names("dollar américain", "dollars américains", "cent", "cents"),
    "GBP": Names("livre sterling", "livres sterling", "penny", "pence", is_feminine=True),
    "AED": Names("dirham des EAU", "dirhams des EAU", "fils", "fils"),
    "AUD": Names("dollar australien", "dollars australiens", "cent", "cents"),
    "CHF": Names("franc suisse", "francs suisses", "centime", "centimes"),
    "SGD": Names("dollar de Singapour", "dollars de Singapour", "cent", "cents"),
    "JPY": Names("yen", "yens"),
    "KWD": Names("dinar koweïtien", "dinars koweïtiens", "fils", "fils"),
}
_BELOW_TWENTY = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = [
    "-",
    "-",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
]
_LARGE = (
    (10**12, "billion", "billions"),
    (10**9, "milliard", "milliards"),
    (10**6, "million", "millions"),
)
_THOUSAND, _HUNDRED, _EIGHTY, _SEVENTY_ONE = 1000, 100, 80, 71


class _French(Language):
    """Elides before a vowel: un million d'euros."""

    def write(self, written: Sum) -> str:
        """Return the amount in words."""
        return super().write(written).replace(" de euro", " d\N{RIGHT SINGLE QUOTATION MARK}euro")


def _number(number: int, feminine: bool) -> str:
    words = []
    rest = number
    for size, one, many in _LARGE:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{_below_thousand(count, at_end=True)} {one if count == 1 else many}")
    if words and not rest:
        # A million is a noun: un million de roupies.
        return f"{' '.join(words)} de"
    thousands, units = divmod(rest, _THOUSAND)
    if thousands:
        words.append("mille" if thousands == 1 else f"{_below_thousand(thousands)} mille")
    if units or not words:
        words.append(_below_thousand(units, at_end=True))
    text = " ".join(words)
    return f"{text}e" if feminine and _ends_in_one(units) else text


def _ends_in_one(number: int) -> bool:
    return number % 10 == 1 and number % _HUNDRED not in {11, _SEVENTY_ONE, 91}


def _below_thousand(number: int, *, at_end: bool = False) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    words = []
    if hundreds:
        plural = "s" if hundreds > 1 and not rest and at_end else ""
        words.append("cent" if hundreds == 1 else f"{_BELOW_TWENTY[hundreds]} cent{plural}")
    if rest or not hundreds:
        words.append(_below_hundred(rest, at_end=at_end))
    return " ".join(words)


def _below_hundred(number: int, *, at_end: bool) -> str:
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    if number == _EIGHTY:
        return "quatre-vingts" if at_end else "quatre-vingt"
    tens, units = divmod(number, 10)
    # Seventy and ninety count on from sixty and eighty: soixante-douze.
    units += 10 if tens in {7, 9} else 0
    if not units:
        return _TENS[tens]
    joint = " et " if units in {1, 11} and number < _EIGHTY else "-"
    return f"{_TENS[tens]}{joint}{_BELOW_TWENTY[units]}"


LANGUAGE = _French(
    names=_NAMES, number=_number, conjunction="et", minus="moins", zero_is_singular=True
)
