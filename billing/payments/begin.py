"""Beginning a payment: everything is checked before the first row is written."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.models import Account, Document, Payment, PaymentTarget
from billing.money import InvalidAmount, amount_text, require_minor_units
from billing.payments.errors import PaymentRefused
from billing.payments.once import sent_before
from billing.sentences import gettext_noop
from certinext.audit.trail import record

# No 0 and O, 1 and I: people read it to each other, and write it on transfers.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LARGEST_PAYMENT = Decimal("999999999999")


@transaction.atomic
def begin_payment(
    account: Account,
    *,
    kind: Payment.Kind,
    method: Payment.Method,
    provider: str,
    amount: Decimal,
    currency: str,
    by: str,
    now: datetime,
    invoices: Sequence[Document] = (),
    state: Payment.State = Payment.State.INITIATED,
    reference: str = "",
    **facts: Any,
) -> Payment:
    """Write down that somebody means to pay; no money has moved yet.

    `amount` is in `currency`, which must be the account's. `invoices` are those it is meant for
    (the oldest due first settles them; none: whatever is owed). `facts` are further fields of the
    payment. A `reference` that its page was given makes a form that is sent twice one payment: the
    second time it is returned as it is. Raises `PaymentRefused`, and `SentBefore` where the second
    time says something else.
    """
    if reference:
        account = Account.objects.lock(account)
        entered = {"kind": kind, "method": method, "provider": provider, "currency": currency}
        if found := sent_before(
            account, reference=reference, amount=amount, invoices=invoices, **entered, **facts
        ):
            return found
    check_amount(amount, currency=currency, account=account)
    foreign = [invoice for invoice in invoices if not _is_owed_by(invoice, account)]
    if foreign:
        raise PaymentRefused(
            gettext_noop("%(number)s is not an invoice of this account: choose another one."),
            field="invoices",
            number=foreign[0],
        )
    payment = Payment.objects.create(
        reference=reference or new_reference(),
        account=account,
        kind=kind,
        method=method,
        provider=provider,
        amount=amount,
        currency=currency,
        state=state,
        created_by=by[:254],
        created_at=now,
        **facts,
    )
    PaymentTarget.objects.bulk_create(
        PaymentTarget(payment=payment, document=invoice) for invoice in invoices
    )
    record(
        "payment.begun",
        on=payment,
        by=by,
        account_number=account.account_number,
        kind=str(kind),
        provider=provider,
        amount=amount_text(amount, currency),
    )
    return payment


def check_amount(amount: Decimal, *, currency: str, account: Account) -> None:
    """Refuse what is no payable amount in the account's currency, with `PaymentRefused`."""
    if currency != account.currency:
        raise PaymentRefused(
            gettext_noop("The account is in %(wanted)s: an amount in %(found)s cannot pay here."),
            field="currency",
            wanted=account.currency,
            found=currency,
        )
    try:
        require_minor_units(amount, currency)
    except InvalidAmount as error:
        raise PaymentRefused(error.message, field="amount", **error.params) from error
    if not 0 < amount <= LARGEST_PAYMENT:
        raise PaymentRefused(
            gettext_noop("Enter an amount above zero and of at most %(most)s %(currency)s."),
            field="amount",
            most=f"{LARGEST_PAYMENT:,}",
            currency=currency,
        )


def new_reference() -> str:
    """Return a payment number that nobody can guess: P and ten letters or digits."""
    return "P" + "".join(secrets.choice(ALPHABET) for _ in range(10))


def _is_owed_by(invoice: Document, account: Account) -> bool:
    return (
        invoice.kind == Document.Kind.INVOICE
        and invoice.account_id == account.pk
        and invoice.currency == account.currency
    )
