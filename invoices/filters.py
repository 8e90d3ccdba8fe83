"""The Invoices list: search, filters, saved views, sorting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from billing.lists import IssuedFilter, IssuedForm, day_filter, search_filter
from billing.models import DocumentBalance, DocumentLine
from invoices.models import Invoice, InvoiceQuerySet

State = DocumentBalance.State

OVERDUE = "overdue"
STATES = [*State.choices[:2], (OVERDUE, _("Overdue")), *State.choices[2:]]
VIEWS = [
    ("", _("All")),
    ("unpaid", _("Unpaid")),
    ("overdue", _("Overdue")),
    ("paid", _("Paid")),
    ("credited", _("Credited")),
    ("monthly", _("Monthly")),
]
# `standing` is what `with_what_rows_show` adds.
SORTS = {
    "number": ("document__number",),
    "issued": ("document__issue_date", "document_id"),
    "due": ("document__due_date", "document_id"),
    "state": ("standing", "document__due_date", "document_id"),
    "total": ("document__total", "document_id"),
    "balance": ("document__balance__open_amount", "document_id"),
}
NEWEST_FIRST = "-issued"


class InvoiceFilter(IssuedFilter):
    """What the list of invoices can be narrowed by."""

    q = search_filter(_("Number, order or domain"))
    state = ChoiceFilter(
        method="in_state", label=_("State"), choices=STATES, empty_label=_("Any state")
    )
    issued_from = day_filter(_("Issued from"), method="from_day")
    issued_until = day_filter(_("Issued until"), method="until_day")

    class Meta:
        model = Invoice
        fields: list[str] = []
        form = IssuedForm

    def search(self, queryset: InvoiceQuerySet, _name: str, text: str) -> QuerySet[Invoice]:
        """Find by the invoice's number, or by an order number or domain on its lines."""
        text = text.strip()
        lines = DocumentLine.objects.filter(
            Q(order_number=text[:10]) if text.isdecimal() else Q(domain_name__icontains=text)
        )
        return queryset.filter(
            Q(document__number__icontains=text) | Q(document__in=lines.values("document"))
        )

    def in_state(self, queryset: InvoiceQuerySet, _name: str, state: str) -> QuerySet[Invoice]:
        """Keep one state; overdue is computed."""
        return queryset.filter(
            overdue(timezone.localdate()) if state == OVERDUE else Q(document__balance__state=state)
        )


def overdue(today: date) -> Q:
    """Say in SQL what `status.is_overdue` says in Python."""
    return Q(document__balance__open_amount__gt=0, document__due_date__lt=today)


def views(today: date) -> dict[str, Q]:
    """Return what each saved view keeps."""
    return {
        "": Q(),
        "unpaid": Q(document__balance__open_amount__gt=0),
        "overdue": overdue(today),
        "paid": Q(document__balance__state=State.PAID),
        "credited": Q(document__balance__state=State.CREDITED),
        "monthly": Q(kind=Invoice.Kind.MONTHLY),
    }


def count_views(invoices: QuerySet[Invoice], *, today: date) -> Mapping[str, int]:
    """Count the rows of every saved view in one query."""
    wanted: dict[str, Any] = {
        f"rows_{name}": Count("pk", filter=condition) if condition else Count("pk")
        for name, condition in views(today).items()
    }
    counted = invoices.aggregate(**wanted)
    return {name: counted[f"rows_{name}"] for name in views(today)}
