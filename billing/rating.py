"""What metered usage of a month costs beyond the plan's included units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from billing.commitments import beyond_true_up
from billing.money import ONE, ZERO, InvalidAmount, line_net, require_amount
from billing.sentences import gettext_noop
from billing.tiers import Tier, TierPart, graduated, net_of, reached, volume


class LineKind(Enum):
    """What a line of usage says."""

    UNITS = "units"
    # What reaching a tier costs once.
    FLAT = "flat"
    # What the month costs now, less what was charged before: all units have another price now.
    DIFFERENCE = "difference"
    # Units whose cost, or a part of it, the true-up of the month's commitment has paid ahead.
    COVERED = "covered"


@dataclass(frozen=True, kw_only=True)
class UsageLine:
    """A line to charge. `units` are those above the included ones that it accounts for."""

    kind: LineKind
    quantity: Decimal
    unit_price: Decimal
    units: Decimal = ZERO
    covered: Decimal = ZERO
    tier: Tier


@dataclass(frozen=True, kw_only=True)
class UsageRating:
    """How a month's usage of one metric splits.

    `included_quantity` is covered by the plan and `over_quantity` is to be charged now, by `lines`;
    with what was charged before they add up to the month's usage.
    """

    included_quantity: Decimal
    over_quantity: Decimal
    lines: tuple[UsageLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChargedBefore:
    """What of a month earlier invoices have charged: units above the included ones, and for how
    much, with what a true-up has paid for. `paid_ahead` is what is left of that true-up.
    """

    units: Decimal = ZERO
    net: Decimal = ZERO
    paid_ahead: Decimal = ZERO


def rate_usage(
    *,
    total: Decimal,
    included: Decimal,
    tiers: Sequence[Tier],
    by_volume: bool = False,
    before: ChargedBefore | None = None,
    currency: str,
) -> UsageRating:
    """Rate a month's cumulated usage, so that late usage is only charged for the difference.

    `total` is everything known of the month so far and `included` the plan's units, both not below
    zero; tiers count the units above the included ones. Nothing is ever charged below zero: where
    late usage makes a month cheaper by volume, it costs nothing, and what was charged too much is
    set off against what follows in the same month. Raises `InvalidAmount`.
    """
    before = before or ChargedBefore()
    for quantity in (total, included, before.units):
        require_amount(quantity)
        if quantity < 0:
            raise InvalidAmount(gettext_noop("A quantity of usage is not below zero."))
    above = max(ZERO, total - included)
    over = max(ZERO, above - before.units)
    lines = _lines(above, over, tiers, by_volume, before, currency) if over else ()
    return UsageRating(
        included_quantity=min(total, included),
        over_quantity=over,
        lines=_less_paid_ahead(lines, over, before.paid_ahead, currency),
    )


def _lines(
    above: Decimal,
    over: Decimal,
    tiers: Sequence[Tier],
    by_volume: bool,
    before: ChargedBefore,
    currency: str,
) -> tuple[UsageLine, ...]:
    if not by_volume:
        return _lines_of(graduated(tiers, quantity=above, since=before.units))
    parts = volume(tiers, quantity=above)
    if not before.units:
        return _lines_of(parts)
    due = max(ZERO, net_of(parts, currency) - before.net)
    more = TierPart(tier=reached(tiers, above), quantity=over, is_reached=False)
    if due == more.net(currency):
        return _lines_of([more])
    return (_lump(LineKind.DIFFERENCE, over, due, more.tier),)


def _lines_of(parts: Sequence[TierPart]) -> tuple[UsageLine, ...]:
    lines = []
    for part in parts:
        lines.append(
            UsageLine(
                kind=LineKind.UNITS,
                quantity=part.quantity,
                unit_price=part.tier.unit_price,
                units=part.quantity,
                tier=part.tier,
            )
        )
        if part.is_reached and part.tier.flat_amount:
            lines.append(_flat(part.tier))
    return tuple(lines)


def _less_paid_ahead(
    lines: tuple[UsageLine, ...], over: Decimal, paid_ahead: Decimal, currency: str
) -> tuple[UsageLine, ...]:
    """Return one line instead of all where a true-up has paid for them, or for a part of them."""
    amount = sum(
        (
            line_net(quantity=line.quantity, unit_price=line.unit_price, currency=currency)
            for line in lines
        ),
        ZERO,
    )
    due = beyond_true_up(amount=amount, paid_ahead=paid_ahead)
    if due == amount:
        return lines
    return (_lump(LineKind.COVERED, over, due, lines[-1].tier, covered=amount - due),)


def _flat(tier: Tier) -> UsageLine:
    return UsageLine(kind=LineKind.FLAT, quantity=ONE, unit_price=tier.flat_amount, tier=tier)


def _lump(
    kind: LineKind, units: Decimal, due: Decimal, tier: Tier, *, covered: Decimal = ZERO
) -> UsageLine:
    """Return a line whose amount is no price times units; at no price it shows the units."""
    return UsageLine(
        kind=kind,
        quantity=ONE if due else units,
        unit_price=due,
        units=units,
        covered=covered,
        tier=tier,
    )
