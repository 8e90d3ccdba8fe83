"""An account's prices by category, product and term, as pages and documents list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.models import Account, Product
from billing.prices import Price, PricedTier, price_table


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """A product for one term."""

    product: Product
    term_years: int
    price: Price

    @property
    def further(self) -> tuple[PricedTier, ...]:
        """The prices of further units of a month."""
        return self.price.tiers[1:]


@dataclass(frozen=True, kw_only=True)
class PriceGroup:
    """The rows of one category."""

    name: str
    rows: list[PriceRow]


def groups_of(account: Account, on: date) -> list[PriceGroup]:
    """Return the account's prices of a local day by category, product and term."""
    table = price_table(account, on)
    return [
        PriceGroup(
            name=category.name or _("Other products"),
            rows=[
                PriceRow(product=row.product, term_years=term, price=price)
                for row in category.products
                for term, price in zip(table.terms, row.prices, strict=True)
                if price is not None
            ],
        )
        for category in table.categories
    ]
