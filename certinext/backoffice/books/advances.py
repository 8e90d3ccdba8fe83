"""Advances of Indian customers: received with tax, and adjusted by what their credits paid.

Nothing says which credits a payment spends: the oldest are spent first, those that bore no tax
(credit notes, goodwill) in their turn. An advance that is received and adjusted in one period is in
neither table (the return's tables 11A and 11B).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from billing.models import Document, LedgerAccount, LedgerTransfer, Receipt, Seller
from billing.money import ZERO, share_of
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.sheets import CHUNK, Row

CREDITS = LedgerAccount.Kind.CREDITS
_VERDICT = ("code", "name", "components")
Place = tuple[str, Decimal]


@dataclass
class Lot:
    """Credits that came in at once; `place` and rate where they bore tax."""

    on: date
    left: Decimal
    place: Place | None


@dataclass(frozen=True)
class Use:
    """A part of a taxed advance that was spent, gross, in the currency of the return."""

    received_on: date
    spent_on: date
    place: Place
    amount: Decimal


def received_rows(period: Period, seller: Seller) -> list[Row]:
    """Return table 11A: received in the period and not adjusted by its end, without the tax."""
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    lots, _uses = _follow(period, seller)
    for lot in lots:
        if lot.place is not None and lot.on >= period.first:
            sums[lot.place] += lot.left
    return _rows(sums, seller)


def adjusted_rows(period: Period, seller: Seller) -> list[Row]:
    """Return table 11B: adjusted in the period, of advances received before it, without the tax."""
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    _lots, uses = _follow(period, seller)
    for use in uses:
        if use.received_on < period.first <= use.spent_on:
            sums[use.place] += use.amount
    return _rows(sums, seller)


def _follow(period: Period, seller: Seller) -> tuple[list[Lot], list[Use]]:
    """Return the lots that are left at the period's end, and what was spent of taxed ones."""
    lots: list[Lot] = []
    uses: list[Use] = []
    for _account, moves in groupby(_moves(period, seller), key=lambda move: move["owner"]):
        open_lots: deque[Lot] = deque()
        for move in moves:
            if move["comes"]:
                open_lots.append(Lot(move["on"], move["amount"], _place(move)))
            else:
                uses += _spend(open_lots, move["amount"], move["on"])
        lots += open_lots
    return lots, uses


def _spend(lots: deque[Lot], amount: Decimal, on: date) -> Iterator[Use]:
    while amount and lots:
        lot = lots[0]
        part = min(amount, lot.left)
        amount -= part
        lot.left -= part
        if lot.place is not None:
            yield Use(lot.on, on, lot.place, part)
        if not lot.left:
            lots.popleft()


def _moves(period: Period, seller: Seller) -> Iterable[dict[str, Any]]:
    """Yield what came into and went out of the credits of accounts with taxed advances."""
    taxed = Receipt.objects.filter(document__tax_total__gt=0).values("document__account")
    books = LedgerAccount.objects.filter(
        kind=CREDITS, account__in=taxed, currency=seller.currency
    ).values("pk")
    verdict = KeyTransform("place_of_supply", "document__tax_decision")
    moves = (
        LedgerTransfer.objects.filter(Q(debit__in=books) | Q(credit__in=books), on__lte=period.last)
        .annotate(
            credit_kind=F("credit__kind"),
            document_kind=F("document__kind"),
            tax=F("document__tax_total"),
            owner=F("entry__account"),
            code=KeyTextTransform("code", verdict),
            name=KeyTextTransform("name", verdict),
            components=KeyTransform("components", "document__tax_decision"),
        )
        .order_by("owner", "id")
        .values("on", "amount", "owner", "credit_kind", "document_kind", "tax", *_VERDICT)
    )
    for move in moves.iterator(CHUNK):
        yield {**move, "comes": move["credit_kind"] == CREDITS}


def _place(move: dict[str, Any]) -> Place | None:
    if move["document_kind"] != Document.Kind.RECEIPT or not move["tax"]:
        return None
    rate = sum((Decimal(component["rate"]) for component in move["components"]), ZERO)
    return f"{move['code']}-{move['name']}", rate


def _rows(sums: dict[Place, Decimal], seller: Seller) -> list[Row]:
    """Take the tax out of each sum: advance x 100 / (100 + rate)."""
    return [
        {
            "place": place,
            "whole_rate": rate,
            "gross": share_of(amount, Decimal(100), 100 + rate, seller.currency),
        }
        for (place, rate), amount in sorted(sums.items())
        if amount
    ]
