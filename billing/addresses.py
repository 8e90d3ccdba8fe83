"""Postal addresses as they are written in their country: which line holds what, in which order.

The order follows the address data that Google keeps for libaddressinput. A library of it would
bring the network with it, and documents need the place's lines only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from babel import Locale

from billing.models import Account, Seller
from billing.tax.states import find_state

_INDIA = "IN"
# Everywhere else: 10115 Berlin, and below it the region where somebody has entered one.
_USUAL = "{code} {city}\n{region}"
_BY_FORMAT = {
    "{city}, {region} {code}": "US AS GU JP KR MP PR TW VI",
    "{city} {region} {code}": "AU CA",
    "{city}\n{region}\n{code}": "EG GB GG GI IE IM IQ JE KE LK RU UA ZA",
    "{city} {code}\n{region}": "BD BH BT JO KH LB MM MN MT MV NG NP NZ PK SA SG",
    "{city}\n{region} {code}": "AE HK ID TH VN",
    "{city}\n{region}, {code}": "CN",
    "{city}, {code}\n{region}": "LV",
    "{city}-{region}\n{code}": "BR",
    "{city}, {region}, {code}": "CO",
    "{code} {city}, {region}": "MX",
    "{code} {city} {region}": "ES IT",
    "{code} {city}/{region}": "TR",
}
_FORMATS = {code: form for form, codes in _BY_FORMAT.items() for code in codes.split()}
_EMPTY_PLACE = re.compile(r",(?:\s*,)+")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where somebody is: `state_code` is India's GST State, `region` what other addresses name."""

    street: tuple[str, ...]
    city: str
    postal_code: str
    region: str
    state_code: str
    country: str


def legal_address(party: Account | Seller) -> Address:
    """Return the address that decides the tax."""
    return Address(
        street=(party.address_line1, party.address_line2),
        city=party.city,
        postal_code=party.postal_code,
        region=party.region,
        state_code=party.state_code,
        country=party.country,
    )


def billing_address(account: Account) -> Address | None:
    """Return the address that is printed instead, if there is one.

    Without a country of its own it is in the legal address's State and country.
    """
    if not account.billing_line1:
        return None
    legal = legal_address(account)
    has_country = bool(account.billing_country)
    return Address(
        street=(account.billing_line1, account.billing_line2),
        city=account.billing_city,
        postal_code=account.billing_postal_code,
        region=account.billing_region if has_country else account.billing_region or legal.region,
        state_code=account.billing_state_code if has_country else legal.state_code,
        country=account.billing_country or legal.country,
    )


def address_lines(address: Address, *, language: str) -> list[str]:
    """Return the address as it is written in its country, without empty lines."""
    lines = [*address.street, *_place(address), country_line(address, language=language)]
    return [line for line in lines if line]


def country_line(address: Address, *, language: str) -> str:
    """Return the last line: the country's name, in India with State and State code before it."""
    country, state = country_name(address.country, language), state_name(address.state_code)
    if address.country == _INDIA and state:
        return f"{state} ({address.state_code}), {country}"
    return country


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language; the code when nobody knows a name."""
    return str(Locale.parse(language, sep="-").territories.get(code, code))


def state_name(code: str) -> str:
    """Return the name of an Indian State, or nothing."""
    state = find_state(code)
    return state.name if state else ""


def _place(address: Address) -> list[str]:
    if address.country == _INDIA:
        return [f"{address.city} {address.postal_code}".strip()]
    form = _FORMATS.get(address.country, _USUAL)
    written = form.format(
        city=address.city, region=address.region, code=address.postal_code
    ).splitlines()
    return [_tidy(line) for line in written]


def _tidy(line: str) -> str:
    """Take out what stood between parts of which one is missing."""
    return _EMPTY_PLACE.sub(",", " ".join(line.split())).strip(" ,/-")
