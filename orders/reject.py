"""Rejecting an order: the seller's or the platform's word against it."""

from __future__ import annotations

from datetime import datetime

from billing.sentences import gettext_noop
from orders.certificates import was_issued
from orders.details import clean_reason
from orders.ending import end_order
from orders.errors import OrderCannotBeRejected
from orders.models import ENDED, Order, OrderStatus, Rejection


def reject_order(
    order: Order, *, by: str, reason: str, now: datetime, by_customer: bool = False
) -> Order:
    """Reject an order; its open charges are voided and its invoiced ones credited. Safe twice.

    Staff reject any order that has not ended; a customer (`by_customer`) only what is on hold and
    never got a certificate. Raises `OrderCannotBeRejected`, and `InvalidOrder` for a reason that is
    missing or unusable.
    """
    reason = clean_reason(reason)

    def refuse(found: Order) -> None:
        if not may_reject(found, by_customer=by_customer):
            raise _refusal(found)

    return end_order(
        order,
        status=OrderStatus.REJECTED,
        write_fact=lambda found: Rejection.objects.create(
            order=found, rejected_by=by[:254], rejected_at=now, reason=reason
        ),
        refuse=refuse,
        by=by,
        reason=reason,
        now=now,
    )


def may_reject(order: Order, *, by_customer: bool) -> bool:
    """Say whether order and certificate allow it: pages show the action only then."""
    if by_customer:
        return order.order_status == OrderStatus.ON_HOLD and not was_issued(order)
    return order.order_status not in ENDED


def _refusal(order: Order) -> OrderCannotBeRejected:
    sentence = (
        gettext_noop("Order %(order)s is %(status)s already: it cannot be rejected.")
        if order.order_status in ENDED
        else gettext_noop("Order %(order)s is %(status)s: ask the seller to reject it.")
    )
    return OrderCannotBeRejected(
        sentence, order=str(order), status=order.get_order_status_display()
    )
