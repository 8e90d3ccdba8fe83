"""Which advances an account's credits are, and what became of each: adjusted, or given back.

Nothing says which credits a payment spends: the oldest are spent first, those that bore no tax
(credit notes, goodwill) in their turn. A refund of a payment takes what that payment brought first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from billing.models import Account, Document, LedgerAccount, LedgerTransfer, Payment
from billing.money import ZERO

Kind = LedgerAccount.Kind
# Rows fetched at once through the server-side cursor.
CHUNK = 2000
# The place of supply as GST names it, and the whole rate.
Place = tuple[str, Decimal]
# A query of `values()`: the stubs know no annotated columns.
Moves = Any


@dataclass
class Lot:
    """Credits that came in at once, by which document; `place` where they bore tax."""

    on: date
    left: Decimal
    place: Place | None
    document: int | None = None


@dataclass(frozen=True)
class Use:
    """A part of a taxed advance that went out of the credits, with its tax.

    `went_to` is the side of the books: what is owed (adjusted against a supply), cash (given back,
    by a refund voucher), or an adjustment (a clerk took it).
    """

    received_on: date
    spent_on: date
    place: Place
    amount: Decimal
    went_to: str


@dataclass
class Lots:
    """One account's credits, the oldest first."""

    found: deque[Lot] = field(default_factory=deque)

    def follow(self, moves: Iterable[dict[str, Any]]) -> Iterator[Use]:
        """Take moves in, in their order; yield what was used of taxed advances."""
        for move in moves:
            if move["credit_kind"] == Kind.CREDITS:
                lot = Lot(move["on"], move["amount"], _place(move), move["document"])
                self.found.append(lot)
            else:
                for lot, part in self.spend(move["amount"], first=move["came_by"]):
                    if lot.place is not None and part:
                        yield Use(lot.on, move["on"], lot.place, part, move["credit_kind"])

    def spend(self, amount: Decimal, *, first: int | None = None) -> Iterator[tuple[Lot, Decimal]]:
        """Take an amount: of what the document `first` brought, then of the oldest."""
        for lot in [lot for lot in self.found if first is not None and lot.document == first]:
            part = min(amount, lot.left)
            amount -= part
            lot.left -= part
            yield lot, part
        while amount and self.found:
            lot = self.found[0]
            part = min(amount, lot.left)
            amount -= part
            lot.left -= part
            yield lot, part
            if not lot.left:
                self.found.popleft()


def moves_of(books: QuerySet[LedgerAccount, Any]) -> Moves:
    """Return what came into and went out of these books of credits, account by account."""
    verdict = KeyTransform("place_of_supply", "document__tax_decision")
    return (
        LedgerTransfer.objects.filter(Q(debit__in=books) | Q(credit__in=books))
        .annotate(
            credit_kind=F("credit__kind"),
            document_kind=F("document__kind"),
            tax=F("document__tax_total"),
            owner=F("entry__account"),
            code=KeyTextTransform("code", verdict),
            name=KeyTextTransform("name", verdict),
            components=KeyTransform("components", "document__tax_decision"),
            came_by=F("document__receipt__payment__refund_of__receipt__document"),
        )
        .order_by("owner", "id")
        .values(
            "on",
            "amount",
            "document",
            "owner",
            "credit_kind",
            "document_kind",
            "tax",
            "code",
            "name",
            "components",
            "came_by",
        )
    )


def taxed_advance_in(payment: Payment, account: Account) -> Decimal:
    """Return how much of what a refund or withdrawal gives back is an advance that bore tax.

    In the payment's currency, as the credits stand now; its refund voucher takes that tax back
    (CGST Act, Section 31(3)(e); Rule 51).
    """
    books = LedgerAccount.objects.filter(
        kind=Kind.CREDITS, account=account, currency=payment.currency
    )
    lots = Lots()
    for _use in lots.follow(moves_of(books.values("pk")).iterator(CHUNK)):
        pass
    came = payment.refund_of
    first = came.receipt.document_id if came is not None else None
    spent = lots.spend(payment.amount, first=first)
    return sum((part for lot, part in spent if lot.place is not None), ZERO)


def _place(move: dict[str, Any]) -> Place | None:
    if move["document_kind"] != Document.Kind.RECEIPT or not move["tax"]:
        return None
    rate = sum((Decimal(component["rate"]) for component in move["components"]), ZERO)
    return f"{move['code']}-{move['name']}", rate
