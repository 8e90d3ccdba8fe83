from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import InvalidAmount
from billing.words import amount_in_words

UNITS = (
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen"
    " Fifteen Sixteen Seventeen Eighteen Nineteen"
)
TENS = "Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety"
COUNTS = {word: value for value, word in enumerate(UNITS.split())} | {
    word: value * 10 for value, word in enumerate(TENS.split(), start=2)
}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("326948.00", "Rupees Three Lakh Twenty Six Thousand Nine Hundred Forty Eight Only"),
        (
            "81182.47",
            "Rupees Eighty One Thousand One Hundred Eighty Two and Forty Seven Paise Only",
        ),
        ("60522", "Rupees Sixty Thousand Five Hundred Twenty Two Only"),
        ("118000", "Rupees One Lakh Eighteen Thousand Only"),
        ("0", "Rupees Zero Only"),
        ("0.01", "Rupees Zero and One Paisa Only"),
        ("1", "Rupee One Only"),
        ("10000000", "Rupees One Crore Only"),
        ("1000000000000", "Rupees One Lakh Crore Only"),
        (
            "123400000067.50",
            "Rupees Twelve Thousand Three Hundred Forty Crore Sixty Seven and Fifty Paise Only",
        ),
        ("-5.05", "Minus Rupees Five and Five Paise Only"),
    ],
)
def test_rupees_are_written_in_lakh_and_crore(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), "INR") == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("4405.25", "EUR", "Euros Four Thousand Four Hundred Five and Twenty Five Cents Only"),
        ("2000000", "USD", "US Dollars Two Million Only"),
        ("1234", "JPY", "Yen One Thousand Two Hundred Thirty Four Only"),
        ("1.001", "KWD", "Kuwaiti Dinar One and One Fils Only"),
        ("7.50", "SEK", "SEK Seven and 50/100 Only"),
    ],
)
def test_other_currencies_count_in_thousands(amount: str, currency: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), currency) == words


def test_a_language_without_a_table_gets_english_words() -> None:
    assert amount_in_words(Decimal(20), "INR", "hi") == "Rupees Twenty Only"


def test_words_are_refused_for_what_is_no_amount() -> None:
    with pytest.raises(InvalidAmount):
        amount_in_words(Decimal("NaN"), "INR")


@given(st.integers(min_value=2, max_value=10**14))
def test_the_words_say_the_number(rupees: int) -> None:
    words = amount_in_words(Decimal(rupees), "INR").split()
    assert (words[0], words[-1]) == ("Rupees", "Only")
    assert value_of(words[1:-1]) == rupees


def value_of(words: list[str]) -> int:
    for name, size in (("Crore", 10**7), ("Lakh", 10**5), ("Thousand", 1000), ("Hundred", 100)):
        if name in words:
            # The last one splits, because "Lakh Crore" counts crores in lakhs.
            at = len(words) - 1 - words[::-1].index(name)
            return value_of(words[:at]) * size + value_of(words[at + 1 :])
    return sum(COUNTS[word] for word in words)
