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


def nothing_new(payment: Payment) -> str:
    """Say that a recheck has changed nothing, and how the payment stands therefore."""
    is_refund = payment.kind == Payment.Kind.REFUND
    return {
        State.INITIATED: _("Nothing new: the gateway has not confirmed the refund yet.")
        if is_refund
        else _("Nothing new: the gateway knows of no payment yet."),
        State.PENDING_APPROVAL: _("Nothing new: it is held until the seller has decided."),
        State.SUCCEEDED: _("Nothing new: it is paid already.")
        if payment.is_incoming
        else _("Nothing new: the money is given back already."),
        State.FAILED: _("Nothing new: it has failed."),
        State.REJECTED: _("Nothing new: the seller has rejected it."),
    }[State(payment.state)]


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
