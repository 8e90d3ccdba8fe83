"""Advances of Indian customers in the return: received (table 11A), and adjusted (table 11B).

An advance that is received and adjusted in one period is in neither table. One that is given back
by a refund voucher was never adjusted: it is taken off what was received in the period of its
voucher (CGST Act, Section 31(3)(e); Rule 51), where the table may so fall below zero. What a clerk
took by hand paid no supply and has no voucher: it leaves both tables as they are.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import groupby

from billing.models import LedgerAccount, Receipt, Seller
from billing.money import share_of
from billing.payments.advances import Lot, Lots, Place, Use, moves_of
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.sheets import CHUNK, Row

Kind = LedgerAccount.Kind


def received_rows(period: Period, seller: Seller) -> list[Row]:
    """Return table 11A: received in the period and not adjusted by its end, less what was given
    back in it, without the tax."""
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    lots, uses = _follow(period, seller)
    for lot in lots:
        if lot.place is not None and lot.on >= period.first:
            sums[lot.place] += lot.left
    for use in uses:
        is_earlier = use.received_on < period.first <= use.spent_on
        if is_earlier and use.went_to == Kind.CASH:
            sums[use.place] -= use.amount
        elif not is_earlier and use.went_to == Kind.ADJUSTMENT and use.spent_on >= period.first:
            sums[use.place] += use.amount
    return _rows(sums, seller)


def adjusted_rows(period: Period, seller: Seller) -> list[Row]:
    """Return table 11B: what paid supplies in the period, of advances received before it, without
    the tax."""
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    _lots, uses = _follow(period, seller)
    for use in uses:
        if use.received_on < period.first <= use.spent_on and use.went_to == Kind.RECEIVABLE:
            sums[use.place] += use.amount
    return _rows(sums, seller)


def _follow(period: Period, seller: Seller) -> tuple[list[Lot], list[Use]]:
    """Return the lots that are left at the period's end, and what was used of taxed ones."""
    taxed = Receipt.objects.filter(document__tax_total__gt=0).values("document__account")
    books = LedgerAccount.objects.filter(
        kind=Kind.CREDITS, account__in=taxed, currency=seller.currency
    ).values("pk")
    moves = moves_of(books).filter(on__lte=period.last).iterator(CHUNK)
    left: list[Lot] = []
    uses: list[Use] = []
    for _account, group in groupby(moves, key=lambda move: move["owner"]):
        lots = Lots()
        uses += lots.follow(group)
        left += lots.found
    return left, uses


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
