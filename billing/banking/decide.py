"""What a clerk decides about an entry that nothing matched: whose money it is, or none of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from billing.banking.matching import Match, names_in
from billing.banking.take_in import settle_entry
from billing.models import Account, BankEntry, Document, Payment
from billing.payments.errors import PaymentIsOver, PaymentRefused
from billing.payments.settle import reject
from billing.sentences import gettext_noop
from certinext.audit.trail import record


@transaction.atomic
def match_entry(
    entry: BankEntry,
    *,
    account: Account,
    payment: Payment | None = None,
    invoices: Sequence[Document] = (),
    by: str,
    now: datetime,
) -> BankEntry:
    """Settle an open entry for an account: as its waiting payment, or for these of its invoices.

    Without either, whatever the account owes is paid; what is over becomes credit. Raises
    `PaymentIsOver` for an entry that is decided, and `PaymentRefused`.
    """
    account = Account.objects.lock(account)
    entry = _lock(entry)
    if payment is not None and (payment.amount, payment.currency) != (entry.amount, entry.currency):
        raise PaymentRefused(
            gettext_noop("%(reference)s is over another amount: choose another one, or none."),
            field="payment",
            reference=payment.reference,
        )
    settle_entry(
        entry, Match(account=account, payment=payment, invoices=list(invoices)), by=by, now=now
    )
    entry.save()
    _end_announced(account, entry, by=by, now=now)
    record(
        "bank_entry.matched",
        on=entry,
        by=by,
        account_number=account.account_number,
        payment=entry.payment.reference if entry.payment else "",
    )
    return entry


@transaction.atomic
def ignore_entry(entry: BankEntry, *, reason: str, by: str, now: datetime) -> BankEntry:
    """Put an open entry aside: no customer's money. Raises as `match_entry` does."""
    entry = _lock(entry)
    if not reason.strip():
        raise PaymentRefused(
            gettext_noop("Say why: whoever reconciles the bank account reads it."), field="reason"
        )
    entry.state, entry.reason = BankEntry.State.IGNORED, reason.strip()[:300]
    entry.decided_by, entry.decided_at = by[:254], now
    entry.save()
    record("bank_entry.ignored", on=entry, by=by, reason=entry.reason)
    return entry


def waiting_payments(account: Account, entry: BankEntry) -> list[Payment]:
    """Return the account's bank transfers that wait for exactly this amount."""
    return list(
        account.payments.incoming()
        .awaited_transfers()
        .filter(amount=entry.amount, currency=entry.currency)
        .order_by("id")
    )


def _end_announced(account: Account, entry: BankEntry, *, by: str, now: datetime) -> None:
    """End the transfers that the entry names: their money came, with another amount.

    Left waiting, they could be confirmed once more.
    """
    announced = account.payments.awaited_transfers().filter(
        reference__in=names_in(entry.remittance)
    )
    for payment in announced.order_by("id"):
        reason = _("The money came with another amount, as payment %(reference)s.")
        reject(payment, reason=reason % {"reference": entry.payment}, by=by, now=now)


def _lock(entry: BankEntry) -> BankEntry:
    fresh = BankEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if fresh.state != BankEntry.State.OPEN:
        raise PaymentIsOver(
            gettext_noop("The entry %(reference)s is decided already."),
            reference=fresh.bank_reference,
        )
    return fresh
