"""Billing & Payments > Invoices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import member_required
from billing.downloads import download as send
from billing.einvoice.downloads import download_as, menu_of
from billing.einvoice.formats import Format
from billing.lists import current_view, sorted_by, tabs_of
from billing.models import Payment
from billing.payments.page import payments_of
from billing.reading import explanations, in_sections, lines_for, reader_of, visible_account_ids
from certinext.web.pages import paginate
from invoices.filters import NEWEST_FIRST, SORTS, VIEWS, InvoiceFilter, count_views, views
from invoices.models import Invoice
from invoices.rows import period_of, row_of, with_what_rows_show
from invoices.status import days_left, status_of

LINES_ON_A_PAGE = (100, 500)


@require_safe
@member_required
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Show the invoices that the reader may see, newest first."""
    membership = reader_of(request)
    today = timezone.localdate()
    visible = Invoice.objects.for_member(membership)
    view = current_view(request, [name for name, _label in VIEWS])
    counts = count_views(visible, today=today)
    rows = with_what_rows_show(visible.filter(views(today)[view]), today=today)
    filters = InvoiceFilter(request.GET, rows, request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": [row_of(invoice, today=today) for invoice in page],
        "tabs": tabs_of(request, VIEWS, counts),
        "exist": counts[""],
        "default_sort": NEWEST_FIRST,
        "membership": membership,
        "account": membership.account,
    }
    return render(request, "invoices/list.html", context)


@require_safe
@member_required
def invoice_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one invoice: what is due, its lines, how its total came about."""
    membership = reader_of(request)
    invoice = find(request, number)
    document = invoice.document
    today = timezone.localdate()
    lines = paginate(
        request, lines_for(document), sizes=LINES_ON_A_PAGE, default=LINES_ON_A_PAGE[0]
    )
    context = {
        "invoice": invoice,
        "document": document,
        "balance": document.balance,
        "status": status_of(document, today=today),
        "days_left": days_left(document, today=today),
        "period": period_of(invoice),
        "lines": lines,
        "sections": in_sections(document, lines),
        "taxes": document.taxes.all(),
        "gross": document.net_total + document.tax_total,
        "explanations": explanations(document),
        "credit_notes": invoice.credit_notes.select_related("document").order_by("document_id"),
        "openable": visible_account_ids(membership),
        "payments": payments_of(document, Payment.objects.for_member(membership)),
        "downloads": menu_of(document, pdf_route="invoices:download", route_prefix="invoices:"),
        "may_pay": membership.sees_all_documents and document.balance.open_amount > 0,
    }
    return render(request, "invoices/detail.html", context)


@require_safe
@member_required
def download(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out the invoice's PDF."""
    return send(request, find(request, number).document)


@require_safe
@member_required
def download_electronic(request: HttpRequest, number: str, form: Format) -> HttpResponse:
    """Hand out the invoice's electronic form."""
    return download_as(request, find(request, number).document, form)


def find(request: HttpRequest, number: str) -> Invoice:
    """Return an invoice that the reader may see; foreign and absent ones are the same 404."""
    readable = Invoice.objects.for_member(reader_of(request)).select_related(
        "document__balance", "document__account"
    )
    return get_object_or_404(readable, document__number=number)
