"""What metered usage of a month costs beyond the plan's included units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.money import ZERO, InvalidAmount, require_amount
from billing.sentences import gettext_noop


@dataclass(frozen=True, kw_only=True)
class UsageRating:
    """How a month's usage of one metric splits.

    ``included_quantity`` is covered by the plan and ``over_quantity`` is to be charged now; with
    what was charged before they add up to the month's usage.
    """

    included_quantity: Decimal
    over_quantity: Decimal


def over_included(*, total: Decimal, included: Decimal, already_charged: Decimal) -> UsageRating:
    """Split a month's cumulative usage so that late usage is only charged for the difference.

    ``total`` is everything known of the month so far, ``included`` the plan's units,
    ``already_charged`` the units above them that earlier invoices charged. All in units of the
    metric, none below zero; raises `InvalidAmount`.
    """
    for quantity in (total, included, already_charged):
        require_amount(quantity)
        if quantity < 0:
            raise InvalidAmount(gettext_noop("A quantity of usage is not below zero."))
    due = max(ZERO, total - included) - already_charged
    return UsageRating(
        included_quantity=min(total, included),
        over_quantity=max(ZERO, due),
    )
