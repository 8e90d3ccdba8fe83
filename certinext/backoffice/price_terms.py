"""Setting discounts and tiers of a price list that has not begun: what was charged stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.importing.price_lists import lock_price_lists
from billing.models import PriceList, PriceListItem, PriceTier
from billing.sentences import gettext_noop
from certinext.audit.trail import record
from certinext.backoffice.forms.tiers import TierFigures
from certinext.backoffice.price_lists import ListInForce, is_editable

Changes = Mapping[str, list[str]]


@transaction.atomic
def set_list_discount(
    price_list: PriceList, percent: Decimal, *, today: date, changes: Changes
) -> None:
    """Set what is taken off each price of a list, audited. Raises `ListInForce`."""
    found = _locked(price_list, today)
    found.discount_percent = percent
    found.save(update_fields=["discount_percent"])
    _record(found, "", changes)


@transaction.atomic
def set_price_terms(
    item: PriceListItem,
    *,
    percent: Decimal | None,
    mode: str,
    tiers: list[TierFigures],
    today: date,
    changes: Changes,
) -> None:
    """Set the discount and the tiers of one price, audited. Raises `ListInForce`."""
    found = _locked(item.price_list, today)
    item.discount_percent, item.tier_mode = percent, mode
    item.save(update_fields=["discount_percent", "tier_mode"])
    item.tiers.all().delete()
    PriceTier.objects.bulk_create(
        PriceTier(item=item, above=int(tier.above), amount=tier.price) for tier in tiers
    )
    _record(found, f"{item.product.product_code} {item.term_years}: ", changes)


def _locked(price_list: PriceList, today: date) -> PriceList:
    lock_price_lists()
    found = PriceList.objects.select_related("account").get(pk=price_list.pk)
    if not is_editable(found, today=today):
        raise ListInForce(
            gettext_noop(
                "%(list)s has begun, and a price that stands on it stays: make a new version."
            ),
            list=found.name,
        )
    return found


def _record(price_list: PriceList, what: str, changes: Changes) -> None:
    if changes:
        record(
            "price_list.terms_changed",
            on=price_list,
            account_number=price_list.account.account_number if price_list.account else "",
            changes={f"{what}{name}": change for name, change in changes.items()},
        )
