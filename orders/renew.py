"""Renewing an order: a further charge, for another term."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Charge
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import Price, price_of, prices_of
from orders.charges import Item
from orders.extend import (
    can_be_extended,
    charge_extension,
    extended_meanwhile,
    lock_to_extend,
    next_extension,
)
from orders.models import Order, OrderCharge

RENEWAL = OrderCharge.Reason.RENEWAL


@transaction.atomic
def renew_order(order: Order, *, term_years: int, extension: int, by: str, now: datetime) -> Order:
    """Charge a renewal at the price of today; the certificate is pending again. Safe twice.

    Raises `OrderCannotBeExtended` and `PriceMissing`.
    """
    order = lock_to_extend(order)
    on = local_date(now, current_seller().zone)
    with override(order.account.payer.document_language):
        detail = _("Renewal")
    item = Item(
        order=order,
        price=price_of(account=order.account, product=order.product, term_years=term_years, on=on),
        on=on,
        reason=RENEWAL,
        term_years=term_years,
        extension=extension,
        detail=detail,
    )
    if not _is_charged(item):
        charge_extension(item, by=by, now=now, action="order.renewed")
    return order


def renewal_prices(order: Order, *, on: date) -> dict[int, Price]:
    """Return the terms for which an order can be renewed on a day: none where it cannot be."""
    if not (can_be_extended(order) and order.product.is_active):
        return {}
    return prices_of(account=order.account, product=order.product, on=on)


def _is_charged(item: Item) -> bool:
    """Let the same page pass twice, but never two different ones under one number."""
    standing = Charge.objects.filter(source_key=item.source_key).first()
    if standing is not None and standing.term_years == item.term_years:
        return True
    if standing is not None or item.extension != next_extension(item.order, RENEWAL):
        raise extended_meanwhile(item.order)
    return False
