"""What was ordered in a calendar month so far, and what the next ones cost by it.

Counted are the charges of a product and term in the month of the day, in the seller's calendar, of
everything that one payer pays for: a partner's list counts its sub-accounts' orders with its own.
Voided charges do not count. Graduated tiers price each unit by its place in the month; by volume
all units of an order have the price of the tier that its last one reaches. Either way what is
charged already keeps its price.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Account, Charge, Product
from billing.money import ONE, ZERO, round_to
from billing.periods import Month
from billing.prices import Price, PricedTier
from billing.tiers import Tier, graduated
from certinext.web import formatting

# As fine as the database keeps the price of a unit: so the line of a blended price is exact.
_FINEST = Decimal("0.000001")


@dataclass
class MonthCounts:
    """How much is ordered before each of many orders that are charged together, one after another.

    `standing` are the source keys of charges that are there already: they count once.
    """

    standing: set[str] = field(default_factory=set)
    _counts: dict[tuple[int, int, int, Month], Decimal] = field(default_factory=dict)

    def price(self, price: Price, charge: Charge) -> Price:
        """Return the price of the next charge, of its quantity, and count it."""
        if not price.tiers or charge.product is None or charge.term_years is None:
            return price
        payer, month = charge.payer, Month.of(charge.service_from)
        key = (payer.pk, charge.product.pk, charge.term_years, month)
        if key not in self._counts:
            self._counts[key] = ordered_in(
                month, payer=payer, product=charge.product, term_years=charge.term_years
            )
        before = self._counts[key]
        if charge.source_key not in self.standing:
            self._counts[key] += charge.quantity
        return at_place(price, before=before, quantity=charge.quantity)


def ordered_in(month: Month, *, payer: Account, product: Product, term_years: int) -> Decimal:
    """Return how many of a product and term `payer` was charged for in a calendar month."""
    total: Decimal | None = Charge.objects.filter(
        payer=payer,
        service_from__range=(month.first_day, month.last_day),
        kind=Charge.Kind.ORDER,
        product=product,
        term_years=term_years,
        void__isnull=True,
    ).aggregate(total=Sum("quantity"))["total"]
    return total or ZERO


def price_now(
    price: Price,
    *,
    account: Account,
    product: Product,
    term_years: int,
    on: date,
    quantity: Decimal = ONE,
) -> Price:
    """Return the price that an order of `account` would have as the next one on a local day."""
    if not price.tiers:
        return price
    before = ordered_in(Month.of(on), payer=account.payer, product=product, term_years=term_years)
    return at_place(price, before=before, quantity=quantity)


def at_place(price: Price, *, before: Decimal, quantity: Decimal = ONE) -> Price:
    """Return the price of `quantity` units that come after `before` ones in their month.

    By graduated tiers it is the mean of their prices, kept so fine that the line is exact.
    """
    if not price.tiers:
        return price
    last = [tier for tier in price.tiers if tier.above < before + quantity or not tier.above][-1]
    return replace(
        price,
        amount=last.amount if price.by_volume else _mean(price.tiers, before, quantity),
        list_amount=last.list_amount,
        above=last.above,
    )


def price_rule(price: Price) -> str:
    """Say on a line how a price came about: its tier, its list price and its discount."""
    parts = []
    if price.above:
        above = formatting.quantity(price.above)
        parts.append(_("Price above %(above)s a month") % {"above": above})
    if price.discount_percent:
        parts.append(
            _("List price %(price)s less %(percent)s")
            % {
                "price": formatting.money(price.list_amount, price.currency),
                "percent": formatting.percent(price.discount_percent),
            }
        )
    return " · ".join(parts)


def _mean(tiers: Iterable[PricedTier], before: Decimal, quantity: Decimal) -> Decimal:
    parts = graduated(
        [Tier(above=tier.above, unit_price=tier.amount) for tier in tiers],
        quantity=before + quantity,
        since=before,
    )
    if not parts:
        return ZERO
    together = sum((part.quantity * part.tier.unit_price for part in parts), ZERO)
    return round_to(together / quantity, _FINEST)
