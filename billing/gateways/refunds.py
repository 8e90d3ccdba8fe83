"""Giving money back the way it came: out of the account's credits, through the original gateway."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing.auto_top_up.terms import disarm_if_low
from billing.gateways.accounts import allowed_providers, gateway_at
from billing.gateways.checkouts import FIRST_CHECK
from billing.gateways.effects import apply_event
from billing.gateways.interface import GatewayRefused
from billing.gateways.recheck import send_refund
from billing.models import Checkout, Payment
from billing.money import ZERO
from billing.payments.begin import begin_payment
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.owed import free_credits
from billing.payments.settle import fail, lock_payment
from billing.sentences import gettext_noop
from certinext.web.formatting import money

State = Payment.State


def refund_payment(
    payment: Payment, *, amount: Decimal, ordinal: int, by: str, now: datetime
) -> Payment:
    """Give a part or all of an online payment back; return the refund, however far it has come.

    `ordinal` says which refund of the payment this is: a form that is sent twice makes one. The
    money must be in the account's credits, where it waits until the gateway has answered. Raises
    `NotEnoughCredits` and `PaymentRefused` (nothing is written), `GatewayRefused` (the refund has
    failed, the credits are free again) and `GatewayUnavailable` (nobody knows yet: the credits
    wait, and the sweeper asks again).
    """
    refund, is_new = _begin(payment, amount=amount, ordinal=ordinal, by=by, now=now)
    if not is_new:
        # Whoever made it is sending it: asking beside them, a gateway answers that it is busy,
        # which reads like a refusal. Where they died, the sweeper sends it again.
        return refund
    gateway = gateway_at(refund.provider)
    try:
        event = send_refund(refund, gateway)
    except GatewayRefused as error:
        fail(refund, reason=str(error), now=now)
        raise
    with transaction.atomic():
        _account, refund = lock_payment(refund)
        if refund.state == State.INITIATED and not refund.provider_ref:
            refund.provider_ref = event.provider_ref
            refund.save(update_fields=["provider_ref"])
    apply_event(event, provider=refund.provider, gateway=gateway, now=now)
    refund.refresh_from_db()
    return refund


def refundable(payment: Payment) -> Decimal:
    """Return what of a payment can still be given back through its gateway, credits permitting."""
    if not (
        payment.method == Payment.Method.GATEWAY
        and payment.is_incoming
        and payment.state == State.SUCCEEDED
        and payment.provider in allowed_providers()
    ):
        return ZERO
    given = payment.refunds.exclude(state__in=[State.FAILED, State.REJECTED])
    back: Decimal = given.aggregate(amount=Sum("amount"))["amount"] or ZERO
    return payment.amount - back


@transaction.atomic
def _begin(
    payment: Payment, *, amount: Decimal, ordinal: int, by: str, now: datetime
) -> tuple[Payment, bool]:
    """Return the refund with this ordinal, and whether it was made just now."""
    account, payment = lock_payment(payment)
    before = list(payment.refunds.order_by("id"))
    if len(before) >= ordinal > 0:
        return before[ordinal - 1], False
    if amount > refundable(payment):
        raise PaymentRefused(
            gettext_noop("At most %(most)s of this payment can be given back."),
            most=money(refundable(payment), payment.currency),
        )
    free = free_credits(account)
    if amount > free:
        raise NotEnoughCredits(
            gettext_noop(
                "The account has credits of %(credits)s: no more can be given back. Credit the"
                " invoice first."
            ),
            credits=money(free, payment.currency),
        )
    refund = begin_payment(
        account,
        kind=Payment.Kind.REFUND,
        method=Payment.Method.GATEWAY,
        provider=payment.provider,
        amount=amount,
        currency=payment.currency,
        by=by,
        now=now,
        refund_of=payment,
    )
    disarm_if_low(account)
    # When no message comes, the sweeper asks.
    Checkout.objects.create(payment=refund, url="", expires_at=now, next_check_at=now + FIRST_CHECK)
    return refund, True
