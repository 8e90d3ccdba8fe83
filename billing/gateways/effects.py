"""What a gateway's word does to a payment: exactly once, in whatever order words arrive.

A word is a message or an answer. It may be repeated, come before the customer is back, or after a
failure. What was paid once more for a payment that succeeded is overpaid, and becomes credit like
all of that. Another amount than was asked for, and money for what a clerk has rejected, are never
posted: they are held, with the reason, for a clerk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.auto_top_up.declines import note_decline
from billing.auto_top_up.terms import rearm
from billing.gateways.interface import Event, EventKind, Gateway
from billing.models import Mandate, Payment, WebhookDelivery
from billing.money import amount_text
from billing.payments.begin import begin_payment
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.settle import fail, lock_payment, settle
from billing.sentences import gettext_noop
from certinext.audit.trail import record

Outcome = WebhookDelivery.Outcome
State = Payment.State
Effect = tuple[WebhookDelivery.Outcome, Payment | None]


@transaction.atomic
def apply_event(event: Event, *, provider: str, gateway: Gateway, now: datetime) -> Effect:
    """Do what the event says, and return what became of it and the payment it is about.

    Safe to call again with the same event. Locks account, then payment.
    """
    if event.kind == EventKind.KEEPING:
        return _about_method(event, provider=provider, now=now), None
    act = ACTS.get(event.kind)
    if act is None:
        return Outcome.IGNORED, None
    payment = _find(event, provider=provider)
    if payment is None:
        return Outcome.UNKNOWN, None
    _account, payment = lock_payment(payment)
    if not payment.session_ref and event.session_ref and payment.state != State.SUCCEEDED:
        payment.session_ref = event.session_ref
    return act(event, payment, gateway, now)


def _find(event: Event, *, provider: str) -> Payment | None:
    """Find by our own number, which the gateway gives back, else by its number of the checkout."""
    payments = Payment.objects.filter(provider=provider, method=Payment.Method.GATEWAY)
    is_refund = event.kind in {EventKind.REFUNDED, EventKind.REFUND_FAILED}
    payments = payments.filter(kind=Payment.Kind.REFUND) if is_refund else payments.incoming()
    if event.reference and (found := payments.filter(reference=event.reference).first()):
        return found
    if is_refund:
        return payments.filter(provider_ref=event.provider_ref).first()
    return payments.filter(session_ref=event.session_ref).first() if event.session_ref else None


def _paid(event: Event, payment: Payment, gateway: Gateway, now: datetime) -> Effect:
    money = event.provider_ref or event.session_ref
    if Payment.objects.filter(provider=payment.provider, provider_ref=money).exists():
        return Outcome.KNOWN, payment
    if payment.state in {State.SUCCEEDED, State.REJECTED}:
        return _further(event, payment, gateway, money, now)
    wanted = gateway.minor_units(payment.amount, payment.currency), payment.currency
    if (event.amount, event.currency) != wanted:
        return _hold(
            payment,
            f"The gateway reports {_reported(event, gateway)} instead of"
            f" {amount_text(payment.amount, payment.currency)}: transaction {money}.",
        )
    settle(payment, now=now, by=payment.provider, provider_ref=money)
    return Outcome.APPLIED, payment


def _failed(event: Event, payment: Payment, _gateway: Gateway, now: datetime) -> Effect:
    # What came in stays, and what a clerk has to look at stays with the clerk.
    if payment.state != State.INITIATED:
        return Outcome.KNOWN, payment
    payment = fail(payment, reason=event.reason or gettext_noop("The payment failed."), now=now)
    note_decline(payment, now=now)
    return Outcome.APPLIED, payment


def _called_off(event: Event, payment: Payment, _gateway: Gateway, now: datetime) -> Effect:
    if payment.state != State.INITIATED:
        return Outcome.KNOWN, payment
    fail(payment, reason=event.reason or gettext_noop("It was called off."), now=now)
    rearm(payment)
    return Outcome.APPLIED, payment


def _about_method(event: Event, *, provider: str, now: datetime) -> WebhookDelivery.Outcome:
    """Have the gateway asked about a method that it kept, or did not: messages do not say which."""
    told = Mandate.objects.filter(
        provider=provider, reference=event.reference, state=Mandate.State.PENDING
    )
    known = Mandate.objects.filter(provider=provider, reference=event.reference).exists()
    told.update(next_check_at=now)
    return Outcome.APPLIED if known else Outcome.UNKNOWN


def _refunded(event: Event, refund: Payment, gateway: Gateway, now: datetime) -> Effect:
    if refund.state in {State.SUCCEEDED, State.REJECTED}:
        return Outcome.KNOWN, refund
    wanted = gateway.minor_units(refund.amount, refund.currency), refund.currency
    if (event.amount, event.currency) != wanted:
        return _hold(refund, f"The gateway gave back {_reported(event, gateway)}.")
    try:
        settle(refund, now=now, by=refund.provider, provider_ref=event.provider_ref)
    except NotEnoughCredits as error:
        return _hold(refund, str(error))
    return Outcome.APPLIED, refund


def _refund_failed(event: Event, refund: Payment, _gateway: Gateway, now: datetime) -> Effect:
    if refund.state != State.INITIATED:
        return Outcome.KNOWN, refund
    fail(refund, reason=event.reason or gettext_noop("The gateway gave nothing back."), now=now)
    return Outcome.APPLIED, refund


def _hold(payment: Payment, reason: str) -> Effect:
    """Leave it to a clerk: nothing is posted."""
    payment.state, payment.reason = State.PENDING_APPROVAL, reason[:300]
    payment.save()
    _record_held(payment, payment.reason)
    return Outcome.MISMATCH, payment


def _further(event: Event, payment: Payment, gateway: Gateway, money: str, now: datetime) -> Effect:
    """Keep money beyond what was asked for as a payment of its own.

    It is credit at once where the gateway named a transaction of its own for both; a clerk decides
    about money that was rejected before, or that nothing tells from the first.
    """
    own = {payment.session_ref, payment.reference}
    both_named = bool(event.provider_ref) and payment.provider_ref not in own
    is_overpaid = payment.state == State.SUCCEEDED and both_named
    waits = "" if is_overpaid else "; confirm it as credit, or give it back and reject it"
    reason = f"Paid beyond {payment.reference}{waits}."
    try:
        further = begin_payment(
            payment.account,
            kind=Payment.Kind.TOP_UP,
            method=Payment.Method.GATEWAY,
            provider=payment.provider,
            amount=in_major_units(event.amount or 0, event.currency, gateway),
            currency=event.currency,
            by=payment.provider,
            now=now,
            state=State.PENDING_APPROVAL,
            provider_ref=money,
            paid_beyond=payment,
            reason=reason,
        )
    except PaymentRefused as error:
        # Another currency, or no amount: the message itself and the trail keep it.
        _record_held(payment, f"{_reported(event, gateway)} ({money}): {error}")
        return Outcome.UNEXPECTED, payment
    if is_overpaid:
        return Outcome.APPLIED, settle(further, now=now, by=payment.provider)
    _record_held(further, reason)
    return Outcome.UNEXPECTED, further


def _record_held(payment: Payment, reason: str) -> None:
    record(
        "payment.held",
        on=payment,
        by=payment.provider,
        account_number=payment.account.account_number,
        reason=reason,
    )


def in_major_units(amount: int, currency: str, gateway: Gateway) -> Decimal:
    """Return an amount that a gateway counts in minor units, such as 1250.50 for 125050 paise."""
    return Decimal(amount) / gateway.minor_units(Decimal(1), currency)


def _reported(event: Event, gateway: Gateway) -> str:
    try:
        return amount_text(
            in_major_units(event.amount or 0, event.currency, gateway), event.currency
        )
    except ValueError:
        return f"{event.amount} {event.currency!r}"


ACTS: dict[EventKind, Callable[[Event, Payment, Gateway, datetime], Effect]] = {
    EventKind.PAID: _paid,
    EventKind.FAILED: _failed,
    EventKind.CALLED_OFF: _called_off,
    EventKind.REFUNDED: _refunded,
    EventKind.REFUND_FAILED: _refund_failed,
}
