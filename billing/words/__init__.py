"""Amounts in words, as Indian invoices print them, in the document's language."""

from __future__ import annotations

from decimal import Decimal

from billing.money import minor_unit, round_money
from billing.words import english, french, german, hindi
from billing.words.spoken import Language, Sum

_LANGUAGES: dict[str, Language] = {
    "de": german.LANGUAGE,
    "en": english.LANGUAGE,
    "fr": french.LANGUAGE,
    "hi": hindi.LANGUAGE,
}


def amount_in_words(amount: Decimal, currency: str, language: str = "en") -> str:
    """Return the amount in words, such as "Rupees Three Lakh Twenty Six Thousand Only".

    The amount is rounded to the currency's minor unit first. A language without words of its own
    gets English, so that a document is never without them. Raises `InvalidAmount` and
    `UnknownCurrency`.
    """
    rounded = round_money(amount, currency)
    units_in_one = int(1 / minor_unit(currency))
    major, minor = divmod(int(abs(rounded) * units_in_one), units_in_one)
    written = Sum(
        currency=currency,
        major=major,
        minor=minor,
        units_in_one=units_in_one,
        is_negative=rounded < 0,
    )
    return _LANGUAGES.get(language, english.LANGUAGE).write(written)
