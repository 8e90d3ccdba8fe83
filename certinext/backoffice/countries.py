"""Choices of countries, currencies and States, by name in the reader's language."""

from __future__ import annotations

import re
from decimal import Decimal

from babel import Locale
from django.utils.translation import get_language, to_locale

from billing.money import UnknownCurrency, minor_unit
from billing.tax.states import STATES
from certinext.web.formatting import ABSENT

Choices = list[tuple[str, str]]
NONE = ("", ABSENT)
SMALLEST_UNIT = Decimal("0.001")
_CODE = re.compile(r"[A-Z]{2}")
# CLDR's two-letter codes that are no countries: unions, test codes, unknown places.
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def countries() -> Choices:
    """Return ISO 3166-1 codes with names, by name; the first choice is none."""
    names = _locale().territories
    found = [(code, name) for code, name in names.items() if _CODE.fullmatch(code)]
    return [
        NONE,
        *sorted(
            ((code, name) for code, name in found if code not in _NO_COUNTRIES),
            key=lambda choice: choice[1],
        ),
    ]


def currencies() -> Choices:
    """Return ISO 4217 codes with names, by code."""
    names = _locale().currencies
    return [
        NONE,
        *((code, f"{code} · {names[code]}") for code in sorted(names) if _is_known(code)),
    ]


def states() -> Choices:
    """Return India's State codes with names, by name; the first choice is none."""
    named = ((code, f"{state.name} ({code})") for code, state in STATES.items())
    return [NONE, *sorted(named, key=lambda choice: choice[1])]


def _is_known(currency: str) -> bool:
    """Say whether amounts in it can be stored: our columns hold three decimals."""
    try:
        return minor_unit(currency) >= SMALLEST_UNIT
    except UnknownCurrency:
        return False


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
