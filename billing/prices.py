"""What a product costs an account on a day.

Three price lists are asked, the first that names a price wins, product by product and term by term:

1. the account's own list;
2. for a sub-account whose invoices go to its partner, the partner's own list: the partner pays, so
   its contract counts. A sub-account that pays for itself is not shown what its partner pays;
3. the seller's general list.

Only lists in the account's currency count: a price is never converted. Validity is half-open: a
list holds on its first day and no longer on the day that it ends.

A discount is taken off the list's price; a price's own comes before that of its list. Tiers count
what the payer's orders of a product and term were charged for in the calendar month so far
(`billing.ordered`): what is charged already keeps its price.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Q, QuerySet

from billing.discounts import discounted
from billing.models import Account, PriceList, PriceListItem, Product
from billing.models.fields import TierMode
from billing.money import ZERO, round_money
from billing.sentences import SentenceError, gettext_noop


class PriceMissing(SentenceError):
    """No list that counts for the account names a price for this product, term and day."""


@dataclass(frozen=True, kw_only=True)
class PricedTier:
    """What one unit costs beyond the first `above` ones of a month, with and without discount."""

    above: Decimal
    list_amount: Decimal
    amount: Decimal
    currency: str

    @property
    def rounded(self) -> Decimal:
        """The price of one unit as its line would charge it."""
        return round_money(self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class Price:
    """The net price of one unit in `currency`, and the list that it stands on.

    `list_amount` is the price before the discount, whole in the currency's minor unit, as forms and
    imports require. `tiers` are the prices of the month's first and further units, less discount;
    `above` is how many come before those of the tier that `amount` belongs to.
    """

    amount: Decimal
    currency: str
    price_list: PriceList
    list_amount: Decimal
    discount_percent: Decimal = ZERO
    tiers: tuple[PricedTier, ...] = ()
    by_volume: bool = False
    above: Decimal = ZERO

    @property
    def rounded(self) -> Decimal:
        """The price of one unit as its line would charge it."""
        return round_money(self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class ProductPrices:
    """A product with its prices in the order of the table's terms; None where it has none."""

    product: Product
    prices: tuple[Price | None, ...]


@dataclass(frozen=True, kw_only=True)
class Category:
    """The products of one category of the catalogue."""

    name: str
    products: tuple[ProductPrices, ...]


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """Everything that an account can order on a day: category, product, term, price."""

    currency: str
    terms: tuple[int, ...]
    categories: tuple[Category, ...]


def price_of(*, account: Account, product: Product, term_years: int, on: date) -> Price:
    """Return the net price of `product` for a term, in the account's currency, on a local day.

    Raises `PriceMissing`, whose sentence names product, term, currency, day and the fix.
    """
    items = _items(account, on).filter(product=product, term_years=term_years)
    best = min(items, key=lambda item: _rank(item, account), default=None)
    if best is None:
        raise PriceMissing(
            gettext_noop(
                "%(product)s (%(code)s) has no price in %(currency)s for a %(term)s-year term on"
                " %(date)s: add it to a price list that is valid on that day."
            ),
            product=product.name,
            code=product.product_code,
            currency=account.currency,
            term=term_years,
            date=on.isoformat(),
        )
    return _price(best)


def prices_of(*, account: Account, product: Product, on: date) -> dict[int, Price]:
    """Return what a product costs the account on a local day, by term in years, shortest first."""
    items = _items(account, on).filter(product=product)
    best: dict[int, PriceListItem] = {}
    for item in sorted(items, key=lambda item: (item.term_years, _rank(item, account))):
        best.setdefault(item.term_years, item)
    return {term: _price(item) for term, item in best.items()}


def price_table(account: Account, on: date) -> PriceTable:
    """Return what `account` can order on a day, by category, in two queries.

    Products that cannot be ordered, or have no price in the account's currency, are left out.
    """
    items = _items(account, on).filter(product__is_active=True).select_related("product")
    best: dict[tuple[int, int], PriceListItem] = {}
    for item in sorted(items, key=lambda item: _rank(item, account)):
        best.setdefault((item.product_id, item.term_years), item)
    terms = tuple(sorted({term for _, term in best}))
    return PriceTable(
        currency=account.currency,
        terms=terms,
        categories=tuple(_categories(best.values(), terms)),
    )


def _items(account: Account, on: date) -> QuerySet[PriceListItem]:
    """Return the prices on every list that counts for the account on a day."""
    owners = Q(price_list__account=None) | Q(price_list__account=account)
    if account.bill_to == Account.BillTo.PARENT:
        owners |= Q(price_list__account=account.parent_id)
    return (
        PriceListItem.objects.filter(
            owners,
            Q(price_list__valid_until=None) | Q(price_list__valid_until__gt=on),
            price_list__currency=account.currency,
            price_list__valid_from__lte=on,
        )
        .select_related("price_list")
        .prefetch_related("tiers")
    )


def _rank(item: PriceListItem, account: Account) -> int:
    """Sort the account's own list first, then its payer's, the general one last."""
    owner = item.price_list.account_id
    return 2 if owner is None else int(owner != account.pk)


def _price(item: PriceListItem) -> Price:
    currency = item.price_list.currency
    own = item.discount_percent
    discount = item.price_list.discount_percent if own is None else own
    prices = [
        (ZERO, item.amount),
        *((Decimal(tier.above), tier.amount) for tier in item.tiers.all()),
    ]
    tiers = tuple(
        PricedTier(
            above=above,
            list_amount=list_amount,
            amount=discounted(list_amount, discount),
            currency=currency,
        )
        for above, list_amount in sorted(prices, key=lambda price: price[0])
    )
    return Price(
        amount=tiers[0].amount,
        currency=currency,
        price_list=item.price_list,
        list_amount=item.amount,
        discount_percent=discount,
        tiers=tiers if len(tiers) > 1 else (),
        by_volume=item.tier_mode == TierMode.VOLUME,
    )


def _categories(items: Iterable[PriceListItem], terms: tuple[int, ...]) -> Iterable[Category]:
    rows: dict[Product, dict[int, Price]] = {}
    for item in items:
        rows.setdefault(item.product, {})[item.term_years] = _price(item)
    in_order = sorted(
        rows, key=lambda p: (p.category_name == "", p.category_id, p.category_name, p.product_code)
    )
    for name, products in groupby(in_order, key=lambda product: product.category_name):
        yield Category(
            name=name,
            products=tuple(
                ProductPrices(
                    product=product, prices=tuple(rows[product].get(term) for term in terms)
                )
                for product in products
            ),
        )
