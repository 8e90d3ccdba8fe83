"""Every movement of an account's prepaid credits, newest first, with the balance after each.

They are the ledger's transfers into and out of the account's credits, so they add up to its
balance: top-ups and overpayments, credit notes, what was spent, given back, given or taken by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

from django.db.models import Case, F, Q, Sum, When

from billing.models import Account, LedgerAccount, LedgerEntry, LedgerTransfer
from billing.money import ZERO
from billing.statement.read import Entry, read_entries


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One amount that came into the credits (above zero) or went out of them (below zero).

    `balance` is what was prepaid after it; both in the account's currency.
    """

    entry: Entry
    amount: Decimal
    balance: Decimal

    @property
    def is_overpayment(self) -> bool:
        """Whether it is what a payment of invoices left over."""
        return self.entry.kind == LedgerEntry.Kind.PAYMENT


class Movements(Sequence[Movement]):
    """The movements of an account, newest first; a slice is four queries, whatever their number.

    `balance` is what the account has prepaid now.
    """

    def __init__(self, account: Account, *, balance: Decimal) -> None:
        self._balance = balance
        books = LedgerAccount.objects.filter(
            kind=LedgerAccount.Kind.CREDITS, account=account, currency=account.currency
        )
        self._book: int | None = books.values_list("pk", flat=True).first()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Movement: ...

    @overload
    def __getitem__(self, index: slice) -> list[Movement]: ...

    def __getitem__(self, index: int | slice) -> Movement | list[Movement]:
        if isinstance(index, slice):
            start, stop, _step = index.indices(len(self))
            return self._read(start, stop)
        return self._read(index, index + 1)[0]

    @cached_property
    def _count(self) -> int:
        count: int = self._transfers.count()
        return count

    @property
    def _transfers(self) -> Any:
        """The transfers, `signed`; loosely typed, for the stubs know no annotated columns."""
        return (
            LedgerTransfer.objects.filter(Q(debit=self._book) | Q(credit=self._book))
            .annotate(signed=Case(When(credit=self._book, then=F("amount")), default=-F("amount")))
            .order_by("-id")
        )

    def _read(self, start: int, stop: int) -> list[Movement]:
        if start >= stop:
            return []
        later = self._transfers[:start].aggregate(moved=Sum("signed"))["moved"] if start else None
        balance = self._balance - (later or ZERO)
        moves = list(self._transfers[start:stop].values_list("entry", "signed"))
        entries = read_entries(entry for entry, _signed in moves)
        found = []
        for entry, signed in moves:
            found.append(Movement(entry=entries[entry], amount=signed, balance=balance))
            balance -= signed
        return found
