"""The table of lines: sections, figures, and the amounts carried from page to page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext

from billing.models import Charge, Document, DocumentLine
from billing.printing.credited import credited_text
from billing.printing.facts import LONGEST_NAME
from billing.printing.wording import amount, day, period, price, rate, rate_figure, term
from billing.tax.decision import OUTSIDE_SCOPE, STANDARD
from certinext.pdf.text import clean_text
from certinext.web.formatting import NO_BREAK_SPACE, quantity

# What fits on one line of small print in the description's column of a VAT invoice, and of an
# Indian one, which has a column more.
_DETAIL_WIDTH = 60
_GST_DETAIL_WIDTH = 47
_MOST_DETAILS = 6
# Figures longer than this are set smaller; their columns are as wide as everyday amounts need.
_EVERYDAY_FIGURE = 12


@dataclass(frozen=True)
class Figure:
    """A number in a column; ``style`` is the class that makes long ones fit."""

    text: str

    @property
    def style(self) -> str:
        """Return the class of the cell."""
        return "n long" if len(self.text) > _EVERYDAY_FIGURE else "n"


@dataclass(frozen=True)
class Line:
    """One line as printed."""

    position: int
    description: str
    details: tuple[str, ...]
    term: str
    tax_code: str
    quantity: Figure
    unit_price: Figure
    tax_rate: str
    net: Figure
    carried_forward: str
    brought_forward: str


@dataclass(frozen=True)
class Section:
    """Lines below a heading; the only section of a document needs none."""

    heading: str
    lines: tuple[Line, ...]


def sections(
    document: Document, lines: Sequence[DocumentLine], *, tax_names: Sequence[str], gst: bool
) -> tuple[Section, ...]:
    """Return the lines in their order, cut where the kind or the cost centre changes."""
    heading_of = _heading if _are_together(lines) else _kind_heading
    parts = [(heading, tuple(part)) for heading, part in groupby(lines, key=heading_of)]
    carried = Decimal(0)
    printed = []
    for heading, part in parts:
        rows = []
        for line in part:
            carried += line.net_amount
            row = _row(document, line, tax_names=tax_names, gst=gst, carried=carried)
            if heading_of is _kind_heading and line.group_name:
                row = replace(row, details=(*row.details, _group(line)))
            rows.append(row)
        shown = heading if len(parts) > 1 or heading != _kind_heading(part[0]) else ""
        printed.append(Section(heading=shown, lines=tuple(rows)))
    return tuple(printed)


def _are_together(lines: Sequence[DocumentLine]) -> bool:
    """Tell whether the lines of each cost centre stand together, so that it can head them."""
    runs = [heading for heading, _run in groupby(lines, key=_heading)]
    return len(runs) == len(set(runs))


def _heading(line: DocumentLine) -> str:
    parts = (_kind_heading(line), _group(line))
    return " · ".join(part for part in parts if part)


def _kind_heading(line: DocumentLine) -> str:
    return str(line.get_kind_display())


def _group(line: DocumentLine) -> str:
    return clean_text(line.group_name, limit=LONGEST_NAME)


def _row(
    document: Document,
    line: DocumentLine,
    *,
    tax_names: Sequence[str],
    gst: bool,
    carried: Decimal,
) -> Line:
    currency = document.currency
    sum_so_far = price(carried, currency)
    return Line(
        position=line.position,
        description=clean_text(line.description, limit=LONGEST_NAME),
        details=_details(line, gst=gst),
        term=term(line),
        tax_code=clean_text(line.tax_code),
        quantity=Figure(quantity(line.quantity)),
        unit_price=_unit_price(line.unit_price, currency),
        tax_rate=_line_rate(line, tax_names=tax_names, gst=gst),
        net=Figure(amount(line.net_amount, currency)),
        carried_forward=f"{gettext('Carried forward')} {NO_BREAK_SPACE}{sum_so_far}",
        brought_forward=f"{gettext('Brought forward')} {NO_BREAK_SPACE}{sum_so_far}",
    )


def _unit_price(value: Decimal | None, currency: str) -> Figure:
    """A sum of lines has none where their prices differ."""
    return Figure("" if value is None else amount(value, currency))


def _details(line: DocumentLine, *, gst: bool) -> tuple[str, ...]:
    details = _order_texts(line, gst=gst)
    details += [clean_text(text, limit=LONGEST_NAME) for text in line.details[:_MOST_DETAILS]]
    details += _fee_period(line)
    if line.account_name:
        name = clean_text(line.account_name, limit=LONGEST_NAME)
        details.append(gettext("Ordered by %(account)s") % {"account": name})
    if line.is_late:
        details.append(
            gettext("Late: supplied %(date)s, before this period")
            % {"date": day(line.service_from)}
        )
    if line.credited_line is not None:
        details.append(credited_text(line, line.credited_line))
    # The reference to the invoice may stand among the frozen details already: said once is enough.
    return tuple(dict.fromkeys(detail for detail in details if detail))


def _order_texts(line: DocumentLine, *, gst: bool) -> list[str]:
    """Return order, its day (the day of supply, Article 226(7)) and domain."""
    domain = clean_text(line.domain_name, limit=LONGEST_NAME)
    order = clean_text(line.order_number)
    if order:
        facts = {"number": order, "date": day(line.service_from)}
        order = gettext("Order %(number)s of %(date)s") % facts
    together = " · ".join(part for part in (order, domain) if part)
    width = _GST_DETAIL_WIDTH if gst else _DETAIL_WIDTH
    return [together] if len(together) <= width else [order, domain]


def _fee_period(line: DocumentLine) -> list[str]:
    """Return the days of a whole month's fee, which a closing invoice in mid-month charges too."""
    if line.kind != Charge.Kind.SUBSCRIPTION or line.service_until is None:
        return []
    days = period(line.service_from, line.service_until)
    # A part of a month stands in the term's column as days already.
    return [] if days == term(line) else [gettext("Fee for %(period)s") % {"period": days}]


def _line_rate(line: DocumentLine, *, tax_names: Sequence[str], gst: bool) -> str:
    """Return ``18 %``, ``9 + 9 %`` where two taxes share the rate, or ``AE 0 %``.

    Outside the scope of VAT there is no rate, not even zero (EN 16931 BR-O-05).
    """
    if gst and len(tax_names) > 1:
        halves = [rate_figure(line.tax_rate / len(tax_names))] * len(tax_names)
        return " + ".join([*halves[:-1], rate(line.tax_rate / len(tax_names))])
    if gst or line.tax_category == STANDARD:
        return rate(line.tax_rate)
    category = clean_text(line.tax_category)
    return category if category == OUTSIDE_SCOPE else f"{category} {rate(line.tax_rate)}"
