"""Cancelling an order."""

from __future__ import annotations

from datetime import datetime

from billing.sentences import gettext_noop
from orders.certificates import was_issued
from orders.details import clean_reason
from orders.ending import end_order
from orders.errors import OrderCannotBeCancelled
from orders.models import ENDED, PENDING, Cancellation, Order, OrderStatus


def cancel_order(
    order: Order, *, by: str, reason: str, now: datetime, by_customer: bool = False
) -> Order:
    """Cancel an order; its open charges are voided and its invoiced ones credited. Safe twice.

    Staff cancel any order that has not ended, fulfilled ones too; a customer (`by_customer`) only
    a pending one whose certificate was never issued. Raises `OrderCannotBeCancelled`, and
    `InvalidOrder` for a reason that is missing or unusable.
    """
    reason = clean_reason(reason)

    def refuse(found: Order) -> None:
        if not may_cancel(found, by_customer=by_customer):
            raise refusal(found)

    return end_order(
        order,
        status=OrderStatus.CANCELLED,
        write_fact=lambda found: Cancellation.objects.create(
            order=found, cancelled_by=by[:254], cancelled_at=now, reason=reason
        ),
        refuse=refuse,
        by=by,
        reason=reason,
        now=now,
    )


def may_cancel(order: Order, *, by_customer: bool) -> bool:
    """Say whether order and certificate allow it: pages show the action only then."""
    if by_customer:
        return order.order_status in PENDING and not was_issued(order)
    return order.order_status not in ENDED


def refusal(order: Order) -> OrderCannotBeCancelled:
    """Return why it cannot be cancelled: it has ended, or its certificate was issued."""
    status = order.get_order_status_display()
    if order.order_status in ENDED:
        return OrderCannotBeCancelled(
            gettext_noop("Order %(order)s is %(status)s already: it cannot be cancelled."),
            order=str(order),
            status=status,
        )
    return OrderCannotBeCancelled(
        gettext_noop(
            "Order %(order)s is %(status)s: its certificate has been issued. Ask the seller to"
            " cancel it."
        ),
        order=str(order),
        status=status,
    )
