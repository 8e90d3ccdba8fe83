"""Importing the platform's catalogue (`catalog/products`): products and their prices.

A row is one product with all of its terms. What the file does not name stays as it is: a product
that is left out keeps its prices, and whether a product can be ordered is decided in the portal.
Its validation and wildcards are read from a new product's name; what staff say later stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.db import transaction

from billing.importing.errors import RowFailed
from billing.importing.fields import Fields
from billing.importing.price_lists import lock_price_lists, prices_on, set_prices
from billing.importing.product_kinds import kind_of
from billing.importing.reading import Row, json_rows
from billing.importing.record import ImportRecord, Outcome, Progress
from billing.models import ImportRun, Product
from billing.models.fields import UNIT_PRICE_LIMIT
from billing.money import UnknownCurrency, minor_unit
from billing.sentences import gettext_noop

# The catalogue is small, and a price list is only whole with all of it.
WHOLE_CATALOGUE = 100_000
_TERM = re.compile(r"([1-9]|10) Years?")


@dataclass(frozen=True, kw_only=True)
class CatalogueRow:
    """A product of the file; prices by term in years, in `currency`."""

    number: int
    product_code: str
    name: str
    category_id: str
    category_name: str
    product_type_id: str
    currency: str
    prices: dict[int, Decimal]

    @property
    def columns(self) -> dict[str, str]:
        """What the file says about the product itself."""
        return {
            "name": self.name,
            "category_id": self.category_id,
            "category_name": self.category_name,
            "product_type_id": self.product_type_id,
        }


def import_products(
    *,
    file: BinaryIO,
    valid_from: date,
    imported_by: str,
    file_name: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Create and update products, and make a new version of each currency's general price list.

    The new list holds from `valid_from` (a day in the seller's calendar), and only comes about when
    a price differs. Bad rows are reported and keep their old prices. Importing the same file again
    changes nothing.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.PRODUCTS,
        file_name=file_name,
        imported_by=imported_by,
        progress=progress,
    )
    work = _Catalogue(record, valid_from)
    rows = _products(json_rows(file, lists=("products", "content")))
    return record.work_through(rows, work.write, size=WHOLE_CATALOGUE)


def _products(categories: Iterator[Row]) -> Iterator[Row]:
    """Yield a row for each product of each category: the category's fields, and `product`."""
    number = 0
    for category in categories:
        if not isinstance(category.value, dict):
            number += 1
            yield Row(number, category.value)
            continue
        about = {name: value for name, value in category.value.items() if name != "products"}
        products = category.value.get("products")
        for product in products if isinstance(products, list) else [None]:
            number += 1
            yield Row(number, {**about, "product": product})


class _Catalogue:
    """Writes the rows of one file."""

    def __init__(self, record: ImportRecord, valid_from: date) -> None:
        self.record = record
        self.valid_from = valid_from
        self.seen: dict[tuple[str, str], int] = {}
        # A product in a second currency brings prices only: its first row says what it is.
        self.described: set[str] = set()

    def write(self, rows: list[Row]) -> None:
        """Write products and price lists; one transaction, the caller's."""
        lock_price_lists()
        products = {product.product_code: product for product in Product.objects.all()}
        lists: dict[str, dict[tuple[int, int], Decimal]] = {}
        for row in rows:
            try:
                found = self._read(row)
            except RowFailed as error:
                self.record.refuse(row.number, _code(row), error)
                continue
            prices = lists.setdefault(found.currency, prices_on(found.currency, self.valid_from))
            outcome = self._write_product(found, products)
            product = products[found.product_code]
            if _replace_prices(prices, product, found.prices) and outcome == Outcome.UNCHANGED:
                outcome = Outcome.UPDATED
            self.record.note(row.number, found.product_code, outcome)
        for currency, prices in lists.items():
            set_prices(currency, prices, valid_from=self.valid_from)

    def _read(self, row: Row) -> CatalogueRow:
        found = _read_product(row)
        first = self.seen.setdefault((found.product_code, found.currency), row.number)
        if first != row.number:
            raise RowFailed(
                gettext_noop("Product %(code)s is in the file twice, first in row %(row)s."),
                code=found.product_code,
                row=first,
            )
        return found

    def _write_product(self, row: CatalogueRow, products: dict[str, Product]) -> Outcome:
        product = products.get(row.product_code)
        if product is None:
            products[row.product_code] = Product.objects.create(
                product_code=row.product_code,
                **row.columns,
                **kind_of(name=row.name, category_name=row.category_name),
            )
            self.described.add(row.product_code)
            return Outcome.CREATED
        if row.product_code in self.described:
            return Outcome.UNCHANGED
        self.described.add(row.product_code)
        changed = [name for name, value in row.columns.items() if getattr(product, name) != value]
        if not changed:
            return Outcome.UNCHANGED
        for name in changed:
            setattr(product, name, row.columns[name])
        with transaction.atomic():
            product.save(update_fields=changed)
        return Outcome.UPDATED


def _replace_prices(
    prices: dict[tuple[int, int], Decimal], product: Product, terms: dict[int, Decimal]
) -> bool:
    """Put the product's terms into the list; a term that the row does not offer goes."""
    before = {term: amount for (pk, term), amount in prices.items() if pk == product.pk}
    if before == terms:
        return False
    for term in before:
        del prices[product.pk, term]
    prices.update({(product.pk, term): amount for term, amount in terms.items()})
    return True


def _read_product(row: Row) -> CatalogueRow:
    category = Fields(row.value)
    product = Fields(category.entry("product"))
    currency = _currency(category)
    return CatalogueRow(
        number=row.number,
        product_code=product.label("productCode", at_most=20, required=True),
        name=product.text("productName", at_most=160, required=True),
        category_id=category.label("categoryID", at_most=20),
        category_name=category.text("categoryName", at_most=120),
        product_type_id=product.label("productTypeID", at_most=20),
        currency=currency,
        prices=_prices(product.entry("subscriptionPrice"), currency),
    )


def _currency(category: Fields) -> str:
    code = category.text("currencyType", at_most=10, required=True)
    try:
        minor_unit(code)
    except UnknownCurrency as error:
        raise RowFailed.because(error, field="currencyType") from error
    return code


def _prices(terms: dict[str, object], currency: str) -> dict[int, Decimal]:
    """Read `{"1 Year": {"cost": "39.00"}}`; a term without a cost is not offered."""
    prices = {}
    for name, value in terms.items():
        found = _TERM.fullmatch(name)
        if not found:
            raise RowFailed(
                gettext_noop("The term %(term)s is not one such as 2 Years."),
                field="subscriptionPrice",
                term=repr(name[:40]),
            )
        term = Fields(value, within="subscriptionPrice")
        if not term.is_blank("cost"):
            prices[int(found[1])] = _cost(term, currency)
    return prices


def _cost(term: Fields, currency: str) -> Decimal:
    amount = term.money("cost", currency)
    if not 0 <= amount <= UNIT_PRICE_LIMIT:
        raise RowFailed(
            gettext_noop("A price is between 0 and %(limit)s."),
            field="cost",
            limit=UNIT_PRICE_LIMIT,
        )
    return amount


def _code(row: Row) -> str:
    """Name the product of a row that cannot be used, as far as it can be named."""
    product = row.value.get("product") if isinstance(row.value, dict) else None
    code = product.get("productCode") if isinstance(product, dict) else None
    return str(code) if isinstance(code, str | int) else ""
