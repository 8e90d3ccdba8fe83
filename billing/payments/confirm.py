"""A clerk confirms money that was found: a transfer on the bank account, or money that was held."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from billing.models import Payment
from billing.models.seller import current_seller
from billing.payments.errors import PaymentIsOver, PaymentRefused
from billing.payments.settle import lock_payment, settle
from billing.periods import local_date
from billing.sentences import gettext_noop

State, Method = Payment.State, Payment.Method
# A receipt's day cannot be mended afterwards: an older one is a slip.
LONGEST_AGO = timedelta(days=366)


@transaction.atomic
def confirm_payment(
    payment: Payment, *, received_on: date, bank_reference: str = "", by: str, now: datetime
) -> Payment:
    """Confirm that the amount, as it was begun, came on a day in the seller's zone. Safe twice.

    A withdrawal is confirmed when the transfer was sent. `bank_reference` is the bank's own number
    of the transfer: one transfer confirms one payment. Raises `PaymentRefused` (`NotEnoughCredits`
    for a withdrawal that they do not cover) and `PaymentIsOver`.
    """
    _account, payment = lock_payment(payment)
    if payment.state == State.SUCCEEDED:
        return payment
    if not may_confirm(payment):
        raise PaymentIsOver(
            gettext_noop("Payment %(reference)s does not wait for anybody to confirm it."),
            reference=payment.reference,
        )
    _check_day(received_on, payment, today=local_date(now, current_seller().zone))
    number = bank_reference.strip()
    taken = Payment.objects.filter(provider=payment.provider, provider_ref=number).first()
    if number and taken is not None and taken.pk != payment.pk:
        raise PaymentRefused(
            gettext_noop("This transfer has confirmed payment %(reference)s already."),
            field="bank_reference",
            reference=taken.reference,
        )
    return settle(
        payment,
        now=now,
        by=by,
        received_on=received_on,
        provider_ref=payment.provider_ref or number or None,
    )


def may_confirm(payment: Payment) -> bool:
    """Say whether a clerk can confirm it: a transfer, or money that came beyond what was asked."""
    is_found = payment.method == Method.BANK_TRANSFER or payment.provider_ref is not None
    is_ours = payment.is_incoming or payment.kind == Payment.Kind.WITHDRAWAL
    return payment.state == State.PENDING_APPROVAL and is_ours and is_found


def may_reject(payment: Payment) -> bool:
    """Say whether a clerk can end it: whatever waits for one, and transfers that never come."""
    return payment.state == State.PENDING_APPROVAL


def _check_day(on: date, payment: Payment, *, today: date) -> None:
    is_payout = not payment.is_incoming
    if on > today:
        raise PaymentRefused(
            gettext_noop("This day has not come yet: write the day the money was paid out.")
            if is_payout
            else gettext_noop("This day has not come yet: write the day the money arrived."),
            field="received_on",
        )
    if on < today - LONGEST_AGO:
        raise PaymentRefused(
            gettext_noop("This day is more than a year ago: write the day the money was paid out.")
            if is_payout
            else gettext_noop("This day is more than a year ago: write the day the money arrived."),
            field="received_on",
        )
