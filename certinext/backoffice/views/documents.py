"""All accounts' invoices and credit notes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import staff_required
from billing.downloads import download
from billing.einvoice.downloads import download_as, menu_of
from billing.einvoice.formats import Format
from billing.lists import current_view, sorted_by, tabs_of
from billing.models import Document, Payment
from billing.payments.page import payments_of
from billing.reading import explanations, in_sections, lines_for
from certinext.backoffice.documents import StaffCreditNoteFilter, StaffInvoiceFilter
from certinext.backoffice.reminders import reminders_about
from certinext.web.pages import paginate
from credit_notes.filters import NEWEST_FIRST as NEWEST_NOTE_FIRST
from credit_notes.filters import SORTS as NOTE_SORTS
from credit_notes.left import left_of_invoice
from credit_notes.models import CreditNote
from invoices.filters import NEWEST_FIRST, SORTS, VIEWS, count_views, views
from invoices.models import Invoice
from invoices.rows import period_of, row_of, with_what_rows_show
from invoices.status import days_left, status_of

LINES_ON_A_PAGE = (100, 500)


@require_safe
@staff_required
def invoices(request: HttpRequest) -> HttpResponse:
    """Show every account's invoices, newest first."""
    today = timezone.localdate()
    everything = Invoice.objects.all()
    view = current_view(request, [name for name, _label in VIEWS])
    counts = count_views(everything, today=today)
    rows = with_what_rows_show(everything.filter(views(today)[view]), today=today)
    filters = StaffInvoiceFilter(request.GET, rows, request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [row_of(invoice, today=today) for invoice in page],
        "tabs": tabs_of(request, VIEWS, counts),
        "default_sort": NEWEST_FIRST,
    }
    return render(request, "backoffice/invoices.html", context)


@require_safe
@staff_required
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Show one invoice as the customer sees it, with its account."""
    found = find_invoice(number)
    document = found.document
    today = timezone.localdate()
    context = {
        **_reading(request, document),
        "invoice": found,
        "balance": document.balance,
        "status": status_of(document, today=today),
        "days_left": days_left(document, today=today),
        "period": period_of(found),
        "gross": document.net_total + document.tax_total,
        "explanations": explanations(document),
        "left": left_of_invoice(document),
        "reminders": reminders_about(document),
        "credit_notes": found.credit_notes.select_related("document").order_by("document_id"),
        "payments": payments_of(document, Payment.objects.all()),
        "downloads": menu_of(
            document, pdf_route="backoffice:invoice_pdf", route_prefix="backoffice:invoice_"
        ),
    }
    return render(request, "backoffice/invoice.html", context)


@require_safe
@staff_required
def invoice_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out an invoice's PDF, on the record."""
    return download(request, find_invoice(number).document)


@require_safe
@staff_required
def invoice_electronic(request: HttpRequest, number: str, form: Format) -> HttpResponse:
    """Hand out an invoice's electronic form, on the record."""
    return download_as(request, find_invoice(number).document, form)


@require_safe
@staff_required
def credit_notes(request: HttpRequest) -> HttpResponse:
    """Show every account's credit notes, newest first."""
    everything = CreditNote.objects.select_related("document__account", "invoice__document")
    filters = StaffCreditNoteFilter(request.GET, everything, request=request)
    notes = sorted_by(filters.qs, request, NOTE_SORTS, NEWEST_NOTE_FIRST)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": paginate(request, notes, default=25),
        "default_sort": NEWEST_NOTE_FIRST,
    }
    return render(request, "backoffice/credit_notes.html", context)


@require_safe
@staff_required
def credit_note(request: HttpRequest, number: str) -> HttpResponse:
    """Show one credit note as the customer sees it, with its account."""
    note = _credit_note(number)
    context = {
        **_reading(request, note.document),
        "note": note,
        "invoice": note.invoice.document,
        "downloads": menu_of(
            note.document,
            pdf_route="backoffice:credit_note_pdf",
            route_prefix="backoffice:credit_note_",
        ),
    }
    return render(request, "backoffice/credit_note.html", context)


@require_safe
@staff_required
def credit_note_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out a credit note's PDF, on the record."""
    return download(request, _credit_note(number).document)


@require_safe
@staff_required
def credit_note_electronic(request: HttpRequest, number: str, form: Format) -> HttpResponse:
    """Hand out a credit note's electronic form, on the record."""
    return download_as(request, _credit_note(number).document, form)


def _reading(request: HttpRequest, document: Document) -> dict[str, object]:
    lines = paginate(
        request, lines_for(document), sizes=LINES_ON_A_PAGE, default=LINES_ON_A_PAGE[0]
    )
    annotated: Any = lines
    return {
        "document": document,
        "account": document.account,
        "lines": lines,
        "sections": in_sections(document, lines),
        "taxes": document.taxes.all(),
        # Staff open every order, on the backoffice's page.
        "openable": {line.ordering_account_id for line in annotated},
        "order_route": "backoffice:order",
    }


def find_invoice(number: str) -> Invoice:
    """Return an invoice of the active tenant, or answer 404."""
    found = Invoice.objects.select_related("document__balance", "document__account")
    return get_object_or_404(found, document__number=number)


def _credit_note(number: str) -> CreditNote:
    found = CreditNote.objects.select_related("document__account", "invoice__document")
    return get_object_or_404(found, document__number=number)
