"""Amounts of money: exact decimals, rounded once where a rule says so, never float.

Rounding is HALF_UP and symmetric (away from zero), as EN 16931's samples and the CGST practice
have it: 0.005 becomes 0.01 and -0.005 becomes -0.01.
"""

from __future__ import annotations

import re
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import cache

from babel.numbers import get_currency_precision

from billing.sentences import SentenceError, gettext_noop

ZERO = Decimal(0)
ONE = Decimal(1)

# ISO 4217, list one. Withdrawn codes stay while documents in them may still be credited.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())

# Ten to the 18th is beyond any bill; the limit keeps 1E+999999999 from eating the memory.
_LARGEST_EXPONENT = 17
# Wide enough that quantity x price / base quantity is never rounded before the one rounding.
_WIDE = Context(prec=90, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_PLAIN_AMOUNT = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?")

# {(is it anything when rounded, has the currency decimals): what is wrong}
_TOO_FINE = {
    (True, True): gettext_noop(
        "%(currency)s has %(decimals)s decimals: write %(rounded)s, not %(amount)s."
    ),
    (True, False): gettext_noop("%(currency)s has no decimals: write %(rounded)s, not %(amount)s."),
    (False, True): gettext_noop(
        "%(currency)s has %(decimals)s decimals: write %(rounded)s or more, not %(amount)s."
    ),
    (False, False): gettext_noop(
        "%(currency)s has no decimals: write %(rounded)s or more, not %(amount)s."
    ),
}


class UnknownCurrency(SentenceError):
    """The code is not one of ISO 4217's."""


class InvalidAmount(SentenceError):
    """Not a finite, exact amount of a sensible size."""


def line_net(
    *,
    quantity: Decimal,
    unit_price: Decimal,
    currency: str,
    per: Decimal = ONE,
    allowances: Decimal = ZERO,
    charges: Decimal = ZERO,
) -> Decimal:
    """Return the net amount of a line in ``currency`` (EN 16931 BT-131).

    The price holds for ``per`` units (BT-149). Allowances and charges are amounts of the line.
    Raises `InvalidAmount`, also for a ``per`` that is not above zero.
    """
    for figure in (quantity, unit_price, per):
        require_amount(figure)
    if per <= 0:
        raise InvalidAmount(gettext_noop("The quantity a price holds for must be above zero."))
    product = _WIDE.divide(_WIDE.multiply(quantity, unit_price), per)
    rounded = round_money(product, currency)
    return rounded + round_money(charges, currency) - round_money(allowances, currency)


def percentage(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Return ``rate`` per cent of ``amount``, rounded once (EN 16931 BR-CO-17)."""
    require_amount(amount)
    require_amount(rate)
    return round_money(_WIDE.multiply(amount, rate).scaleb(-2, context=_WIDE), currency)


def share_of(amount: Decimal, part: Decimal, whole: Decimal, currency: str) -> Decimal:
    """Return ``amount`` x ``part`` / ``whole``, rounded once, such as the tax in a gross amount.

    Raises `InvalidAmount`, also for a ``whole`` that is not above zero.
    """
    for figure in (amount, part, whole):
        require_amount(figure)
    if whole <= 0:
        raise InvalidAmount(gettext_noop("The whole that is shared must be above zero."))
    return round_money(_WIDE.divide(_WIDE.multiply(amount, part), whole), currency)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round to the currency's minor unit, HALF_UP away from zero; zero never has a sign.

    Raises `InvalidAmount` for what `require_amount` refuses, `UnknownCurrency` for the code.
    """
    return round_to(amount, minor_unit(currency))


def round_to(amount: Decimal, unit: Decimal) -> Decimal:
    """Round to a power of ten such as 0.01 or 1, HALF_UP away from zero."""
    require_amount(amount)
    rounded = amount.quantize(unit, rounding=ROUND_HALF_UP, context=_WIDE)
    return rounded if rounded else rounded.copy_abs()


def require_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Return an amount that is already a whole number of minor units, or raise `InvalidAmount`.

    Every amount that a person or a file gives is asked here: prices and fees are printed and
    charged as they stand, so INR 10.005 and JPY 1.5 are slips. Only the price of a unit that is
    used may be finer, for its line is rounded.
    """
    rounded = round_money(amount, currency)
    if rounded == amount:
        return rounded
    decimals = decimals_of(currency)
    # To write nothing at all is no way to put an amount right: the smallest one is named instead.
    raise InvalidAmount(
        _TOO_FINE[bool(rounded), bool(decimals)],
        currency=currency,
        decimals=decimals,
        rounded=f"{rounded or minor_unit(currency):f}",
        amount=f"{amount.normalize(_WIDE):f}",
    )


def require_amount(amount: Decimal) -> None:
    """Refuse what is not a finite Decimal below ten to the 18th, with `InvalidAmount`."""
    if not isinstance(amount, Decimal):
        raise InvalidAmount(
            gettext_noop("An amount is a Decimal, not a %(type)s."), type=type(amount).__name__
        )
    if not amount.is_finite():
        raise InvalidAmount(gettext_noop("An amount is a finite number."))
    if amount and amount.adjusted() > _LARGEST_EXPONENT:
        raise InvalidAmount(gettext_noop("An amount has at most 18 digits before the point."))


@cache
def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: INR 0.01, JPY 1, KWD 0.001.

    As Babel's data (CLDR) has it, which our formatting follows too: where coins fell out of use,
    such as the Serbian para, amounts are whole. Raises `UnknownCurrency`.
    """
    if currency not in CURRENCIES:
        raise UnknownCurrency(
            gettext_noop("%(currency)s is not an ISO 4217 currency code such as INR or EUR."),
            currency=repr(currency),
        )
    return ONE.scaleb(-get_currency_precision(currency))


def decimals_of(currency: str) -> int:
    """Return how many decimals amounts of a currency have (ISO 4217): INR 2, JPY 0, KWD 3."""
    return -int(minor_unit(currency).adjusted())


def amount_text(amount: Decimal, currency: str) -> str:
    """Write an amount plainly, with its currency's decimals: ``10531.50 INR``."""
    return f"{round_money(amount, currency)} {currency}"


def parse_amount(text: str, currency: str = "") -> Decimal:
    """Read an amount that a person or a file wrote: ASCII digits, one point, one sign.

    At most 12 digits before and 6 after the point. Raises `InvalidAmount` for anything else:
    NaN, Infinity, exponents, thousands separators, blanks, digits of other scripts. The example
    that it gives is one in ``currency`` where that is known.
    """
    if not _PLAIN_AMOUNT.fullmatch(text):
        raise InvalidAmount(
            gettext_noop(
                "Write the amount with plain digits and a point, such as %(example)s: at most 12"
                " digits before and 6 after the point."
            )
            if not currency or decimals_of(currency)
            else gettext_noop(
                "Write the amount with plain digits, such as %(example)s: at most 12 of them."
            ),
            example=example_in(currency) if currency else "1250.50",
        )
    return Decimal(text)


def example_in(currency: str) -> str:
    """Return an amount as one would type it in a currency: 1250.50, JPY 1250, BHD 1250.500."""
    return f"{Decimal('1250.50').quantize(minor_unit(currency), ROUND_FLOOR):f}"
