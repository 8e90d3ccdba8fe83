"""Rejecting an order: the seller's or the platform's word against it."""

from __future__ import annotations

from datetime import datetime

from billing.sentences import gettext_noop
from orders.details import clean_reason
from orders.ending import end_order
from orders.errors import OrderCannotBeRejected
from orders.models import ENDED, Order, OrderStatus, Rejection


def reject_order(order: Order, *, by: str, reason: str, now: datetime) -> Order:
    """Reject an order; its open charges are voided and its invoiced ones credited. Safe twice.

    For staff: any order that has not ended. Raises `OrderCannotBeRejected`, and `InvalidOrder` for
    a reason that is missing or unusable.
    """
    reason = clean_reason(reason)
    return end_order(
        order,
        status=OrderStatus.REJECTED,
        write_fact=lambda found: Rejection.objects.create(
            order=found, rejected_by=by[:254], rejected_at=now, reason=reason
        ),
        refuse=_refuse,
        by=by,
        reason=reason,
        now=now,
    )


def may_reject(order: Order) -> bool:
    """Say whether the order's status allows it: pages show the action only then."""
    return order.order_status not in ENDED


def _refuse(order: Order) -> None:
    if not may_reject(order):
        raise OrderCannotBeRejected(
            gettext_noop("Order %(order)s is %(status)s already: it cannot be rejected."),
            order=str(order),
            status=order.get_order_status_display(),
        )
