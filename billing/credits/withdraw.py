"""Taking credits back out: asked for by the customer, sent by a clerk.

From the request on the amount is reserved: nothing else can be paid with it, and no second request
can promise it again. A rejection sets it free.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.auto_top_up.terms import disarm_if_low
from billing.credits.falls import note_fall
from billing.models import Account, Payment
from billing.payments.begin import begin_payment
from billing.payments.errors import NotEnoughCredits
from billing.payments.once import sent_before
from billing.payments.owed import free_credits
from billing.sentences import gettext_noop
from certinext.web.formatting import money


@transaction.atomic
def request_withdrawal(
    account: Account,
    *,
    amount: Decimal,
    currency: str,
    destination: dict[str, str],
    by: str,
    now: datetime,
    reference: str = "",
) -> Payment:
    """Ask for credits back, to bank details from `checked_destination`; it waits for approval.

    A `reference` makes a form that is sent twice one request. Raises `NotEnoughCredits` and
    `PaymentRefused` (`SentBefore` for other contents); then nothing is written.
    """
    account = Account.objects.lock(account)
    entered: dict[str, Any] = {
        "kind": Payment.Kind.WITHDRAWAL,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": amount,
        "currency": currency,
        "destination": destination,
    }
    if done := sent_before(account, reference=reference, **entered):
        return done
    payment = begin_payment(
        account,
        by=by,
        now=now,
        state=Payment.State.PENDING_APPROVAL,
        reference=reference,
        **entered,
    )
    free = free_credits(account, apart_from=payment)
    if free < amount:
        raise NotEnoughCredits(
            gettext_noop("At most %(free)s can be withdrawn now."),
            free=money(max(free, Decimal(0)), currency),
        )
    disarm_if_low(account)
    # What is asked back is no longer free.
    note_fall()
    return payment
