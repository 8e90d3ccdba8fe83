"""What an account owes and has: the questions that paying begins with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from billing.models import Account, AccountBalance, Document, Payment
from billing.money import ZERO


@dataclass(frozen=True, kw_only=True)
class Position:
    """What stands on an account, in its currency.

    `receivable` is owed, `credits` is prepaid; `opening` is the part of what is owed that no
    document here asks for: an opening balance that was not settled yet.
    """

    currency: str
    receivable: Decimal
    credits: Decimal
    opening: Decimal

    @property
    def balance(self) -> Decimal:
        """What is owed less what is prepaid: the statement's closing balance."""
        return self.receivable - self.credits


def position_of(account: Account) -> Position:
    """Return what the account owes and has. Whoever decides by it holds the account's lock."""
    row = AccountBalance.objects.filter(account=account, currency=account.currency).first()
    receivable, prepaid = (row.receivable, row.credits) if row else (ZERO, ZERO)
    invoiced: Decimal = (
        open_invoices(account).aggregate(owed=Sum("balance__open_amount"))["owed"] or ZERO
    )
    return Position(
        currency=account.currency,
        receivable=receivable,
        credits=prepaid,
        opening=max(receivable - invoiced, ZERO),
    )


def free_credits(account: Account, *, apart_from: Payment | None = None) -> Decimal:
    """Return the credits that can be spent: what is prepaid, less what is reserved.

    `apart_from` is the refund or withdrawal whose own reserve is meant to be spent.
    """
    return position_of(account).credits - reserved_credits(account, apart_from=apart_from)


def reserved_credits(account: Account, *, apart_from: Payment | None = None) -> Decimal:
    """Return the credits that refunds and withdrawals under way will take: nothing else may spend
    them meanwhile.

    The gateway sends the money back before its word of it reaches the ledger; and what a customer
    asked back stays there for it.
    """
    under_way = Payment.objects.filter(account=account).reserving_credits()
    if apart_from is not None:
        under_way = under_way.exclude(pk=apart_from.pk)
    reserved: Decimal = under_way.aggregate(amount=Sum("amount"))["amount"] or ZERO
    return reserved


def open_invoices(account: Account) -> QuerySet[Document]:
    """Return the account's invoices on which something is owed, the oldest due first."""
    return (
        Document.objects.filter(
            account=account,
            kind=Document.Kind.INVOICE,
            currency=account.currency,
            balance__open_amount__gt=0,
        )
        .select_related("balance")
        .order_by(F("due_date").asc(nulls_last=True), "issue_date", "id")
    )


def share_out(amount: Decimal, invoices: Iterable[Document]) -> list[tuple[Document, Decimal]]:
    """Share an amount over invoices in their order, each up to what it still asks for."""
    shares = []
    for invoice in invoices:
        share = min(amount, invoice.balance.open_amount)
        if share > 0:
            shares.append((invoice, share))
            amount -= share
    return shares
