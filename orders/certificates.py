"""What an order's certificate has come to, as far as cancelling and reissuing ask."""

from __future__ import annotations

from datetime import datetime

from orders.models import CertificateStatus, Order, OrderStatus

# There is such a certificate, or there was one.
ISSUED = {
    CertificateStatus.GENERATED,
    CertificateStatus.DOWNLOADED,
    CertificateStatus.REVOKED,
    CertificateStatus.EXPIRED,
}
# Nobody trusts it any more.
DEAD = {CertificateStatus.REVOKED, CertificateStatus.EXPIRED}
# It can be issued anew; a revoked one is what people reissue most, an expired one is renewed.
REISSUABLE = ISSUED - {CertificateStatus.EXPIRED}
# It waits for somebody: no word about an order that has ended.
WAITING = {
    CertificateStatus.NONE,
    CertificateStatus.PENDING_FOR_APPROVER,
    CertificateStatus.UNDER_DISCREPANCY,
    CertificateStatus.APPROVED,
}


def was_issued(order: Order) -> bool:
    """Say whether a certificate was issued for the order, dead or alive.

    A reissue is pending again: what it replaces is known by its serial number or its last day.
    """
    return (
        order.order_status == OrderStatus.FULFILLED
        or order.certificate_status in ISSUED
        or bool(order.certificate_serial)
        or order.certificate_expires_at is not None
    )


def has_live_certificate(order: Order, *, now: datetime) -> bool:
    """Say whether browsers trust a certificate of this order, which ending it does not change."""
    expires = order.certificate_expires_at
    if order.certificate_status in DEAD or (expires is not None and expires <= now):
        return False
    return was_issued(order)
