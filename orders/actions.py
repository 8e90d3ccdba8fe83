"""What a reader can do with an order: each page offers only what its verb will do."""

from __future__ import annotations

from dataclasses import dataclass

from billing.models import Reader
from orders.cancel import may_cancel
from orders.models import Order, OrderStatus
from orders.reject import may_reject


@dataclass(frozen=True)
class Actions:
    """The actions that an order's menu or page head offers."""

    download_invoice: bool
    download_credit_note: bool
    proceed: bool
    reject: bool
    cancel: bool
    order_again: bool


def actions_for(
    order: Order, membership: Reader, *, is_invoiced: bool, is_credited: bool
) -> Actions:
    """Return the actions. `is_invoiced` and `is_credited`: on a document that they may read."""
    held = membership.may_order and order.order_status == OrderStatus.ON_HOLD
    return Actions(
        download_invoice=is_invoiced,
        download_credit_note=is_credited,
        proceed=held and order.source == Order.Source.PORTAL,
        reject=held and may_reject(order, by_customer=True),
        cancel=membership.may_order and not held and may_cancel(order, by_customer=True),
        order_again=membership.may_order,
    )
