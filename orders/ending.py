"""What cancelling and rejecting have in common: the order ends and its money follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing.charging import still_open, void_charges
from billing.locks import lock_with_payer
from billing.models import Charge
from billing.models.seller import current_seller
from billing.periods import local_date
from certinext.audit.trail import record
from credit_notes.issue import credit_charges, prepare_notes
from credit_notes.models import CreditNote
from credit_notes.prepare import PreparedCreditNote
from orders import history
from orders.certificates import ISSUED
from orders.models import CertificateStatus, Order, OrderStatus

CERTIFICATE_AFTER = {
    OrderStatus.CANCELLED: CertificateStatus.REJECTED_BY_CANCELLATION,
    OrderStatus.REJECTED: CertificateStatus.REJECTED,
}
REASON_CODES = {
    OrderStatus.CANCELLED: CreditNote.Reason.CANCELLED,
    OrderStatus.REJECTED: CreditNote.Reason.REJECTED,
}


@transaction.atomic
def end_order(
    order: Order,
    *,
    status: OrderStatus,
    write_fact: Callable[[Order], object],
    refuse: Callable[[Order], None],
    by: str,
    reason: str,
    now: datetime,
) -> Order:
    """End an order as cancelled or rejected, and return it as it is now. Safe twice.

    Open charges are voided, invoiced ones credited, one note an invoice. `refuse` judges the locked
    order and raises; `write_fact` stores who, when and why. Locks accounts, then the order.
    """
    order = lock_order(order)
    if order.order_status == status:
        return order
    refuse(order)
    write_fact(order)
    order.order_status = status
    events = [history.order_status(order, at=now, by=by, note=reason)]
    # A certificate that was issued stays what it is: only the issuance platform revokes it.
    if order.certificate_status not in ISSUED:
        order.certificate_status = CERTIFICATE_AFTER[status]
        events.append(history.certificate_status(order, at=now, by=by))
    order.save(update_fields=["order_status", "certificate_status"])
    history.write(events)
    action = "order.cancelled" if status == OrderStatus.CANCELLED else "order.rejected"
    record(action, on=order, account_number=order.account.account_number, by=by, reason=reason)
    settle(order, status=status, by=by, reason=reason, now=now)
    return order


def lock_order(order: Order) -> Order:
    """Lock the order's accounts (its payers of then and now too), then the order itself."""
    payers = Charge.objects.filter(order_charge__order=order).values_list("payer_id", flat=True)
    account = lock_with_payer(order.account, also=set(payers))
    order = Order.objects.lock(order)
    order.account = account
    return order


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What ending an order does to its money: charges that are dropped, notes that are issued."""

    is_charged: bool
    dropped: Sequence[Charge]
    notes: Sequence[PreparedCreditNote]


def preview_settlement(order: Order, *, by: str, now: datetime) -> Settlement:
    """Compute what `settle` would do now, and write nothing. Raises `CreditExceedsInvoice`."""
    charges = _charges_of(order)
    dropped = still_open(charges)
    return Settlement(
        is_charged=bool(charges),
        dropped=dropped,
        notes=prepare_notes(
            [charge for charge in charges if charge not in dropped],
            on=local_date(now, current_seller().zone),
            issued_by=by,
        ),
    )


def settle(order: Order, *, status: OrderStatus, by: str, reason: str, now: datetime) -> None:
    """Void what is open and credit what was invoiced; zero-value lines make no credit note."""
    charges = _charges_of(order)
    voided = void_charges(charges, reason=reason)
    history.write(history.voided(order, charge, at=now, by=by) for charge in voided)
    credit_charges(
        charges=[charge for charge in charges if charge not in voided],
        reason_code=REASON_CODES[status],
        reason=reason,
        order_number=order.order_number or "",
        on=local_date(now, current_seller().zone),
        now=now,
        issued_by=by,
    )


def _charges_of(order: Order) -> list[Charge]:
    return list(Charge.objects.filter(order_charge__order=order).order_by("id"))
