"""What further charges on an order have in common: added names, renewals."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from billing.sentences import gettext_noop
from certinext.audit.trail import record
from orders import history
from orders.charges import Item, charge_items, invoice_at_once, is_history
from orders.ending import lock_order
from orders.errors import OrderCannotBeExtended
from orders.models import CHARGEABLE, CertificateStatus, Order, OrderCharge


def next_extension(order: Order, reason: OrderCharge.Reason) -> int:
    """Return the number of the order's next extension of this kind, counted from 1.

    A page carries the number that it was shown with: sent twice, it charges once.
    """
    if reason == OrderCharge.Reason.ADDED_NAMES:
        return (order.added_names.aggregate(last=Max("extension"))["last"] or 0) + 1
    return OrderCharge.objects.filter(order=order, reason=reason).count() + 1


def can_be_extended(order: Order) -> bool:
    """Say whether the order stands: drafts and what has ended take no further charges."""
    return order.order_status in CHARGEABLE


def lock_to_extend(order: Order) -> Order:
    """Lock the order's accounts and the order; raises `OrderCannotBeExtended`."""
    order = lock_order(order)
    if not can_be_extended(order):
        raise OrderCannotBeExtended(
            gettext_noop("Order %(order)s is %(status)s: nothing can be added to it."),
            order=str(order),
            status=order.get_order_status_display(),
        )
    return order


def extended_meanwhile(order: Order) -> OrderCannotBeExtended:
    """Return the refusal of a page that was shown before the order's latest extension."""
    return OrderCannotBeExtended(
        gettext_noop("Order %(order)s was extended meanwhile: look at its charges first."),
        order=str(order),
    )


def charge_extension(item: Item, *, by: str, now: datetime, action: str) -> None:
    """Charge an extension, invoice it and set the certificate to pending.

    Before the account is billed here nothing is charged. The caller holds the order's locks.
    """
    order = item.order
    if not is_history(order.account, item.on):
        charge_items([item], by=by, now=now)
    record(
        action,
        on=order,
        account_number=order.account.account_number,
        by=by,
        charge=item.source_key,
        detail=item.detail,
    )
    set_pending(order, by=by, now=now)
    invoice_at_once(order.account, on=item.on, now=now, by=by)


def set_pending(order: Order, *, by: str, now: datetime) -> None:
    """Put the certificate back to pending, and say so in the history."""
    if order.certificate_status == CertificateStatus.PENDING_FOR_APPROVER:
        return
    order.certificate_status = CertificateStatus.PENDING_FOR_APPROVER
    order.save(update_fields=["certificate_status"])
    history.write([history.certificate_status(order, at=now, by=by)])
