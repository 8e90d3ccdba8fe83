"""Adding price lists, new versions of them, and setting their prices.

A list in force is history: what was ordered under it was priced by it. Its prices change with a new
version from a later day on, whose prices are set before that day comes. A price that a list lacks
can be added, for it never priced anything: also once the list has ended, for an old order that
comes in late. Charges store their amounts, so no change here touches what is charged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from billing.importing.price_lists import lock_price_lists
from billing.models import Account, PriceList, PriceListItem, Product
from billing.price_terms import copy_terms, put_amounts
from billing.sentences import SentenceError, gettext_noop
from certinext.audit.trail import record

TERMS = (1, 2, 3)
LONGEST_NAME = 120
# A price by product and term in years.
Key = tuple[int, int]
Prices = Mapping[Key, Decimal | None]


class ListsOverlap(SentenceError):
    """Another list of the same account and currency holds on some of the same days."""


class ListInForce(SentenceError):
    """The list has begun: the prices on it are what orders were charged by."""


@dataclass(frozen=True)
class Row:
    """A product with its prices in the order of the terms."""

    product: Product
    items: list[PriceListItem | None]


@dataclass(frozen=True)
class Section:
    """The products of one category."""

    name: str
    rows: list[Row]


def is_editable(price_list: PriceList, *, today: date) -> bool:
    """Say whether prices may still be set: the list begins today, the seller's day, or later."""
    return price_list.valid_from >= today


def in_force(price_list: PriceList, *, today: date) -> bool:
    """Say whether the list has begun before today and still holds."""
    until = price_list.valid_until
    return price_list.valid_from < today and (until is None or until > today)


def has_ended(price_list: PriceList, *, today: date) -> bool:
    """Say whether the list does not hold any more."""
    until = price_list.valid_until
    return until is not None and until <= today


def version_name(price_list: PriceList, valid_from: date) -> str:
    """Return what a version is called unless staff says otherwise: the list's name and the day.

    A day that the name ends with, the import's or an earlier version's, makes way for the new one.
    """
    day, old_day = valid_from.isoformat(), price_list.valid_from.isoformat()
    if price_list.name.endswith(old_day):
        return price_list.name.removesuffix(old_day) + day
    room = LONGEST_NAME - len(gettext("%(list)s from %(day)s") % {"list": "", "day": day})
    return gettext("%(list)s from %(day)s") % {"list": price_list.name[:room].rstrip(), "day": day}


@transaction.atomic
def add_price_list(
    *,
    name: str,
    account: Account | None,
    currency: str,
    valid_from: date,
    valid_until: date | None,
    copied_from: PriceList | None,
) -> PriceList:
    """Add a list, empty or with another one's prices, audited. Raises `ListsOverlap`."""
    lock_price_lists()
    added = _create(
        name=name,
        account=account,
        currency=currency,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    count = _copy_prices(copied_from, added) if copied_from else 0
    record(
        "price_list.added",
        on=added,
        account_number=account.account_number if account else "",
        currency=currency,
        valid_from=valid_from.isoformat(),
        valid_until=valid_until.isoformat() if valid_until else None,
        copied_from=copied_from.name if copied_from else None,
        prices=count,
    )
    return added


@transaction.atomic
def new_version(price_list: PriceList, *, name: str, valid_from: date) -> PriceList:
    """Copy a list from a day on and end it that day, audited; the copy ends when it would have.

    Half-open: the old list holds until the day before. Raises `ListsOverlap` when the day is not
    within the list's validity any more.
    """
    lock_price_lists()
    old = PriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    until = old.valid_until
    if valid_from <= old.valid_from or (until is not None and valid_from >= until):
        raise ListsOverlap(
            gettext_noop("%(list)s does not hold on that day: choose one of its own days."),
            list=old.name,
        )
    old.valid_until = valid_from
    old.save(update_fields=["valid_until"])
    added = _create(
        name=name,
        account=old.account,
        currency=old.currency,
        valid_from=valid_from,
        valid_until=until,
    )
    count = _copy_prices(old, added)
    number = old.account.account_number if old.account else ""
    record(
        "price_list.ended",
        on=old,
        account_number=number,
        changes={"valid_until": [until.isoformat() if until else None, valid_from.isoformat()]},
    )
    record(
        "price_list.added",
        on=added,
        account_number=number,
        currency=old.currency,
        valid_from=valid_from.isoformat(),
        valid_until=until.isoformat() if until else None,
        copied_from=old.name,
        prices=count,
    )
    return added


@transaction.atomic
def set_prices(price_list: PriceList, prices: Prices, *, today: date) -> dict[str, list[str]]:
    """Set the prices that are named, take out those that are None; return what changed, audited.

    On a list that has begun prices can only be added where there were none, also once it has ended:
    raises `ListInForce` for others.
    """
    lock_price_lists()
    price_list = PriceList.objects.select_related("account").get(pk=price_list.pk)
    before = {(i.product_id, i.term_years): i.amount for i in price_list.items.all()}
    wanted = {key: amount for key, amount in prices.items() if before.get(key) != amount}
    if not wanted:
        return {}
    begun = not is_editable(price_list, today=today)
    if begun and wanted.keys() & before.keys():
        raise ListInForce(
            gettext_noop(
                "%(list)s has begun, and a price that stands on it stays: make a new version."
            ),
            list=price_list.name,
        )
    put_amounts(price_list, wanted)
    changes = _named(before, wanted)
    record(
        "price_list.prices_added" if begun else "price_list.prices_changed",
        on=price_list,
        account_number=price_list.account.account_number if price_list.account else "",
        changes=changes,
    )
    return changes


def lacks_prices(price_list: PriceList, terms: Sequence[int]) -> bool:
    """Say whether a product that needs prices has none for one of the terms."""
    products = Product.objects.priced()
    there = price_list.items.filter(product__in=products, term_years__in=terms)
    return there.count() < products.count() * len(terms)


def unpriced_products(price_list: PriceList) -> QuerySet[Product]:
    """Return what cannot be ordered under a general list: products without a price for any term.

    An account's own list lacks nothing: what it does not name costs what the general list says.
    """
    if price_list.account_id is not None:
        return Product.objects.none()
    return Product.objects.priced().exclude(prices__price_list=price_list)


def terms_of(items: Iterable[PriceListItem]) -> tuple[int, ...]:
    """Return the terms that a list shows: one to three years, and what else it names."""
    return tuple(sorted({*TERMS, *(item.term_years for item in items)}))


def sections_of(
    products: Iterable[Product], prices: Mapping[Key, PriceListItem], terms: Iterable[int]
) -> list[Section]:
    """Return the products with their prices by category; those without a category come last."""
    found: dict[str, list[Row]] = {}
    in_order = sorted(
        products,
        key=lambda p: (p.category_name == "", p.category_id, p.category_name, p.product_code),
    )
    for product in in_order:
        items = [prices.get((product.pk, term)) for term in terms]
        found.setdefault(product.category_name, []).append(Row(product, items))
    return [Section(name, rows) for name, rows in found.items()]


def _create(
    *,
    name: str,
    account: Account | None,
    currency: str,
    valid_from: date,
    valid_until: date | None,
) -> PriceList:
    with _overlap_in_words():
        return PriceList.objects.create(
            name=name,
            account=account,
            currency=currency,
            valid_from=valid_from,
            valid_until=valid_until,
        )


@contextmanager
def _overlap_in_words() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "price_list_no_overlap" not in str(error):
            raise
        raise ListsOverlap(
            gettext_noop(
                "Another list of the same account and currency holds on some of these days: choose"
                " other days, or make a new version of that list."
            )
        ) from error


def _copy_prices(source: PriceList, target: PriceList) -> int:
    copied = PriceListItem.objects.bulk_create(
        PriceListItem(
            price_list=target,
            product_id=item.product_id,
            term_years=item.term_years,
            amount=item.amount,
        )
        for item in source.items.all()
    )
    copy_terms(source, target)
    return len(copied)


def _named(before: Mapping[Key, Decimal], wanted: Prices) -> dict[str, list[str]]:
    """Return old and new price by product code and term, as the trail keeps them."""
    codes = dict(
        Product.objects.filter(pk__in={key[0] for key in wanted}).values_list("pk", "product_code")
    )
    return {
        f"{codes[product_id]}, {term}": [_text(before.get((product_id, term))), _text(amount)]
        for (product_id, term), amount in wanted.items()
    }


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
