"""Paying with what was prepaid, and giving or taking credits by hand."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.credits.falls import note_fall
from billing.models import Account, Document, LedgerEntry, Payment
from billing.models.seller import current_seller
from billing.money import amount_text
from billing.payments.begin import begin_payment, check_amount
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.owed import free_credits
from billing.payments.settle import settle
from billing.periods import local_date
from billing.posting import Event, adjustment_postings, opening_postings, post
from billing.sentences import gettext_noop
from certinext.audit.trail import record
from certinext.web.formatting import money


@transaction.atomic
def pay_from_credits(
    account: Account,
    *,
    amount: Decimal,
    currency: str,
    by: str,
    now: datetime,
    invoices: Sequence[Document] = (),
    reference: str = "",
) -> Payment:
    """Pay invoices (the given ones, or all that is owed, the oldest due first) from credits.

    With a `reference` it is paid once, however often the form is sent (`begin_payment`). Raises
    `NotEnoughCredits` and `PaymentRefused`; then nothing is written.
    """
    account = Account.objects.lock(account)
    payment = begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.CREDITS,
        provider="credits",
        amount=amount,
        currency=currency,
        invoices=invoices,
        reference=reference,
        by=by,
        now=now,
    )
    return settle(payment, by=by, now=now)


@transaction.atomic
def adjust_credits(
    account: Account,
    *,
    amount: Decimal,
    currency: str,
    reason: str,
    by: str,
    now: datetime,
    token: str = "",
) -> LedgerEntry:
    """Give credits (`amount` above zero) or take them (below), with the clerk's reason.

    A `token` that its page was given makes a form that is sent twice one adjustment; with other
    contents it is refused. Raises `NotEnoughCredits` and `PaymentRefused`; then nothing is written.
    """
    account = Account.objects.lock(account)
    key = f"adjustment:{token or uuid.uuid4()}"
    if done := account.ledger_entries.filter(idempotency_key=key).first():
        _refuse_other(done, amount=amount, reason=reason)
        return done
    check_amount(abs(amount), currency=currency, account=account)
    if not reason.strip():
        raise PaymentRefused(
            gettext_noop("Say why: the customer reads it on the statement."), field="reason"
        )
    free = free_credits(account)
    if free + amount < 0:
        raise NotEnoughCredits(
            gettext_noop("The account has credits of %(credits)s: no more can be taken."),
            credits=money(free, currency),
        )
    (entry,) = post(
        [
            Event(
                key=key,
                account=account,
                currency=currency,
                on=local_date(now, current_seller().zone),
                kind=LedgerEntry.Kind.ADJUSTMENT,
                postings=adjustment_postings(amount),
                description=reason.strip(),
            )
        ]
    )
    record(
        "credits.adjusted",
        on=entry,
        by=by,
        account_number=account.account_number,
        amount=amount_text(amount, currency),
        reason=reason,
    )
    if amount < 0:
        note_fall()
    return entry


@transaction.atomic
def open_balance(
    account: Account,
    *,
    owed: Decimal,
    currency: str,
    source: str,
    by: str,
    now: datetime,
    on: date | None = None,
) -> LedgerEntry:
    """Carry an account's balance over from earlier books, once: above zero it is owed.

    `source` says where it stood, such as "Balance of 31 March 2026, earlier system"; `on` is the
    day it is booked on, in the seller's zone (default: the day of `now`, and never after it).
    Raises `PaymentRefused`, also when the account has an opening balance already.
    """
    today = local_date(now, current_seller().zone)
    if on is not None and on > today:
        raise PaymentRefused(
            gettext_noop("An opening balance is of a day that has come: %(day)s has not."),
            field="as_of",
            day=on.isoformat(),
        )
    account = Account.objects.lock(account)
    check_amount(abs(owed), currency=currency, account=account)
    if account.ledger_entries.filter(kind=LedgerEntry.Kind.OPENING).exists():
        raise PaymentRefused(
            gettext_noop("Account %(number)s has an opening balance already: adjust its credits."),
            field="account",
            number=account.account_number,
        )
    (entry,) = post(
        [
            Event(
                key=f"opening:{account.pk}",
                account=account,
                currency=currency,
                on=on or today,
                kind=LedgerEntry.Kind.OPENING,
                postings=opening_postings(owed),
                description=source.strip(),
            )
        ]
    )
    record(
        "balance.opened",
        on=entry,
        by=by,
        account_number=account.account_number,
        owed=amount_text(owed, currency),
    )
    return entry


def _refuse_other(done: LedgerEntry, *, amount: Decimal, reason: str) -> None:
    given = done.credit - done.debit
    if (given, done.description) != (amount, reason.strip()[:200]):
        raise PaymentRefused(
            gettext_noop(
                "This page was sent before, with other contents: %(given)s was given then, and"
                " nothing now. Open the page again for a further adjustment."
            ),
            field="",
            given=money(given, done.currency),
        )
