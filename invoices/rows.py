"""What the rows and heads of invoice pages say: for what an invoice is, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Document, DocumentBalance, DocumentLine
from billing.periods import Month
from certinext.web import formatting
from invoices.filters import overdue
from invoices.models import Invoice
from invoices.status import Status, status_of

MICROSECOND = timedelta(microseconds=1)
State = DocumentBalance.State
# What is asked of somebody comes first; what is overdue stands before all of them.
STANDINGS = [State.ISSUED, State.PARTIALLY_PAID, State.PAID, State.CREDITED]


@dataclass(frozen=True)
class InvoiceRow:
    """One row of the list: `title` and `note` say what the invoice is for."""

    invoice: Invoice
    document: Document
    status: Status
    title: str
    note: str


def with_what_rows_show(invoices: QuerySet[Invoice], *, today: date) -> QuerySet[Invoice]:
    """Add what a row prints, so that the list asks once for all rows.

    `standing` sorts by the state that is shown on `today`, the day in the seller's zone.
    """
    lines = DocumentLine.objects.filter(document=OuterRef("pk"))
    counted = lines.order_by().values("document").annotate(n=Count("pk")).values("n")
    first = lines.order_by("position")
    return invoices.select_related("document__balance", "account").annotate(
        line_count=Coalesce(Subquery(counted), 0),
        first_domain=Subquery(first.values("domain_name")[:1]),
        first_text=Subquery(first.values("description")[:1]),
        standing=Case(
            When(overdue(today), then=Value(0)),
            *(
                When(document__balance__state=state, then=Value(place))
                for place, state in enumerate(STANDINGS, start=1)
            ),
        ),
    )


def row_of(invoice: Any, *, today: date) -> InvoiceRow:
    """Return the row of an invoice that `with_what_rows_show` has annotated."""
    lines = ngettext("%(count)s line", "%(count)s lines", invoice.line_count) % {
        "count": formatting.quantity(invoice.line_count)
    }
    if invoice.kind == Invoice.Kind.PER_ORDER:
        title = _("Order %(number)s") % {"number": invoice.order_number}
        note = invoice.first_domain or invoice.first_text or ""
    elif invoice.kind == Invoice.Kind.MONTHLY:
        title, note = _("Monthly"), f"{period_of(invoice)}, {lines}"
    else:
        title, note = _("Supplementary"), lines
    return InvoiceRow(
        invoice, invoice.document, status_of(invoice.document, today=today), title, note
    )


def period_of(invoice: Invoice) -> str:
    """Return a monthly invoice's period in words: `July 2026`, or its days when it is shorter."""
    if not invoice.period:
        return ""
    return days_of(invoice.period.lower, invoice.period.upper)


def days_of(start: datetime, end: datetime) -> str:
    """Return a half-open period in words, as `period_of` does."""
    first, last = _days(start, end)
    if (first, last) == (Month.of(first).first_day, Month.of(first).last_day):
        return formatting.month(first)
    return formatting.period(first, last)


def _days(start: datetime, end: datetime) -> tuple[date, date]:
    """Return the first and the last day of a half-open period, in the seller's zone."""
    return timezone.localdate(start), timezone.localdate(end - MICROSECOND)
