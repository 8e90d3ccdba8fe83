from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import (
    InvalidAmount,
    UnknownCurrency,
    line_net,
    minor_unit,
    parse_amount,
    percentage,
    require_minor_units,
    round_money,
)

CURRENCIES = ("JPY", "EUR", "INR", "KWD")


@pytest.mark.parametrize(
    ("currency", "unit"),
    [
        ("INR", "0.01"),
        ("EUR", "0.01"),
        ("USD", "0.01"),
        ("JPY", "1"),
        ("KWD", "0.001"),
        ("BHD", "0.001"),
        ("OMR", "0.001"),
        ("TND", "0.001"),
        ("JOD", "0.001"),
        ("CLF", "0.0001"),
    ],
)
def test_the_minor_unit_is_that_of_iso_4217(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


@pytest.mark.parametrize("code", ["", "inr", "RUPEE", "XXX", "EU"])
def test_an_unknown_currency_is_refused_by_name(code: str) -> None:
    with pytest.raises(UnknownCurrency, match=repr(code)):
        minor_unit(code)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("0.004999999999999999", "EUR", "0.00"),
        ("2.675", "INR", "2.68"),
        ("1234.5", "JPY", "1235"),
        ("-1234.5", "JPY", "-1235"),
        ("1.0005", "KWD", "1.001"),
        ("999999999999.995", "INR", "1000000000000.00"),
    ],
)
def test_half_a_minor_unit_rounds_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert str(round_money(Decimal(amount), currency)) == rounded


def test_nothing_is_never_minus_nothing() -> None:
    assert str(round_money(Decimal("-0.001"), "EUR")) == "0.00"


@pytest.mark.parametrize(
    "amount",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1E+999999999"),
        Decimal("-1E+18"),
    ],
)
def test_an_amount_that_is_not_one_is_refused(amount: Decimal) -> None:
    with pytest.raises(InvalidAmount):
        round_money(amount, "EUR")


@pytest.mark.parametrize("amount", [0.1, 1, "1.00", None])
def test_only_decimals_are_amounts(amount: object) -> None:
    with pytest.raises(InvalidAmount, match=type(amount).__name__):
        round_money(amount, "EUR")  # type: ignore[arg-type]  # the caller's mistake under test


def test_an_unrounded_amount_is_refused_where_a_rounded_one_is_due() -> None:
    assert require_minor_units(Decimal("1.1"), "EUR") == Decimal("1.10")
    for amount, currency, said in (
        ("1.105", "EUR", "EUR has 2 decimals: write 1.11, not 1.105."),
        ("10.0050", "INR", "INR has 2 decimals: write 10.01, not 10.005."),
        ("1.5", "JPY", "JPY has no decimals: write 2, not 1.5."),
        ("1.0005", "BHD", "BHD has 3 decimals: write 1.001, not 1.0005."),
        ("0.001", "INR", "INR has 2 decimals: write 0.01 or more, not 0.001."),
        ("0.4", "JPY", "JPY has no decimals: write 1 or more, not 0.4."),
        ("0.0004", "BHD", "BHD has 3 decimals: write 0.001 or more, not 0.0004."),
        ("1.0005", "KWD", "KWD has 3 decimals: write 1.001, not 1.0005."),
    ):
        with pytest.raises(InvalidAmount) as refused:
            require_minor_units(Decimal(amount), currency)
        assert str(refused.value) == said


@pytest.mark.parametrize(
    "text",
    ["0", "1250.50", "-1.5", "+7", "999999999999.999999", "007"],
)
def test_a_plain_amount_is_read(text: str) -> None:
    assert parse_amount(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1\n",
        "1.",
        ".5",
        "1,000.00",
        "1_000",
        "1e5",
        "1E+999999999",
        "NaN",
        "Infinity",
        "١٢",
        "\N{FULLWIDTH DIGIT ONE}",
        "--1",
        "0x10",
        "1.1234567",
        "1234567890123",
        "1\x00",
    ],
)
def test_anything_but_a_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount, match=r"1250\.50"):
        parse_amount(text)


@given(st.text(max_size=20))
def test_reading_an_amount_either_gives_a_finite_number_or_refuses(text: str) -> None:
    try:
        amount = parse_amount(text)
    except InvalidAmount:
        return
    assert amount.is_finite()
    assert text.isascii()


@pytest.mark.parametrize(
    ("quantity", "price", "per", "currency", "net"),
    [
        ("25", "1299.00", "1", "INR", "32475.00"),
        ("1284.75", "1.35", "1", "INR", "1734.41"),
        ("250", "1290.50", "100", "EUR", "3226.25"),
        ("7", "12.345", "1", "EUR", "86.42"),
        ("10", "1000", "31", "JPY", "323"),
        ("-3", "0.335", "1", "EUR", "-1.01"),
        ("0", "5.00", "1", "KWD", "0.000"),
    ],
)
def test_a_lines_net_is_rounded_once(
    quantity: str, price: str, per: str, currency: str, net: str
) -> None:
    result = line_net(
        quantity=Decimal(quantity), unit_price=Decimal(price), per=Decimal(per), currency=currency
    )
    assert str(result) == net


def test_a_lines_allowances_and_charges_count_after_the_price() -> None:
    net = line_net(
        quantity=Decimal(3),
        unit_price=Decimal("249.00"),
        currency="EUR",
        allowances=Decimal("37.35"),
        charges=Decimal("1.00"),
    )
    assert net == Decimal("710.65")


def test_a_long_product_is_not_rounded_on_the_way() -> None:
    # Three times the price is just below half a cent; rounded to the usual 28 digits it would be
    # half a cent, and then a whole one.
    net = line_net(
        quantity=Decimal(3),
        unit_price=Decimal("0.00166666666666666666666666666666"),
        currency="EUR",
    )
    assert str(net) == "0.00"


@pytest.mark.parametrize("per", ["0", "-1"])
def test_a_price_holds_for_more_than_nothing(per: str) -> None:
    with pytest.raises(InvalidAmount):
        line_net(quantity=Decimal(1), unit_price=Decimal(1), per=Decimal(per), currency="EUR")


def test_a_line_beyond_all_bills_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        line_net(quantity=Decimal(10**12), unit_price=Decimal(10**9), currency="EUR")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=7), st.sampled_from(CURRENCIES))
def test_rounding_is_symmetric_and_off_by_half_a_unit_at_most(
    amount: Decimal, currency: str
) -> None:
    rounded = round_money(amount, currency)
    assert round_money(-amount, currency) == -rounded
    assert abs(rounded - amount) * 2 <= minor_unit(currency)
    assert round_money(rounded, currency) == rounded


@pytest.mark.parametrize(
    ("amount", "rate", "currency", "tax"),
    [
        ("51289.75", "9", "INR", "4616.08"),
        ("12345", "10", "JPY", "1235"),
        ("-7612.50", "19", "EUR", "-1446.38"),
        ("119.00", "25.5", "EUR", "30.35"),
        ("10.005", "5", "KWD", "0.500"),
        ("100.00", "0", "EUR", "0.00"),
    ],
)
def test_a_tax_is_a_percentage_rounded_once(
    amount: str, rate: str, currency: str, tax: str
) -> None:
    assert str(percentage(Decimal(amount), Decimal(rate), currency)) == tax
