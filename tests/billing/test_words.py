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


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (
            "326948.00",
            "INR",
            "Dreihundert-sechsundzwanzigtausend-neunhundert-achtundvierzig Rupien",
        ),
        ("1", "INR", "Eine Rupie"),
        ("1.01", "EUR", "Ein Euro und ein Cent"),
        ("101", "EUR", "Einhundert-eins Euro"),
        ("21000017", "USD", "Einundzwanzig Millionen siebzehn US-Dollar"),
        ("1001000", "EUR", "Eine Million eintausend Euro"),
        ("61000", "EUR", "Einundsechzigtausend Euro"),
        ("1000000000000", "INR", "Eine Billion Rupien"),
        ("-0.50", "EUR", "Minus null Euro und fünfzig Cent"),
        ("7.50", "SEK", "Sieben SEK und 50/100"),
    ],
)
def test_german_parts_long_numbers_where_their_parts_meet(
    amount: str, currency: str, words: str
) -> None:
    expected = words.replace("-", "\N{SOFT HYPHEN}").replace("US\N{SOFT HYPHEN}", "US-")
    assert amount_in_words(Decimal(amount), currency, "de") == expected


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("71", "EUR", "Soixante et onze euros"),
        ("80", "EUR", "Quatre-vingts euros"),
        ("81", "INR", "Quatre-vingt-une roupies"),
        ("91", "INR", "Quatre-vingt-onze roupies"),
        ("97", "EUR", "Quatre-vingt-dix-sept euros"),
        ("21", "INR", "Vingt et une roupies"),
        ("11", "INR", "Onze roupies"),
        ("1", "INR", "Une roupie"),
        ("200", "EUR", "Deux cents euros"),
        ("201", "EUR", "Deux cent un euros"),
        ("80200", "EUR", "Quatre-vingt mille deux cents euros"),
        ("200000", "INR", "Deux cent mille roupies"),
        ("1000", "EUR", "Mille euros"),
        ("1000000", "EUR", "Un million d\N{RIGHT SINGLE QUOTATION MARK}euros"),
        ("200000000", "INR", "Deux cents millions de roupies"),
        ("1000001", "EUR", "Un million un euros"),
        ("0", "EUR", "Zéro euro"),
        (
            "326948.50",
            "INR",
            "Trois cent vingt-six mille neuf cent quarante-huit roupies et cinquante paisas",
        ),
    ],
)
def test_french_counts_as_in_france(amount: str, currency: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), currency, "fr") == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("326948", "INR", "तीन लाख छब्बीस हज़ार नौ सौ अड़तालीस रुपये मात्र"),
        ("1", "INR", "एक रुपया मात्र"),
        ("99.50", "INR", "निन्यानवे रुपये और पचास पैसे मात्र"),
        ("1000000000000", "INR", "एक लाख करोड़ रुपये मात्र"),
        ("-5", "EUR", "ऋण पाँच यूरो मात्र"),
    ],
)
def test_hindi_counts_in_lakh_and_crore(amount: str, currency: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), currency, "hi") == words


def test_hindi_has_a_name_for_each_number_below_a_hundred() -> None:
    names = {amount_in_words(Decimal(number), "INR", "hi") for number in range(2, 100)}
    assert len(names) == 98
    assert all(len(name.split()) == 3 for name in names)


@pytest.mark.parametrize("language", ["de", "fr", "hi"])
def test_each_number_is_said_in_its_own_words(language: str) -> None:
    said = [amount_in_words(Decimal(number), "INR", language) for number in range(3000)]
    assert len(set(said)) == len(said)


def test_a_language_without_a_table_gets_english_words() -> None:
    assert amount_in_words(Decimal(20), "INR", "ta") == "Rupees Twenty Only"


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
