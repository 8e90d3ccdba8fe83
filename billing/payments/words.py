"""How payments are told on pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.models import Payment, Provider

State = Payment.State
KINDS = {
    State.INITIATED: "info",
    State.PENDING_APPROVAL: "warning",
    State.SUCCEEDED: "positive",
    State.FAILED: "danger",
    State.REJECTED: "danger",
}


@dataclass(frozen=True)
class PaymentRow:
    """A payment with its words: what its colour means, and how it moves."""

    payment: Payment
    word: str
    kind: str
    mode: str


def row_of(payment: Payment) -> PaymentRow:
    """Put a payment into words."""
    state = State(payment.state)
    return PaymentRow(payment, str(state.label), KINDS[state], mode_of(payment))


def mode_of(payment: Payment) -> str:
    """Say how the money moves, and through whom: `Online, Stripe`, or `Automatic, Stripe`."""
    mode = str(Payment.Method(payment.method).label)
    if payment.is_imitated:
        return _("Sandbox, no money moved")
    if payment.auto_top_up_id is not None:
        mode = _("Automatic")
    if payment.method != Payment.Method.GATEWAY or payment.provider not in Provider.values:
        return mode
    return _("%(mode)s, %(gateway)s") % {
        "mode": mode,
        "gateway": Provider(payment.provider).label,
    }
