"""Percentage discounts on list prices."""

from __future__ import annotations

from decimal import Decimal

from billing.money import ZERO, InvalidAmount, require_amount, round_to
from billing.sentences import gettext_noop

WHOLE = Decimal(100)
# As fine as the database keeps the price of a unit.
_FINEST = Decimal("0.000001")


def discounted(list_price: Decimal, percent: Decimal) -> Decimal:
    """Return a price less `percent` per cent, not rounded to the currency: the line is.

    Sixteen at 348.35 less 4 % are 5,350.66, not sixteen times 334.42. Raises `InvalidAmount`
    unless the percentage is from 0 to 100.
    """
    require_amount(list_price)
    require_amount(percent)
    if not ZERO <= percent <= WHOLE:
        raise InvalidAmount(gettext_noop("A discount is from 0 to 100 per cent."))
    if not percent:
        return list_price
    return round_to(list_price * (WHOLE - percent) / WHOLE, _FINEST)
