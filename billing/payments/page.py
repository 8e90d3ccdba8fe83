"""What a payment's page shows, at a customer's desk and at the backoffice's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from billing.gateways.recheck import may_recheck
from billing.models import Allocation, Checkout, Document, Payment, Seller
from billing.models.seller import current_seller
from billing.payments.words import PaymentRow, row_of

State = Payment.State


def reading(payment: Payment, *, now: datetime) -> dict[str, Any]:
    """Return the context of a payment's page."""
    checkout = Checkout.objects.filter(payment=payment).first()
    goes_on = bool(
        checkout
        and checkout.url
        and payment.state in {State.INITIATED, State.FAILED}
        and checkout.expires_at > now
    )
    allocations = payment.allocations.select_related("target").order_by("id")
    seller = current_seller()
    return {
        "payment": payment,
        "row": row_of(payment),
        "account": payment.account,
        "allocations": list(allocations),
        "targets": [target.document for target in payment.targets.all()],
        "receipt": getattr(payment, "receipt", None),
        "checkout": checkout if goes_on else None,
        "may_recheck": may_recheck(payment),
        "bank": bank_lines(seller) if _waits_for_transfer(payment) else [],
        "seller": seller,
        "refunds": [row_of(refund) for refund in payment.refunds.order_by("id")],
    }


@dataclass(frozen=True)
class PaymentOfInvoice:
    """A payment on an invoice's page; `amount` is what it settled, or means to."""

    row: PaymentRow
    amount: Decimal | None


def payments_of(document: Document, visible: QuerySet[Payment]) -> list[PaymentOfInvoice]:
    """Return what has settled an invoice, the oldest first, and what waits for a clerk.

    `visible` are the payments that the reader may see.
    """
    settled = Allocation.objects.filter(payment=OuterRef("pk"), target=document)
    waiting = Q(state=State.PENDING_APPROVAL, targets__document=document)
    found = (
        visible.annotate(settled=Subquery(settled.values("amount")[:1]))
        .filter(Q(settled__isnull=False) | waiting)
        .distinct()
        .select_related("receipt__document")
        .order_by("id")
    )
    return [PaymentOfInvoice(row_of(payment), payment.settled) for payment in found]


def bank_lines(seller: Seller) -> list[tuple[str, str]]:
    """Return the seller's bank details, those that there are, with what they are called."""
    lines = [
        (_("Beneficiary"), seller.legal_name),
        (_("Bank"), seller.bank_name),
        (_("Account number"), seller.bank_account),
        (_("IFSC"), seller.bank_ifsc),
        (_("IBAN"), seller.iban),
        (_("BIC/SWIFT"), seller.bic),
        (_("UPI id"), seller.upi_id),
    ]
    return [(label, value) for label, value in lines if value]


def _waits_for_transfer(payment: Payment) -> bool:
    return (
        payment.method == Payment.Method.BANK_TRANSFER
        and payment.kind == Payment.Kind.INVOICES
        and payment.state == State.PENDING_APPROVAL
    )
