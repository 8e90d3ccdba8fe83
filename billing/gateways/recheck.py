"""Asking gateways how payments stand: when somebody wants to know, and when no message came."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from billing.gateways.accounts import NoSuchGateway, gateway_at
from billing.gateways.charges import charge_kept_method
from billing.gateways.checkouts import FIRST_CHECK
from billing.gateways.effects import apply_event
from billing.gateways.interface import (
    Event,
    EventKind,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
)
from billing.gateways.sealing import SealBroken
from billing.models import Checkout, Payment
from billing.payments.settle import fail
from billing.sentences import gettext_noop

logger = logging.getLogger(__name__)
State = Payment.State
# A checkout's last word may come a little after its end.
AFTER_THE_END = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
OVER = [State.SUCCEEDED, State.REJECTED]


def recheck(payment: Payment, *, now: datetime) -> Payment:
    """Ask the gateway how a payment or refund stands, do what follows, return it as it is then.

    Raises `GatewayUnavailable` and `NoSuchGateway`; then nothing has changed.
    """
    if not may_recheck(payment):
        return payment
    gateway = gateway_at(payment.provider)
    try:
        event = replace(_asked(payment, gateway, now=now), reference=payment.reference)
    except GatewayRefused as error:
        # A refund that was never sent and now is refused; of others it says nothing.
        if payment.kind == Payment.Kind.REFUND and not payment.provider_ref:
            return fail(payment, reason=str(error), now=now)
        if not _is_untaken(payment):
            raise
        event = Event(kind=EventKind.FAILED, reference=payment.reference, reason=str(error))
    apply_event(event, provider=payment.provider, gateway=gateway, now=now)
    payment.refresh_from_db()
    return payment


def may_recheck(payment: Payment) -> bool:
    """Say whether the gateway can know more of it than we do."""
    is_refund = payment.kind == Payment.Kind.REFUND
    return (
        payment.method == Payment.Method.GATEWAY
        and payment.state not in OVER
        and bool(is_refund or payment.session_ref or _is_untaken(payment))
    )


def _is_untaken(payment: Payment) -> bool:
    """Say whether it is charged to a kept method, and the gateway has not taken the charge yet."""
    is_begun = payment.auto_top_up_id is not None and payment.state == State.INITIATED
    return is_begun and not payment.session_ref


def recheck_due(*, clock: Callable[[], datetime], limit: int = 100) -> int:
    """Ask about payments whose time has come; return about how many. Safe to run twice.

    The next time is set before the question: what hangs or fails waits, and blocks no other.
    """
    asked = 0
    while asked < limit and (payment := _claim(clock())) is not None:
        asked += 1
        try:
            recheck(payment, now=clock())
        except (GatewayUnavailable, NoSuchGateway, SealBroken):
            logger.warning("Payment %s could not be checked.", payment, exc_info=True)
    return asked


def give_up_unsent(*, now: datetime, limit: int = 200) -> int:
    """End payments whose gateway was never reached: the process died in between."""
    unsent = Payment.objects.incoming().filter(
        method=Payment.Method.GATEWAY,
        state=State.INITIATED,
        checkout=None,
        created_at__lte=now - FIRST_CHECK,
    )
    found = list(unsent.select_related("account")[:limit])
    for payment in found:
        fail(payment, reason=gettext_noop("The gateway could not be reached."), now=now)
    return len(found)


def _asked(payment: Payment, gateway: Gateway, *, now: datetime) -> Event:
    if payment.auto_top_up_id is not None and payment.state == State.INITIATED:
        return charge_kept_method(payment, gateway, now=now)
    if payment.kind != Payment.Kind.REFUND:
        return gateway.state_of(payment.session_ref)
    if payment.provider_ref:
        return gateway.refund_state(payment.provider_ref)
    return send_refund(payment, gateway)


def send_refund(refund: Payment, gateway: Gateway) -> Event:
    """Have the gateway send the money of a refund back; again, it is the same refund."""
    original = refund.refund_of
    if original is None or not original.provider_ref:
        raise GatewayUnavailable(gettext_noop("The payment has no transaction to give back."))
    return gateway.refund(
        provider_ref=original.provider_ref,
        amount=gateway.minor_units(refund.amount, refund.currency),
        currency=refund.currency,
        reference=refund.reference,
    )


@transaction.atomic
def _claim(now: datetime) -> Payment | None:
    checkout = (
        Checkout.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(next_check_at__lte=now)
        .select_related("payment__account", "payment__refund_of")
        .order_by("next_check_at")
        .first()
    )
    if checkout is None:
        return None
    payment = checkout.payment
    is_over = payment.state in OVER or (
        payment.state == State.FAILED and checkout.expires_at + AFTER_THE_END <= now
    )
    # Each wait is half as long again as the one before.
    wait = min(max((now - payment.created_at) / 2, FIRST_CHECK), LONGEST_WAIT)
    # The end of a checkout is worth a question of its own.
    due = checkout.expires_at if now < checkout.expires_at < now + wait else now + wait
    checkout.next_check_at = None if is_over else due
    checkout.save(update_fields=["next_check_at"])
    return payment
