"""The totals of a document, as EN 16931 has them (BT and BR numbers below are its own).

Tax is computed once per group on the group's sum and rounded there: never per line, and never
on the unrounded sum of taxes. A group is a category, a tax and its rate; GST is also grouped by
HSN or SAC code, so that the table of tax by code adds up to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from billing.money import ONE, ZERO, percentage, require_minor_units, round_to
from billing.sentences import gettext_noop
from billing.tax.decision import OUTSIDE_SCOPE, TaxComponent
from billing.tax.errors import MixedTaxCategories


class TaxKey(NamedTuple):
    """What one row of the tax table stands for."""

    tax_code: str
    category: str
    name: str
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class TaxableLine:
    """A net amount with its tax: a line, or an allowance or charge of the whole document.

    ``net`` is in the document's currency and already rounded to its minor unit.
    """

    net: Decimal
    category: str
    components: tuple[TaxComponent, ...]
    tax_code: str = ""

    def tax_keys(self) -> list[TaxKey]:
        """Return the groups this line belongs to, one per component."""
        return [
            TaxKey(
                self.tax_code if component.grouped_by_code else "",
                self.category,
                component.name,
                component.rate,
            )
            for component in self.components
        ]


@dataclass(frozen=True, kw_only=True)
class TaxRow:
    """A row of the tax table: taxable amount (BT-116) and tax (BT-117) of one group."""

    category: str
    name: str
    rate: Decimal
    tax_code: str = ""
    taxable: Decimal
    amount: Decimal

    @property
    def key(self) -> TaxKey:
        """The group this row stands for."""
        return TaxKey(self.tax_code, self.category, self.name, self.rate)


@dataclass(frozen=True, kw_only=True)
class DocumentTotals:
    """The totals of a document in its currency."""

    net: Decimal  # BT-106, sum of line nets
    allowances: Decimal  # BT-107
    charges: Decimal  # BT-108
    taxable: Decimal  # BT-109, without tax
    taxes: tuple[TaxRow, ...]  # BG-23
    tax_total: Decimal  # BT-110
    gross: Decimal  # BT-112, with tax
    rounding: Decimal  # BT-114, the "Round off" line
    paid: Decimal  # BT-113
    payable: Decimal  # BT-115

    @property
    def total(self) -> Decimal:
        """What the document is worth: with tax and round-off, before anything paid."""
        return self.gross + self.rounding


def compute_totals(
    lines: Sequence[TaxableLine],
    *,
    currency: str,
    allowances: Sequence[TaxableLine] = (),
    charges: Sequence[TaxableLine] = (),
    round_to_unit: bool = False,
    rounding: Decimal = ZERO,
    paid: Decimal = ZERO,
) -> DocumentTotals:
    """Return the totals of a document (BR-CO-10 to 17), exact to the minor unit.

    ``round_to_unit`` rounds the total to a whole rupee, euro, ... and shows the difference as
    ``rounding``; a stated ``rounding`` is taken as it is. Raises `InvalidAmount` for amounts that
    are not whole minor units and `MixedTaxCategories`.
    """
    net = line_total(lines, currency)
    allowed = line_total(allowances, currency)
    charged = line_total(charges, currency)
    taxable = net - allowed + charged
    taxes = _tax_rows(lines, allowances, charges, currency)
    tax_total = sum((row.amount for row in taxes), require_minor_units(ZERO, currency))
    gross = taxable + tax_total
    if round_to_unit:
        rounding = round_to(gross, ONE) - gross
    rounding = require_minor_units(rounding, currency)
    paid = require_minor_units(paid, currency)
    return DocumentTotals(
        net=net,
        allowances=allowed,
        charges=charged,
        taxable=taxable,
        taxes=taxes,
        tax_total=tax_total,
        gross=gross,
        rounding=rounding,
        paid=paid,
        payable=gross - paid + rounding,
    )


def _tax_rows(
    lines: Sequence[TaxableLine],
    allowances: Sequence[TaxableLine],
    charges: Sequence[TaxableLine],
    currency: str,
) -> tuple[TaxRow, ...]:
    sums: dict[TaxKey, Decimal] = {}
    _add(sums, lines, 1)
    _add(sums, allowances, -1)
    _add(sums, charges, 1)
    _refuse_mixing(sums)
    return tuple(
        TaxRow(
            tax_code=key.tax_code,
            category=key.category,
            name=key.name,
            rate=key.rate,
            taxable=require_minor_units(taxable, currency),
            amount=percentage(taxable, key.rate, currency),
        )
        for key, taxable in sums.items()
    )


def group_nets(lines: Iterable[TaxableLine]) -> dict[TaxKey, Decimal]:
    """Return the sum of nets per group, in the order in which the groups first appear."""
    sums: dict[TaxKey, Decimal] = {}
    _add(sums, lines, 1)
    return sums


def _add(sums: dict[TaxKey, Decimal], lines: Iterable[TaxableLine], sign: int) -> None:
    for line in lines:
        for key in line.tax_keys():
            sums[key] = sums.get(key, ZERO) + sign * line.net


def _refuse_mixing(groups: Iterable[TaxKey]) -> None:
    categories = {key.category for key in groups}
    if OUTSIDE_SCOPE in categories and len(categories) > 1:
        raise MixedTaxCategories(
            gettext_noop(
                "A document outside the scope of VAT can hold nothing else: bill the other lines"
                " on a document of their own."
            )
        )


def line_total(lines: Iterable[TaxableLine], currency: str) -> Decimal:
    """Return the sum of nets; raises `InvalidAmount` for a net that was not rounded."""
    zero = require_minor_units(ZERO, currency)
    return sum((require_minor_units(line.net, currency) for line in lines), zero)
