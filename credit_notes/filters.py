"""The Credit notes list: search, filters, sorting."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from billing.lists import IssuedFilter, IssuedForm, day_filter, search_filter
from billing.models import DocumentLine
from credit_notes.models import CreditNote, CreditNoteQuerySet

SORTS = {
    "number": ("document__number",),
    "issued": ("document__issue_date", "document_id"),
    "invoice": ("invoice__document__number", "document_id"),
    "applied": ("applied_amount", "document_id"),
    "kept": ("credit_amount", "document_id"),
    "total": ("document__total", "document_id"),
}
NEWEST_FIRST = "-issued"


class CreditNoteFilter(IssuedFilter):
    """What the list of credit notes can be narrowed by."""

    q = search_filter(_("Number, invoice, order or domain"))
    reason = ChoiceFilter(
        field_name="reason_code",
        label=_("Reason"),
        choices=CreditNote.Reason.choices,
        empty_label=_("Any reason"),
    )
    issued_from = day_filter(_("Issued from"), method="from_day")
    issued_until = day_filter(_("Issued until"), method="until_day")

    class Meta:
        model = CreditNote
        fields: list[str] = []
        form = IssuedForm

    def search(self, queryset: CreditNoteQuerySet, _name: str, text: str) -> QuerySet[CreditNote]:
        """Find by the note's number, its invoice's, its order's, or a domain on its lines."""
        text = text.strip()
        return queryset.filter(
            Q(document__number__icontains=text)
            | Q(invoice__document__number__icontains=text)
            | Q(order_number=text[:10])
            | Q(document__in=_with_domain(text))
        )


def _with_domain(text: str) -> QuerySet[DocumentLine, int]:
    lines = DocumentLine.objects.filter(domain_name__icontains=text)
    return lines.values_list("document_id", flat=True)
