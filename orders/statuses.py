"""The platform's status names, as its reports print them."""

from __future__ import annotations

from billing.importing.errors import RowFailed
from billing.sentences import gettext_noop
from orders.models import CertificateStatus, OrderStatus

# Written out, not taken from the labels: those are translated.
ORDER_STATUSES = {
    "placed": OrderStatus.PLACED,
    "accepted": OrderStatus.ACCEPTED,
    "in progress": OrderStatus.IN_PROGRESS,
    "rejected": OrderStatus.REJECTED,
    "cancelled": OrderStatus.CANCELLED,
    "fulfilled": OrderStatus.FULFILLED,
    "on hold": OrderStatus.ON_HOLD,
    "pending approval": OrderStatus.PENDING_APPROVAL,
    "pending admin approval": OrderStatus.PENDING_ADMIN_APPROVAL,
}
CERTIFICATE_STATUSES = {
    "": CertificateStatus.NONE,
    "pending for approver": CertificateStatus.PENDING_FOR_APPROVER,
    "under discrepancy": CertificateStatus.UNDER_DISCREPANCY,
    "approved": CertificateStatus.APPROVED,
    "rejected": CertificateStatus.REJECTED,
    "downloaded": CertificateStatus.DOWNLOADED,
    "expired": CertificateStatus.EXPIRED,
    "rejected due to order cancellation": CertificateStatus.REJECTED_BY_CANCELLATION,
    "auto rejected": CertificateStatus.AUTO_REJECTED,
    "generated": CertificateStatus.GENERATED,
    "revoked": CertificateStatus.REVOKED,
}


def order_status_named(text: str) -> OrderStatus:
    """Return the status that “Order Fulfilled” means; raises `RowFailed` for an unknown name."""
    status = ORDER_STATUSES.get(_plain(text, "order "))
    if status is None:
        raise RowFailed(
            gettext_noop("The order status %(status)s is unknown."),
            field="orderStatus",
            status=repr(text),
        )
    return status


def certificate_status_named(text: str) -> CertificateStatus:
    """Return the status that “Certificate Downloaded” means; an empty text means none yet.

    Raises `RowFailed` for an unknown name.
    """
    status = CERTIFICATE_STATUSES.get(_plain(text, "certificate "))
    if status is None:
        raise RowFailed(
            gettext_noop("The certificate status %(status)s is unknown."),
            field="certificateStatus",
            status=repr(text),
        )
    return status


def _plain(text: str, prefix: str) -> str:
    return " ".join(text.casefold().split()).removeprefix(prefix)
