"""What prices have besides their amount: discounts and tiers stay when amounts change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from billing.models import PriceList, PriceListItem, PriceTier

Key = tuple[int, int]


def put_amounts(price_list: PriceList, amounts: Mapping[Key, Decimal | None]) -> None:
    """Set prices by product id and term in years; None takes one out, what is not named stays.

    A price that changes its amount keeps its discount and its tiers.
    """
    standing = {(item.product_id, item.term_years): item for item in price_list.items.all()}
    gone = [standing[key].pk for key in standing if key in amounts and amounts[key] is None]
    price_list.items.filter(pk__in=gone).delete()
    changed, added = [], []
    for key, amount in amounts.items():
        if amount is None:
            continue
        if key in standing:
            standing[key].amount = amount
            changed.append(standing[key])
        else:
            added.append(
                PriceListItem(
                    price_list=price_list, product_id=key[0], term_years=key[1], amount=amount
                )
            )
    PriceListItem.objects.bulk_update(changed, ["amount"], batch_size=1000)
    PriceListItem.objects.bulk_create(added)


def copy_terms(source: PriceList, target: PriceList) -> None:
    """Give `target` the discounts and tiers of `source`, for each product and term on both."""
    target.discount_percent = source.discount_percent
    target.save(update_fields=["discount_percent"])
    wanted = {
        (item.product_id, item.term_years): item for item in source.items.prefetch_related("tiers")
    }
    items = [item for item in target.items.all() if (item.product_id, item.term_years) in wanted]
    tiers = []
    for item in items:
        like = wanted[item.product_id, item.term_years]
        item.discount_percent, item.tier_mode = like.discount_percent, like.tier_mode
        tiers += [
            PriceTier(item=item, above=tier.above, amount=tier.amount) for tier in like.tiers.all()
        ]
    PriceListItem.objects.bulk_update(items, ["discount_percent", "tier_mode"], batch_size=1000)
    PriceTier.objects.bulk_create(tiers)
