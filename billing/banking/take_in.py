"""Taking a bank's file in: read to its end first, then entry by entry, each whole or not at all.

A file that is wrong anywhere writes nothing. One that was taken in before changes nothing, and so
does an entry that another file brought. Taken in again after a crash, it goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from billing.banking.camt import camt_entries
from billing.banking.entries import Incoming, Skipped
from billing.banking.matching import Doubtful, Match, match_of, names_in
from billing.banking.table import csv_entries
from billing.importing.errors import BrokenFile
from billing.importing.reading import Source
from billing.models import Account, BankEntry, BankFile, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.errors import PaymentRefused
from billing.payments.settle import settle
from billing.periods import local_date
from billing.sentences import SentenceError, gettext_noop
from billing.text import printable
from certinext.audit.trail import record
from certinext.web.formatting import money

PROVIDER = "bank"
CHUNK = 1024 * 1024
SHOWN_EVERY = 50
Format, State = BankFile.Format, BankEntry.State
Progress = Callable[[int], None]


@dataclass(frozen=True)
class TakenIn:
    """A file that is in; `is_new` says whether this call brought it in."""

    file: BankFile
    is_new: bool


def take_in(
    file: BinaryIO, *, file_name: str, by: str, now: datetime, progress: Progress | None = None
) -> TakenIn:
    """Take a CAMT.053 or CSV file in and match its entries. Raises `BrokenFile`.

    `file` can be read twice. It is streamed: a file of any size takes the same memory.
    """
    digest = _digest(file)
    known = BankFile.objects.filter(sha256=digest).first()
    if known is not None and known.finished_at is not None:
        return TakenIn(known, is_new=False)
    bank_file = known or _open(file, digest=digest, file_name=file_name, by=by, now=now)
    done = 0
    for entry in _entries(file, Format(bank_file.format)):
        if isinstance(entry, Incoming):
            _keep(entry, bank_file, by=by, now=now)
            done += 1
            if done % SHOWN_EVERY == 0:
                _show(bank_file, done, progress)
    _finish(bank_file, done, by=by, now=now)
    return TakenIn(bank_file, is_new=True)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _open(file: BinaryIO, *, digest: str, file_name: str, by: str, now: datetime) -> BankFile:
    """Read the file to its end, and write it down if all of it can be used."""
    file.seek(0)
    written = Format.CAMT if Source(file).first_mark() == b"<" else Format.CSV
    incoming = skipped = 0
    for entry in _entries(file, written):
        if isinstance(entry, Skipped):
            skipped += 1
        else:
            incoming += 1
            _refuse_another_amount(entry)
    bank_file, _is_new = BankFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "file_name": printable(file_name, at_most=200),
            "format": written,
            "incoming": incoming,
            "skipped": skipped,
            "imported_by": by[:254],
            "started_at": now,
        },
    )
    return bank_file


def _entries(file: BinaryIO, written: BankFile.Format) -> Iterator[Incoming | Skipped]:
    file.seek(0)
    return camt_entries(file) if written == Format.CAMT else csv_entries(file)


def _known(entry: Incoming) -> BankEntry | None:
    """Return the entry if it is here already; some files do not name our own account."""
    same = Q(bank_reference=entry.bank_reference)
    if entry.bank_account:
        same &= Q(bank_account__in=[entry.bank_account, ""])
    return BankEntry.objects.filter(same).first()


def _refuse_another_amount(entry: Incoming) -> None:
    known = _known(entry)
    if known is not None and (known.amount, known.currency) != (entry.amount, entry.currency):
        raise BrokenFile(
            gettext_noop(
                "Line %(line)s: the reference %(reference)s came before with %(amount)s, so it is"
                " not the bank's own. Nothing was imported."
            ),
            line=entry.place,
            reference=entry.bank_reference,
            amount=money(known.amount, known.currency),
        )


@transaction.atomic
def _keep(incoming: Incoming, bank_file: BankFile, *, by: str, now: datetime) -> None:
    """Write one entry with what it pays; one that is known changes nothing."""
    if _known(incoming) is not None:
        return
    entry, is_new = BankEntry.objects.get_or_create(
        bank_account=incoming.bank_account,
        bank_reference=incoming.bank_reference,
        defaults={
            "file": bank_file,
            "booked_on": incoming.booked_on,
            "valued_on": incoming.valued_on,
            "amount": incoming.amount,
            "currency": incoming.currency,
            "debtor": incoming.debtor,
            "debtor_account": incoming.debtor_account,
            "remittance": incoming.remittance,
        },
    )
    if not is_new:
        return
    try:
        # A payment that cannot succeed takes back its own rows and leaves the entry open.
        with transaction.atomic():
            _settle_match(entry, incoming, by=by, now=now)
    except Doubtful as doubt:
        entry.reason = _(doubt.message) % doubt.params
    except SentenceError as error:
        entry.reason = _(error.message) % error.params
    entry.reason = entry.reason[:300]
    entry.save()


def _settle_match(entry: BankEntry, incoming: Incoming, *, by: str, now: datetime) -> None:
    if incoming.doubt:
        raise Doubtful(incoming.doubt)
    if entry.booked_on > local_date(now, current_seller().zone):
        raise Doubtful(gettext_noop("Its booking day has not come yet."))
    known = confirmed_before(entry)
    if known is not None:
        _decide(entry, known, by=by, now=now)
        return
    found = match_of(incoming.text, amount=entry.amount, currency=entry.currency)
    Account.objects.lock(found.account)
    # Judged again under the lock: what is owed may have changed meanwhile.
    found = match_of(incoming.text, amount=entry.amount, currency=entry.currency)
    settle_entry(entry, found, by=by, now=now)


def settle_entry(entry: BankEntry, match: Match, *, by: str, now: datetime) -> None:
    """Make the entry's money succeed as the payment that it is. The caller saves the entry.

    Money that a clerk has confirmed by hand is that payment, and no other. Raises `PaymentRefused`
    and `PaymentIsOver`.
    """
    known = confirmed_before(entry)
    if known is not None:
        if known.account_id != match.account.pk:
            raise PaymentRefused(
                gettext_noop("This transfer has confirmed payment %(reference)s already."),
                field="account",
                reference=known.reference,
            )
        _decide(entry, known, by=by, now=now)
        return
    payment = match.payment or begin_payment(
        match.account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider=PROVIDER,
        amount=entry.amount,
        currency=entry.currency,
        invoices=match.invoices,
        by=by,
        now=now,
    )
    payment = settle(
        payment,
        by=by,
        now=now,
        received_on=entry.booked_on,
        provider_ref=transaction_number(entry.bank_reference),
    )
    _decide(entry, payment, by=by, now=now)


def confirmed_before(entry: BankEntry) -> Payment | None:
    """Return the payment that a clerk confirmed by hand, of which this entry is the money.

    The same amount, and either the bank's reference or, where the clerk wrote none, the payment's
    number in the remittance text.
    """
    by_hand = Payment.objects.incoming().filter(
        provider=PROVIDER,
        state=Payment.State.SUCCEEDED,
        amount=entry.amount,
        currency=entry.currency,
        bank_entry=None,
    )
    named = Q(reference__in=names_in(entry.remittance), provider_ref=F("reference"))
    return by_hand.filter(Q(provider_ref=entry.bank_reference) | named).order_by("id").first()


def _decide(entry: BankEntry, payment: Payment, *, by: str, now: datetime) -> None:
    entry.payment, entry.state = payment, State.MATCHED
    entry.decided_by, entry.decided_at, entry.reason = by[:254], now, ""


def transaction_number(reference: str) -> str:
    """Return a bank's reference as a payment's own; two banks may have given the same one."""
    taken = Payment.objects.filter(provider=PROVIDER)
    if not taken.filter(provider_ref=reference).exists():
        return reference
    return next(
        name
        for number in range(2, 1000)
        if not taken.filter(provider_ref=(name := f"{reference} ({number})")).exists()
    )


def _show(bank_file: BankFile, done: int, progress: Progress | None) -> None:
    BankFile.objects.filter(pk=bank_file.pk).update(done=done)
    if progress is not None:
        progress(done)


@transaction.atomic
def _finish(bank_file: BankFile, done: int, *, by: str, now: datetime) -> None:
    unfinished = BankFile.objects.filter(pk=bank_file.pk, finished_at=None)
    if unfinished.update(done=done, finished_at=now):
        record(
            "bank_file.imported",
            on=bank_file,
            by=by,
            file=bank_file.file_name,
            incoming=bank_file.incoming,
            matched=bank_file.entries.filter(state=State.MATCHED).count(),
        )
    bank_file.refresh_from_db()
