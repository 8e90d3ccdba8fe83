"""New versions of the seller's general price lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.models import PriceList, Seller
from billing.price_terms import copy_terms, put_amounts

# {(product's id, term in years): amount}
Prices = Mapping[tuple[int, int], Decimal]


def lock_price_lists() -> None:
    """Let one import at a time change price lists: two versions for one day cannot both hold."""
    Seller.objects.select_for_update(no_key=True).get(pk=1)


def prices_on(currency: str, day: date) -> dict[tuple[int, int], Decimal]:
    """Return the general list's prices on a day."""
    current = _valid_on(currency, day)
    if current is None:
        return {}
    return {(item.product_id, item.term_years): item.amount for item in current.items.all()}


def set_prices(currency: str, prices: Prices, *, valid_from: date) -> PriceList | None:
    """Make `prices` the general list from a day on; return it, or None when it says so already.

    The list of before ends that day, and a list that is planned for later stays. A list that
    begins on this very day is corrected. Charges raised before keep what they were charged.
    """
    current = _valid_on(currency, valid_from)
    if prices_on(currency, valid_from) == dict(prices):
        return None
    if current is not None and current.valid_from == valid_from:
        left_out = {(item.product_id, item.term_years): None for item in current.items.all()}
        put_amounts(current, {**left_out, **prices})
        return current
    until = current.valid_until if current else _next_start(currency, valid_from)
    if current is not None:
        current.valid_until = valid_from
        current.save(update_fields=["valid_until"])
    added = PriceList.objects.create(
        name=_("Prices in %(currency)s from %(date)s")
        % {"currency": currency, "date": valid_from.isoformat()},
        currency=currency,
        valid_from=valid_from,
        valid_until=until,
    )
    put_amounts(added, prices)
    if current is not None:
        copy_terms(current, added)
    return added


def _valid_on(currency: str, day: date) -> PriceList | None:
    return (
        PriceList.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=day),
            account=None,
            currency=currency,
            valid_from__lte=day,
        )
        .prefetch_related("items")
        .first()
    )


def _next_start(currency: str, day: date) -> date | None:
    return (
        PriceList.objects.filter(account=None, currency=currency, valid_from__gt=day)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
