"""Billing & Payments > Credit notes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing.access import member_required
from billing.downloads import download as send
from billing.einvoice.downloads import download_as, menu_of
from billing.einvoice.formats import Format
from billing.lists import sorted_by
from billing.models import Document
from billing.reading import in_sections, lines_for, reader_of, visible_account_ids
from certinext.web.pages import paginate
from credit_notes.filters import NEWEST_FIRST, SORTS, CreditNoteFilter
from credit_notes.models import CreditNote

LINES_ON_A_PAGE = (100, 500)


@require_safe
@member_required
def credit_note_list(request: HttpRequest) -> HttpResponse:
    """Show the credit notes that the reader may see, newest first."""
    membership = reader_of(request)
    visible = CreditNote.objects.for_member(membership)
    filters = CreditNoteFilter(
        request.GET,
        visible.select_related("document__account", "invoice__document"),
        request=request,
    )
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "exist": visible.count(),
        "default_sort": NEWEST_FIRST,
        "account": membership.account,
        "readable_invoices": set(
            Document.objects.for_member(membership)
            .filter(pk__in=[note.invoice_id for note in page.rows])
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "credit_notes/list.html", context)


@require_safe
@member_required
def credit_note_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one credit note: what it gives back, of which invoice, and why."""
    membership = reader_of(request)
    note = find(request, number)
    document = note.document
    lines = paginate(
        request, lines_for(document), sizes=LINES_ON_A_PAGE, default=LINES_ON_A_PAGE[0]
    )
    context = {
        "note": note,
        "document": document,
        "invoice": note.invoice.document,
        "invoice_is_readable": Document.objects.for_member(membership)
        .filter(pk=note.invoice_id)
        .exists(),
        "lines": lines,
        "sections": in_sections(document, lines),
        "taxes": document.taxes.all(),
        "openable": visible_account_ids(membership),
        "downloads": menu_of(
            document, pdf_route="credit_notes:download", route_prefix="credit_notes:"
        ),
    }
    return render(request, "credit_notes/detail.html", context)


@require_safe
@member_required
def download(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out the credit note's PDF."""
    return send(request, find(request, number).document)


@require_safe
@member_required
def download_electronic(request: HttpRequest, number: str, form: Format) -> HttpResponse:
    """Hand out the credit note's electronic form."""
    return download_as(request, find(request, number).document, form)


def find(request: HttpRequest, number: str) -> CreditNote:
    """Return a note that the reader may see; foreign and absent ones are the same 404."""
    readable = CreditNote.objects.for_member(reader_of(request)).select_related(
        "document__account", "invoice__document"
    )
    return get_object_or_404(readable, document__number=number)
