from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.numbers import InvalidNumberFormat, NumberFormat, SeriesExhausted


@pytest.mark.parametrize(
    ("text", "fy", "number", "printed"),
    [
        ("INV/{fy}/{number:6}", "26-27", 1, "INV/26-27/000001"),
        ("CN/{fy}/{number:6}", "26-27", 42, "CN/26-27/000042"),
        ("INV/{fy}/{number:6}", "2026", 1, "INV/2026/000001"),
        ("{fy}-{number:4}", "2026", 9999, "2026-9999"),
        ("AT{fy}{number:9}", "26-27", 7, "AT26-27000000007"),
    ],
)
def test_a_number_is_printed_in_its_format(text: str, fy: str, number: int, printed: str) -> None:
    assert NumberFormat.parse(text).format(fy, number) == printed


def test_a_format_prints_as_it_was_written() -> None:
    number_format = NumberFormat.parse("INV/{fy}/{number:6}")
    assert str(number_format) == "INV/{fy}/{number:6}"
    assert number_format.prefix("26-27") == "INV/26-27/"
    assert number_format.width == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "financial year"),
        ("INV/{number:6}", "financial year"),
        ("{fy}{fy}{number:3}", "financial year"),
        ("INV/{fy}", "count of digits"),
        ("INV/{fy}/{number}", "count of digits"),
        ("INV/{fy}/{number:0}", "count of digits"),
        ("INV/{fy}/{number:06}", "count of digits"),
        ("INV/{fy}/{number:6d}", "count of digits"),
        ("{fy}/{number:2}{number:2}", "count of digits"),
        ("INV/{fy}/{number:4}/A", "last"),
        ("INV/{number:4}/{fy}", "last"),
        ("{fy}{month}{number:4}", "no places but"),
        ("INV_{fy}{number:4}", "letters"),
        ("INV {fy}{number:4}", "letters"),
        ("ÄB{fy}{number:4}", "letters"),
        ("A१{fy}{number:4}", "letters"),
        ("A{{fy}{number:4}", "letters"),
        ("A\n{fy}{number:4}", "letters"),
        ("/{fy}/{number:4}", "Begin"),
        ("-{fy}/{number:4}", "Begin"),
        ("0A{fy}/{number:4}", "Begin"),
        ("INV/{fy}/{number:7}", "17 characters and the law allows 16: leave out 1"),
        ("INVOICE/{fy}/{number:6}", "20 characters and the law allows 16: leave out 4"),
        ("{fy}{number:12}", "leave out 1"),
    ],
)
def test_a_format_the_law_would_refuse_is_refused_with_its_fix(text: str, sentence: str) -> None:
    with pytest.raises(InvalidNumberFormat, match=sentence):
        NumberFormat.parse(text)


def test_a_full_series_gives_no_longer_numbers() -> None:
    number_format = NumberFormat.parse("INV/{fy}/{number:3}")
    assert number_format.format("26-27", 999) == "INV/26-27/999"
    with pytest.raises(SeriesExhausted, match=r"INV/26-27/ is full: its format has 3 digits"):
        number_format.format("26-27", 1000)


def test_numbers_start_at_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        NumberFormat.parse("INV/{fy}/{number:3}").format("26-27", 0)


@given(st.text(alphabet="AZ09/-_ {}{fynumber:}6", max_size=12), st.integers(1, 12))
def test_an_accepted_format_only_gives_lawful_numbers(start: str, width: int) -> None:
    try:
        number_format = NumberFormat.parse(f"{start}{{fy}}/{{number:{width}}}")
    except InvalidNumberFormat:
        return
    for fy in ("26-27", "2026"):
        for number in (1, 10**width - 1):
            printed = number_format.format(fy, number)
            assert re.fullmatch(r"[A-Za-z1-9][A-Za-z0-9/-]{0,15}", printed)
