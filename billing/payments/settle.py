"""What a payment that succeeded does: ledger, allocations, receipt, in one transaction.

Safe to call as often as messages arrive: the first call does it, the others find it done. Locks are
taken in the one order: account, payment, document, series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.credits.falls import note_fall
from billing.issuing import number_documents, write_drafts
from billing.models import Account, Allocation, Document, LedgerEntry, Payment, Receipt
from billing.models.seller import current_seller
from billing.money import ZERO, amount_text
from billing.outbox import wake_after_commit
from billing.payments.errors import NotEnoughCredits, PaymentIsOver, PaymentRefused
from billing.payments.owed import (
    open_invoices,
    position_of,
    reserved_credits,
    share_out,
)
from billing.payments.receipts import prepare_receipt
from billing.periods import local_date
from billing.posting import (
    Posting,
    incoming_postings,
    outgoing_postings,
    spending_postings,
)
from billing.sentences import gettext_noop
from billing.tasks import render_outbox
from certinext.audit.trail import record
from certinext.web.formatting import money

Kind, Method, State = Payment.Kind, Payment.Method, Payment.State
ENTRY_KINDS = {
    Kind.INVOICES: LedgerEntry.Kind.PAYMENT,
    Kind.TOP_UP: LedgerEntry.Kind.TOP_UP,
    Kind.WITHDRAWAL: LedgerEntry.Kind.WITHDRAWAL,
    Kind.REFUND: LedgerEntry.Kind.REFUND,
}


@dataclass(frozen=True, kw_only=True)
class Split:
    """Where the money goes: to invoices, to an opening debt, to the account's credits."""

    shares: Sequence[tuple[Document, Decimal]] = ()
    opening: Decimal = ZERO
    kept: Decimal = ZERO

    @property
    def settled(self) -> Decimal:
        """What is owed less now."""
        return sum((share for _, share in self.shares), self.opening)


@transaction.atomic
def settle(
    payment: Payment,
    *,
    now: datetime,
    by: str,
    received_on: date | None = None,
    provider_ref: str | None = None,
) -> Payment:
    """Make the payment succeed, once, and return it.

    `received_on` is the day the money came or went, in the seller's zone (default: the day of
    `now`). A payment of invoices settles those it was meant for, the oldest due first; without any,
    whatever is owed, an opening balance first. What is over becomes credit. Raises
    `NotEnoughCredits` (nothing is written) and `PaymentIsOver` for a rejected payment.
    """
    seller = current_seller()
    account, payment = lock_payment(payment)
    if payment.state == State.SUCCEEDED:
        return payment
    if payment.state == State.REJECTED:
        raise PaymentIsOver(
            gettext_noop("Payment %(reference)s was rejected: begin another one."),
            reference=payment.reference,
        )
    today = local_date(now, seller.zone)
    before = position_of(account)
    if _takes_credits(payment):
        _refuse_uncovered(payment, before.credits - reserved_credits(account, apart_from=payment))
    split = _split(payment, account, opening=before.opening)
    payment.state = State.SUCCEEDED
    payment.provider_ref = provider_ref or payment.provider_ref or payment.reference
    payment.received_on = received_on or today
    payment.decided_at, payment.decided_by, payment.reason = now, by[:254], ""
    prepared = prepare_receipt(
        payment, account, seller=seller, on=today, kept=split.kept, credits_before=before.credits
    )
    prepared.postings = _postings(payment, split)
    prepared.entry_kind = _entry_kind(payment)
    write_drafts([prepared], now=now)
    payment.save()
    Receipt.objects.create(
        document=prepared.document,
        payment=payment,
        credit_amount=split.kept,
        credits_before=before.credits,
    )
    Allocation.objects.bulk_create(
        Allocation(payment=payment, target=invoice, amount=share) for invoice, share in split.shares
    )
    number_documents([prepared], seller=seller)
    record(
        "payment.succeeded",
        on=payment,
        by=by,
        account_number=account.account_number,
        amount=amount_text(payment.amount, payment.currency),
        receipt=prepared.document.number,
        invoices=[invoice.number for invoice, _ in split.shares],
        kept_as_credit=amount_text(split.kept, payment.currency),
    )
    wake_after_commit(render_outbox)
    if _takes_credits(payment):
        note_fall()
    return payment


@transaction.atomic
def fail(payment: Payment, *, reason: str, now: datetime) -> Payment:
    """Note that the gateway did not get the money. What came in already, stays."""
    account, payment = lock_payment(payment)
    if payment.state in {State.SUCCEEDED, State.REJECTED}:
        return payment
    _end(payment, State.FAILED, reason=reason, by=payment.provider, now=now)
    record("payment.failed", on=payment, account_number=account.account_number, reason=reason)
    return payment


@transaction.atomic
def reject(payment: Payment, *, reason: str, by: str, now: datetime) -> Payment:
    """Have a clerk refuse a payment for good: no money came, or none is to go.

    Raises `PaymentRefused` without a reason and `PaymentIsOver` for one that succeeded.
    """
    account, payment = lock_payment(payment)
    if payment.state == State.REJECTED:
        return payment
    if payment.state == State.SUCCEEDED:
        raise PaymentIsOver(
            gettext_noop("Payment %(reference)s has succeeded: it can only be refunded."),
            reference=payment.reference,
        )
    if not reason.strip():
        raise PaymentRefused(
            gettext_noop("Say why: the customer reads it beside the payment."), field="reason"
        )
    _end(payment, State.REJECTED, reason=reason, by=by, now=now)
    record(
        "payment.rejected", on=payment, by=by, account_number=account.account_number, reason=reason
    )
    return payment


def lock_payment(payment: Payment) -> tuple[Account, Payment]:
    """Take the locks of the account and of the payment; return both as they are now."""
    account = Account.objects.lock(payment.account)
    fresh = Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=payment.pk)
    fresh.account = account
    return account, fresh


def _end(payment: Payment, state: Payment.State, *, reason: str, by: str, now: datetime) -> None:
    payment.state, payment.reason = state, reason.strip()[:300] or "unknown"
    payment.decided_at, payment.decided_by = now, by[:254]
    payment.save()


def _takes_credits(payment: Payment) -> bool:
    return payment.method == Method.CREDITS or payment.kind in {Kind.WITHDRAWAL, Kind.REFUND}


def _refuse_uncovered(payment: Payment, free: Decimal) -> None:
    if free < payment.amount:
        raise NotEnoughCredits(
            gettext_noop(
                "The credits of %(credits)s do not cover %(amount)s: add credits, or choose a"
                " smaller amount."
            ),
            credits=money(free, payment.currency),
            amount=money(payment.amount, payment.currency),
        )


def _split(payment: Payment, account: Account, *, opening: Decimal) -> Split:
    """Share the amount out as far as it goes; what is taken from credits leaves nothing over."""
    if payment.kind == Kind.TOP_UP:
        return Split(kept=payment.amount)
    if payment.kind != Kind.INVOICES:
        return Split()
    invoices = open_invoices(account)
    aimed = list(payment.targets.values_list("document", flat=True))
    if aimed:
        opening, invoices = ZERO, invoices.filter(pk__in=aimed)
    first = min(opening, payment.amount)
    split = Split(shares=share_out(payment.amount - first, invoices), opening=first)
    kept = payment.amount - split.settled
    if kept and payment.method == Method.CREDITS:
        raise PaymentRefused(
            gettext_noop("Only %(owed)s is owed: choose that amount or a smaller one."),
            owed=money(split.settled, payment.currency),
        )
    return Split(shares=split.shares, opening=first, kept=kept)


def _postings(payment: Payment, split: Split) -> list[Posting]:
    if payment.kind in {Kind.WITHDRAWAL, Kind.REFUND}:
        return outgoing_postings(payment.amount)
    if payment.method == Method.CREDITS:
        return spending_postings(split.settled)
    return incoming_postings(settled=split.settled, kept_as_credit=split.kept)


def _entry_kind(payment: Payment) -> LedgerEntry.Kind:
    if payment.method == Method.CREDITS:
        return LedgerEntry.Kind.SETTLEMENT
    return ENTRY_KINDS[Kind(payment.kind)]
