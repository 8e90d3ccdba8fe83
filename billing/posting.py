"""Posting to the ledger, in the transaction that makes the fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from billing.copying import copy_rows
from billing.models import Account, Document, LedgerAccount, LedgerEntry, LedgerTransfer
from billing.money import ZERO

Kind = LedgerAccount.Kind
Books = dict[tuple[str, int | None, str], LedgerAccount]
OWN_BY_CUSTOMER = {Kind.RECEIVABLE, Kind.CREDITS}


@dataclass(frozen=True)
class Posting:
    """One amount above zero: debit one kind of ledger account, credit another."""

    purpose: str
    debit: LedgerAccount.Kind
    credit: LedgerAccount.Kind
    amount: Decimal

    @property
    def effect(self) -> Decimal:
        """What the customer owes more, or less where it is below zero."""
        raised = self.amount if self.debit in OWN_BY_CUSTOMER else ZERO
        lowered = self.amount if self.credit in OWN_BY_CUSTOMER else ZERO
        return raised - lowered


@dataclass(frozen=True, kw_only=True)
class Event:
    """What becomes one entry of the ledger with its transfers.

    `key` makes posting it twice impossible. `on` is the booking day in the seller's zone; the
    postings' amounts are in `currency`.
    """

    key: str
    account: Account
    currency: str
    on: date
    kind: LedgerEntry.Kind
    postings: Sequence[Posting]
    document: Document | None = None
    order_number: str = ""
    description: str = ""

    def entry(self) -> LedgerEntry:
        """Return the entry: its effect on one side, a move between own accounts on both."""
        effect = sum((posting.effect for posting in self.postings), ZERO)
        moved = ZERO if effect else sum((posting.amount for posting in self.postings), ZERO)
        return LedgerEntry(
            idempotency_key=self.key,
            account=self.account,
            currency=self.currency,
            on=self.on,
            kind=self.kind,
            document=self.document,
            order_number=self.order_number,
            description=self.description[:200],
            debit=max(effect, moved),
            credit=max(-effect, moved),
        )


def invoice_postings(*, net: Decimal, tax: Decimal, rounding: Decimal) -> list[Posting]:
    """Return what an invoice posts: the customer owes revenue, output tax and the round-off."""
    return _wanted(
        Posting("net", Kind.RECEIVABLE, Kind.REVENUE, net),
        Posting("tax", Kind.RECEIVABLE, Kind.OUTPUT_TAX, tax),
        _rounding(rounding),
    )


def credit_note_postings(
    *, net: Decimal, tax: Decimal, rounding: Decimal, kept_as_credit: Decimal
) -> list[Posting]:
    """Return what a credit note posts: an invoice's postings back, and what becomes credit."""
    return _wanted(
        Posting("net", Kind.REVENUE, Kind.RECEIVABLE, net),
        Posting("tax", Kind.OUTPUT_TAX, Kind.RECEIVABLE, tax),
        _rounding(-rounding),
        Posting("credit", Kind.RECEIVABLE, Kind.CREDITS, kept_as_credit),
    )


def incoming_postings(*, settled: Decimal, kept_as_credit: Decimal) -> list[Posting]:
    """Return what money from outside posts: it settles what is owed, the rest becomes credit."""
    return _wanted(
        Posting("settled", Kind.CASH, Kind.RECEIVABLE, settled),
        Posting("credit", Kind.CASH, Kind.CREDITS, kept_as_credit),
    )


def spending_postings(amount: Decimal) -> list[Posting]:
    """Return what paying from credits posts."""
    return _wanted(Posting("settled", Kind.CREDITS, Kind.RECEIVABLE, amount))


def outgoing_postings(amount: Decimal) -> list[Posting]:
    """Return what money that goes back posts: it leaves the credits."""
    return _wanted(Posting("paid-out", Kind.CREDITS, Kind.CASH, amount))


def adjustment_postings(amount: Decimal) -> list[Posting]:
    """Return what a clerk's adjustment posts: above zero credits are given, below it taken."""
    if amount >= 0:
        return _wanted(Posting("given", Kind.ADJUSTMENT, Kind.CREDITS, amount))
    return _wanted(Posting("taken", Kind.CREDITS, Kind.ADJUSTMENT, -amount))


def opening_postings(owed: Decimal) -> list[Posting]:
    """Return what an opening balance posts: above zero it is owed, below it is credit."""
    if owed >= 0:
        return _wanted(Posting("owed", Kind.RECEIVABLE, Kind.OPENING, owed))
    return _wanted(Posting("credit", Kind.OPENING, Kind.CREDITS, -owed))


def post(events: Sequence[Event]) -> list[LedgerEntry]:
    """Write the entries and transfers of many events, set-wise; documents are saved before.

    Raises `IntegrityError` of `credits_never_negative` where credits do not suffice.
    """
    entries = LedgerEntry.objects.bulk_create([event.entry() for event in events])
    books = _books(
        {
            _key(event, kind)
            for event in events
            for posting in event.postings
            for kind in (posting.debit, posting.credit)
        }
    )
    copy_rows(
        LedgerTransfer,
        (
            LedgerTransfer(
                idempotency_key=f"{event.key}:{posting.purpose}",
                entry=entry,
                debit=books[_key(event, posting.debit)],
                credit=books[_key(event, posting.credit)],
                amount=posting.amount,
                currency=event.currency,
                document=event.document,
                on=event.on,
            )
            for event, entry in zip(events, entries, strict=True)
            for posting in event.postings
        ),
    )
    return entries


def open_books(account: Account) -> None:
    """Make the account's ledger accounts, so that issuing only has to find them."""
    _books({(kind, account.pk, account.currency) for kind in OWN_BY_CUSTOMER})


def _wanted(*postings: Posting) -> list[Posting]:
    return [posting for posting in postings if posting.amount]


def _rounding(amount: Decimal) -> Posting:
    """Rounded up, the customer owes more; rounded down, less."""
    if amount >= 0:
        return Posting("rounding", Kind.RECEIVABLE, Kind.ROUNDING, amount)
    return Posting("rounding", Kind.ROUNDING, Kind.RECEIVABLE, -amount)


def _key(event: Event, kind: LedgerAccount.Kind) -> tuple[str, int | None, str]:
    owner = event.account.pk if kind in OWN_BY_CUSTOMER else None
    return (str(kind), owner, event.currency)


def _books(keys: set[tuple[str, int | None, str]]) -> Books:
    """Find or make ledger accounts; a race with another process ends with one row."""
    books = _found(keys)
    missing = keys - books.keys()
    if missing:
        LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(kind=kind, account_id=owner, currency=currency)
                for kind, owner, currency in sorted(missing, key=str)
            ],
            ignore_conflicts=True,
        )
        books |= _found(missing)
    return books


def _found(keys: set[tuple[str, int | None, str]]) -> Books:
    owners = {owner for _, owner, _ in keys}
    rows = LedgerAccount.objects.filter(
        Q(account__in=owners - {None}) | Q(account__isnull=True),
        currency__in={currency for _, _, currency in keys},
    )
    return {key: row for row in rows if (key := (row.kind, row.account_id, row.currency)) in keys}
