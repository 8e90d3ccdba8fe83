"""Posting documents to the ledger, in the transaction that issues them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from billing.models import Account, Document, LedgerAccount, LedgerTransfer

Kind = LedgerAccount.Kind
Books = dict[tuple[str, int | None, str], LedgerAccount]
OWN_BY_CUSTOMER = {Kind.RECEIVABLE, Kind.CREDITS}


@dataclass(frozen=True)
class Posting:
    """One amount of a document, above zero: debit one kind of ledger account, credit another."""

    purpose: str
    debit: LedgerAccount.Kind
    credit: LedgerAccount.Kind
    amount: Decimal


def invoice_postings(*, net: Decimal, tax: Decimal, rounding: Decimal) -> list[Posting]:
    """Return what an invoice posts: the customer owes revenue, output tax and the round-off."""
    postings = [
        Posting("net", Kind.RECEIVABLE, Kind.REVENUE, net),
        Posting("tax", Kind.RECEIVABLE, Kind.OUTPUT_TAX, tax),
        _rounding(rounding),
    ]
    return [posting for posting in postings if posting.amount]


def credit_note_postings(
    *, net: Decimal, tax: Decimal, rounding: Decimal, kept_as_credit: Decimal
) -> list[Posting]:
    """Return what a credit note posts: an invoice's postings back, and what becomes credit."""
    postings = [
        Posting("net", Kind.REVENUE, Kind.RECEIVABLE, net),
        Posting("tax", Kind.OUTPUT_TAX, Kind.RECEIVABLE, tax),
        _rounding(-rounding),
        Posting("credit", Kind.RECEIVABLE, Kind.CREDITS, kept_as_credit),
    ]
    return [posting for posting in postings if posting.amount]


def post(documents: Iterable[tuple[Document, list[Posting]]]) -> None:
    """Write the transfers of many saved documents in two statements."""
    work = list(documents)
    books = _books(
        {
            _key(document, kind)
            for document, postings in work
            for posting in postings
            for kind in (posting.debit, posting.credit)
        }
    )
    LedgerTransfer.objects.bulk_create(
        LedgerTransfer(
            idempotency_key=f"document:{document.pk}:{posting.purpose}",
            debit=books[_key(document, posting.debit)],
            credit=books[_key(document, posting.credit)],
            amount=posting.amount,
            currency=document.currency,
            document=document,
            on=document.issue_date,
        )
        for document, postings in work
        for posting in postings
    )


def open_books(account: Account) -> None:
    """Make the account's ledger accounts, so that issuing only has to find them."""
    _books({(kind, account.pk, account.currency) for kind in OWN_BY_CUSTOMER})


def _rounding(amount: Decimal) -> Posting:
    """Rounded up, the customer owes more; rounded down, less."""
    if amount >= 0:
        return Posting("rounding", Kind.RECEIVABLE, Kind.ROUNDING, amount)
    return Posting("rounding", Kind.ROUNDING, Kind.RECEIVABLE, -amount)


def _key(document: Document, kind: LedgerAccount.Kind) -> tuple[str, int | None, str]:
    owner = document.account_id if kind in OWN_BY_CUSTOMER else None
    return (str(kind), owner, document.currency)


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
