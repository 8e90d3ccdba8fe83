"""Reissuing a certificate: free, an event in the order's history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.sentences import gettext_noop
from certinext.audit.trail import record
from orders import history
from orders.certificates import REISSUABLE
from orders.ending import lock_order
from orders.errors import OrderCannotBeReissued
from orders.extend import set_pending
from orders.models import CHARGEABLE, Order


@transaction.atomic
def reissue_order(order: Order, *, by: str, now: datetime) -> Order:
    """Ask for the certificate anew: nothing is charged, and it is pending again.

    Raises `OrderCannotBeReissued` where none was issued, or the order has ended.
    """
    order = lock_order(order)
    if not may_reissue(order):
        raise OrderCannotBeReissued(
            gettext_noop("Order %(order)s has no certificate to reissue: it is %(status)s."),
            order=str(order),
            status=order.get_certificate_status_display(),
        )
    history.write([history.reissued(order, at=now, by=by)])
    set_pending(order, by=by, now=now)
    record("order.reissued", on=order, by=by, account_number=order.account.account_number)
    return order


def may_reissue(order: Order) -> bool:
    """Say whether there is a certificate to issue anew."""
    return order.order_status in CHARGEABLE and order.certificate_status in REISSUABLE
