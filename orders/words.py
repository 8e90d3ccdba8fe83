"""Orders in the words and colours of the pages."""

from __future__ import annotations

from billing.models import Reader
from orders.models import CertificateStatus, Order, OrderStatus

ORDER_STATUS_KINDS = {
    OrderStatus.PLACED: "info",
    OrderStatus.ACCEPTED: "info",
    OrderStatus.IN_PROGRESS: "info",
    OrderStatus.REJECTED: "danger",
    OrderStatus.CANCELLED: "danger",
    OrderStatus.FULFILLED: "positive",
    OrderStatus.ON_HOLD: "warning",
    OrderStatus.PENDING_APPROVAL: "warning",
    OrderStatus.PENDING_ADMIN_APPROVAL: "warning",
}


def status_kind(order: Order) -> str:
    """Return what the colour of an order's status means."""
    return ORDER_STATUS_KINDS[OrderStatus(order.order_status)]


def certificate_word(order: Order) -> str:
    """Return the certificate's status, or nothing while there is no certificate."""
    if order.certificate_status == CertificateStatus.NONE:
        return ""
    return str(CertificateStatus(order.certificate_status).label)


def sees_amounts(membership: Reader) -> bool:
    """Say whether prices are the reader's business: everybody's but the read-only basic role's."""
    return membership.sees_all_documents or membership.sees_own_documents
