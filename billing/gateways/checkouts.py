"""Paying online: our row first, then the gateway's checkout, then its address for the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from billing.gateways.accounts import gateway_at
from billing.gateways.interface import CHECKOUT_LASTS, GatewayUnavailable, Order
from billing.models import Checkout, Payment
from billing.payments.settle import fail, lock_payment
from billing.sentences import gettext_noop

# A customer needs minutes, and messages come in seconds: only then does the sweeper ask.
FIRST_CHECK = timedelta(minutes=15)
# What a link may lead to.
SAFE = ("https://", "/sandbox/")
OPEN = {Payment.State.INITIATED, Payment.State.PENDING_APPROVAL, Payment.State.FAILED}


def open_checkout(
    payment: Payment, *, description: str, email: str, return_url: str, now: datetime
) -> Checkout:
    """Send a payment that was begun to its gateway; return where the customer pays.

    The payment's row is committed before the gateway hears of it: its message finds it, however
    early it comes. Safe to call again: there is one checkout a payment. Raises
    `GatewayUnavailable`; then the payment has failed, and nothing was paid.
    """
    if found := Checkout.objects.filter(payment=payment).first():
        return found
    expires_at = now + CHECKOUT_LASTS
    gateway = gateway_at(payment.provider)
    try:
        begun = gateway.begin(
            Order(
                reference=payment.reference,
                description=description,
                amount=gateway.minor_units(payment.amount, payment.currency),
                currency=payment.currency,
                email=email,
                return_url=return_url,
                expires_at=expires_at,
            )
        )
        if not begun.url.startswith(SAFE):
            raise GatewayUnavailable(gettext_noop("The gateway named no page to pay on."))
    except GatewayUnavailable as error:
        fail(payment, reason=str(error), now=now)
        raise
    with transaction.atomic():
        _account, payment = lock_payment(payment)
        # Whoever was quicker, the customer's money or this answer: what is over keeps what it is.
        if not payment.session_ref and payment.state in OPEN:
            payment.session_ref = begun.session_ref
            payment.save(update_fields=["session_ref"])
        checkout, _made = Checkout.objects.get_or_create(
            payment=payment,
            defaults={
                "url": begun.url,
                "expires_at": expires_at,
                "next_check_at": now + FIRST_CHECK,
            },
        )
    return checkout
