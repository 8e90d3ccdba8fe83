"""Credits by bank transfer: the customer says what was sent, a clerk finds it on the account."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from billing.models import Account, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.errors import PaymentRefused
from billing.periods import local_date
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line

PROVIDER = "bank"
LONGEST_NUMBER = 60
EARLIEST = timedelta(days=366)
Kind, Method, State = Payment.Kind, Payment.Method, Payment.State


@transaction.atomic
def announce_wire(
    account: Account,
    *,
    amount: Decimal,
    currency: str,
    transaction_number: str,
    sent_on: date,
    by: str,
    now: datetime,
    reference: str = "",
) -> Payment:
    """Write down that a transfer for credits was sent; it waits for approval.

    The number that the customer gives (UTR, end-to-end id) is only a claim until a clerk has seen
    the money: it is kept beside the payment and takes nobody's place. A `reference` makes a form
    that is sent twice one payment. Raises `PaymentRefused`.
    """
    account = Account.objects.lock(account)
    number = _number(transaction_number)
    today = local_date(now, current_seller().zone)
    if not today - EARLIEST <= sent_on <= today:
        raise PaymentRefused(
            gettext_noop("Choose the day on which it was sent: within the last year, up to today."),
            field="sent_on",
        )
    known = account.payments.filter(session_ref=number, method=Method.BANK_TRANSFER)
    known = known.exclude(state=State.REJECTED).exclude(reference=reference)
    if twin := known.first():
        raise PaymentRefused(
            gettext_noop("This transfer was announced before, as payment %(reference)s."),
            field="transaction_number",
            reference=twin.reference,
        )
    return begin_payment(
        account,
        kind=Kind.TOP_UP,
        method=Method.BANK_TRANSFER,
        provider=PROVIDER,
        amount=amount,
        currency=currency,
        by=by,
        now=now,
        state=State.PENDING_APPROVAL,
        reference=reference,
        session_ref=number,
        received_on=sent_on,
    )


def _number(text: str) -> str:
    try:
        number = clean_line(text, at_most=LONGEST_NUMBER)
    except UnusableText as error:
        raise PaymentRefused(error.message, field="transaction_number", **error.params) from error
    if not number:
        raise PaymentRefused(
            gettext_noop("Write the bank's number of the transfer, such as its UTR."),
            field="transaction_number",
        )
    return number
