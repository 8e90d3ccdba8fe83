"""Minimum commitments: a month costs at least so much, and what is lacking is trued up."""

from __future__ import annotations

from decimal import Decimal

from billing.money import ZERO, require_minor_units


def true_up(*, commitment: Decimal, charged: Decimal, currency: str) -> Decimal:
    """Return what a month lacks of its commitment, zero when it reaches it.

    `commitment` is already prorated by the days of the month, `charged` is the fee and the usage of
    the same days, both before tax. Raises `InvalidAmount` for fractions of the minor unit.
    """
    lacks = require_minor_units(commitment, currency) - require_minor_units(charged, currency)
    return max(ZERO, lacks)


def beyond_true_up(*, amount: Decimal, paid_ahead: Decimal) -> Decimal:
    """Return what late usage of `amount` still costs when a true-up has paid so much ahead of it.

    So a month costs the greater of commitment and use, in whatever order its usage arrives.
    """
    return max(ZERO, amount - paid_ahead)
