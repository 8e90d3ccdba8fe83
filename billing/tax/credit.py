"""The totals of credit notes, so that any sequence of them sums exactly to the invoice.

Tax of note k = round(tax on the cumulative credited net through k) - tax credited before, per
group. Rounding every note on its own drifts: four lines at 20 % of an invoice over 334.99 would
give back 335.00. The last note takes what is left, the invoice's round-off included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from billing.money import ZERO, percentage, require_minor_units
from billing.periods import financial_year
from billing.sentences import gettext_noop
from billing.tax.errors import CreditExceedsInvoice
from billing.tax.totals import (
    DocumentTotals,
    TaxableLine,
    TaxKey,
    TaxRow,
    group_nets,
    line_total,
)


class Issued(Protocol):
    """What is needed of a document issued before: `IssuedTotals` or `DocumentTotals`."""

    @property
    def taxes(self) -> Sequence[TaxRow]:
        """The rows of its tax table."""

    @property
    def gross(self) -> Decimal:
        """Its total with tax, before the round-off."""

    @property
    def rounding(self) -> Decimal:
        """Its round-off, positive when the total was rounded up."""


@dataclass(frozen=True, kw_only=True)
class IssuedTotals:
    """An invoice or a credit note as it was stored."""

    taxes: Sequence[TaxRow]
    gross: Decimal
    rounding: Decimal = ZERO


def credit_totals(
    *,
    invoice: Issued,
    already_credited: Sequence[Issued],
    lines: Sequence[TaxableLine],
    currency: str,
    without_tax: bool = False,
) -> DocumentTotals:
    """Return the totals of a credit note over ``lines`` of an invoice, as positive amounts.

    The notes' totals together never exceed the invoice's total and reach it exactly with the note
    that completes it: a round-off down is kept back only where it would be given twice, a
    round-off up comes with the last note. ``without_tax`` makes a financial credit note, see
    `last_day_to_credit_tax`. Raises `CreditExceedsInvoice`.
    """
    net = line_total(lines, currency)
    credited = [row for note in already_credited for row in note.taxes]
    rows = credit_taxes(
        invoice_groups=invoice.taxes,
        already_credited=credited,
        crediting=lines,
        currency=currency,
    )
    if without_tax:
        rows = tuple(_untaxed(row) for row in rows)
    tax_total = sum((row.amount for row in rows), require_minor_units(ZERO, currency))
    gross = net + tax_total
    complete = _sums([*credited, *rows]) == _sums(invoice.taxes)
    rounding = _round_off(invoice, already_credited, gross, complete=complete)
    return DocumentTotals(
        net=net,
        allowances=require_minor_units(ZERO, currency),
        charges=require_minor_units(ZERO, currency),
        taxable=net,
        taxes=rows,
        tax_total=tax_total,
        gross=gross,
        rounding=require_minor_units(rounding, currency),
        paid=require_minor_units(ZERO, currency),
        payable=gross + rounding,
    )


def credit_taxes(
    *,
    invoice_groups: Sequence[TaxRow],
    already_credited: Sequence[TaxRow],
    crediting: Sequence[TaxableLine],
    currency: str,
) -> tuple[TaxRow, ...]:
    """Return the tax rows of a note that credits ``crediting``, after ``already_credited``.

    ``already_credited`` holds the rows of all earlier notes of the invoice, in any order. Raises
    `CreditExceedsInvoice` when a group would be credited beyond what the invoice holds.
    """
    limits = {row.key: row for row in invoice_groups}
    credited = _sums(already_credited)
    return tuple(
        _credit_row(limits.get(key), credited.get(key, (ZERO, ZERO)), key, net, currency)
        for key, net in group_nets(crediting).items()
    )


def last_day_to_credit_tax(invoice_date: date) -> date:
    """Return the last day on which a GST credit note may take tax back: 30 November following
    the invoice's financial year (CGST Act, section 34(2)). Later notes are financial ones."""
    return date(financial_year(invoice_date, start_month=4).start_year + 1, 11, 30)


def _credit_row(
    limit: TaxRow | None,
    credited: tuple[Decimal, Decimal],
    key: TaxKey,
    net: Decimal,
    currency: str,
) -> TaxRow:
    credited_net, credited_tax = credited
    cumulative = credited_net + net
    if limit is None or not _within(cumulative, limit.taxable):
        raise CreditExceedsInvoice(
            gettext_noop(
                "This would credit %(cumulative)s of %(name)s %(rate)s %% in all, and the invoice"
                " has %(taxable)s: credit less."
            ),
            cumulative=cumulative,
            name=key.name,
            rate=f"{key.rate.normalize():f}",
            taxable=limit.taxable if limit else ZERO,
        )
    # The invoice's own tax ends the sequence, whatever it was computed from.
    so_far = percentage(cumulative, key.rate, currency)
    is_all = cumulative == limit.taxable or abs(so_far) > abs(limit.amount)
    through = limit.amount if is_all else so_far
    return TaxRow(
        tax_code=key.tax_code,
        category=key.category,
        name=key.name,
        rate=key.rate,
        taxable=require_minor_units(net, currency),
        amount=through - credited_tax,
    )


def _round_off(
    invoice: Issued, earlier: Sequence[Issued], gross: Decimal, *, complete: bool
) -> Decimal:
    total = invoice.gross + invoice.rounding
    cumulative = sum((note.gross for note in earlier), gross)
    given = sum((note.gross + note.rounding for note in earlier), ZERO)
    return (total if complete else min(cumulative, total)) - given - gross


def _within(cumulative: Decimal, limit: Decimal) -> bool:
    low, high = min(ZERO, limit), max(ZERO, limit)
    return low <= cumulative <= high


def _sums(rows: Iterable[TaxRow]) -> Mapping[TaxKey, tuple[Decimal, Decimal]]:
    sums: dict[TaxKey, tuple[Decimal, Decimal]] = {}
    for row in rows:
        taxable, amount = sums.get(row.key, (ZERO, ZERO))
        sums[row.key] = (taxable + row.taxable, amount + row.amount)
    return {key: pair for key, pair in sums.items() if any(pair)}


def _untaxed(row: TaxRow) -> TaxRow:
    return TaxRow(
        tax_code=row.tax_code,
        category=row.category,
        name=row.name,
        rate=row.rate,
        taxable=row.taxable,
        amount=row.amount * 0,
    )
