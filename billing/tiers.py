"""Prices that change with the quantity.

*Graduated*: each unit costs what the tier that it falls into says. *Volume*: all units cost what
the tier that the last one falls into says. A tier's flat amount is due once, when it is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from billing.money import ZERO, InvalidAmount, line_net, require_amount, round_money
from billing.sentences import gettext_noop


@dataclass(frozen=True, kw_only=True)
class Tier:
    """What units beyond the first `above` ones cost, up to the next tier."""

    above: Decimal = ZERO
    unit_price: Decimal = ZERO
    flat_amount: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class TierPart:
    """Units that fall into one tier; `is_reached` when its flat amount becomes due with them."""

    tier: Tier
    quantity: Decimal
    is_reached: bool

    def net(self, currency: str) -> Decimal:
        """Return what the part costs in `currency`: the units' line and the flat one."""
        units = line_net(quantity=self.quantity, unit_price=self.tier.unit_price, currency=currency)
        flat = round_money(self.tier.flat_amount, currency)
        return units + flat if self.is_reached else units


def check_tiers(tiers: Sequence[Tier]) -> None:
    """Refuse tiers that do not begin at zero, do not rise, or hold a price below zero."""
    for tier in tiers:
        for figure in (tier.above, tier.unit_price, tier.flat_amount):
            require_amount(figure)
            if figure < 0:
                raise InvalidAmount(gettext_noop("A tier has no figure below zero."))
    if not tiers or tiers[0].above != 0:
        raise InvalidAmount(gettext_noop("The first tier begins with the first unit."))
    if any(later.above <= tier.above for tier, later in pairwise(tiers)):
        raise InvalidAmount(gettext_noop("Each tier begins above the one before it."))


def graduated(tiers: Sequence[Tier], *, quantity: Decimal, since: Decimal = ZERO) -> list[TierPart]:
    """Return what the units after the first `since` ones up to `quantity` cost, tier by tier."""
    check_tiers(tiers)
    _check_quantities(quantity, since)
    ends = [tier.above for tier in tiers[1:]] + [quantity]
    parts = []
    for tier, end in zip(tiers, ends, strict=True):
        begins, ends_at = max(tier.above, since), min(end, quantity)
        if ends_at > begins:
            parts.append(
                TierPart(tier=tier, quantity=ends_at - begins, is_reached=since <= tier.above)
            )
    return parts


def volume(tiers: Sequence[Tier], *, quantity: Decimal) -> list[TierPart]:
    """Return what all units cost at the price of the tier that they reach; none cost nothing."""
    check_tiers(tiers)
    _check_quantities(quantity, ZERO)
    if not quantity:
        return []
    return [TierPart(tier=reached(tiers, quantity), quantity=quantity, is_reached=True)]


def reached(tiers: Sequence[Tier], quantity: Decimal) -> Tier:
    """Return the tier into which the last of so many units falls."""
    return [tier for tier in tiers if tier.above < quantity or not tier.above][-1]


def net_of(parts: Sequence[TierPart], currency: str) -> Decimal:
    """Return what the parts cost together, in `currency`, each rounded as its line is."""
    return sum((part.net(currency) for part in parts), ZERO)


def _check_quantities(quantity: Decimal, since: Decimal) -> None:
    for figure in (quantity, since):
        require_amount(figure)
        if figure < 0:
            raise InvalidAmount(gettext_noop("A quantity is not below zero."))
