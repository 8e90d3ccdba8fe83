"""Addresses are written as their country writes them."""

from __future__ import annotations

import pytest

from billing.addresses import Address, address_lines, billing_address
from billing.snapshots import buyer_snapshot
from tests.factories import AccountFactory


@pytest.mark.parametrize(
    ("country", "city", "region", "code", "lines"),
    [
        ("US", "Duluth", "MN", "55802", ["Duluth, MN 55802", "United States"]),
        ("US", "Duluth", "", "55802", ["Duluth, 55802", "United States"]),
        ("US", "Duluth", "MN", "", ["Duluth, MN", "United States"]),
        ("CA", "Ottawa", "ON", "K1A 0B1", ["Ottawa ON K1A 0B1", "Canada"]),
        ("DE", "Berlin", "", "10115", ["10115 Berlin", "Germany"]),
        ("DE", "Bad Homburg - Ober-Erlenbach", "", "", ["Bad Homburg - Ober-Erlenbach", "Germany"]),
        ("GB", "London", "", "SW1A 1AA", ["London", "SW1A 1AA", "United Kingdom"]),
        ("IE", "Naas", "Co. Kildare", "W91 X3C2", ["Naas", "Co. Kildare", "W91 X3C2", "Ireland"]),
        ("SG", "Singapore", "", "238877", ["Singapore 238877", "Singapore"]),
        ("BR", "São Paulo", "SP", "01310-100", ["São Paulo-SP", "01310-100", "Brazil"]),
        ("IT", "Monza", "MB", "20900", ["20900 Monza MB", "Italy"]),
        ("AE", "Dubai", "", "", ["Dubai", "United Arab Emirates"]),
        ("CO", "Bogotá", "", "110111", ["Bogotá, 110111", "Colombia"]),
        ("FR", "", "", "", ["France"]),
    ],
)
def test_the_place_stands_in_the_order_of_its_country(
    country: str, city: str, region: str, code: str, lines: list[str]
) -> None:
    address = Address(
        street=("Road 1", ""),
        city=city,
        postal_code=code,
        region=region,
        state_code="",
        country=country,
    )
    assert address_lines(address, language="en") == ["Road 1", *lines]


def test_an_address_in_india_names_pin_code_state_and_its_code() -> None:
    address = Address(
        street=("112 Sayyaji Rao Road",),
        city="Mysuru",
        postal_code="570001",
        region="",
        state_code="29",
        country="IN",
    )
    assert address_lines(address, language="en") == [
        "112 Sayyaji Rao Road",
        "Mysuru 570001",
        "Karnataka (29), India",
    ]


def test_a_billing_address_has_a_country_of_its_own_or_the_legal_ones() -> None:
    account = AccountFactory.build(
        billing_line1="PO Box 12", billing_city="Pune", billing_postal_code="411057"
    )
    near = billing_address(account)
    assert near is not None
    assert address_lines(near, language="en") == [
        "PO Box 12",
        "Pune 411057",
        "Karnataka (29), India",
    ]
    account.billing_country, account.billing_region = "US", "TX"
    account.billing_city, account.billing_postal_code = "Austin", "78701"
    snapshot = buyer_snapshot(account, language="en")
    assert snapshot["address"] == ["PO Box 12", "Austin, TX 78701", "United States"]
    assert (snapshot["country"], snapshot["country_line"]) == ("IN", "United States")
    assert billing_address(AccountFactory.build()) is None
