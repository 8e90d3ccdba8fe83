"""Certificates > Orders: the list, one order, its documents, its end."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import member_required, membership_of, ordering_required
from billing.downloads import download
from billing.lists import current_view, sorted_by, tabs_of
from billing.models import Document
from certinext.web.pages import paginate
from orders.costs import costs_of, readable_documents
from orders.desk import customers_desk
from orders.end_pages import cancel_page, reject_page
from orders.filters import CONDITIONS, NEWEST_FIRST, SORTS, VIEWS, OrderFilter, count_views
from orders.history import timeline
from orders.models import Order
from orders.one_order import facts_of, find_order
from orders.proceed_pages import proceed_page
from orders.rows import rows_of
from orders.timeline import events_of
from orders.words import sees_amounts


@require_safe
@member_required
def order_list(request: HttpRequest) -> HttpResponse:
    """Show the orders that the reader may see: the last ten, and what they look for."""
    membership = membership_of(request)
    visible = Order.objects.for_member(membership)
    view = current_view(request, [name for name, _label in VIEWS])
    counts = count_views(visible)
    filters = OrderFilter(
        request.GET,
        visible.filter(CONDITIONS[view]).select_related("product", "account"),
        request=request,
    )
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST))
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows, membership),
        "tabs": tabs_of(request, VIEWS, counts),
        "exist": counts[""],
        "default_sort": NEWEST_FIRST,
        "membership": membership,
        "account": membership.account,
        "sees_amounts": sees_amounts(membership),
        "sees_documents": membership.sees_all_documents or membership.sees_own_documents,
    }
    return render(request, "orders/list.html", context)


@require_safe
@member_required
def order_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order: its two statuses, what it cost, its history, its documents."""
    membership = membership_of(request)
    order = find(request, number)
    if order.order_number and order.order_number != number:
        return redirect("orders:detail", order.order_number)
    now, desk = timezone.now(), customers_desk(request)
    costs = costs_of(order, membership)
    context = {
        **facts_of(order, costs, desk, now=now),
        "is_foreign": order.account_id != membership.account_id,
        "events": events_of(timeline(order), membership),
        "sees_amounts": sees_amounts(membership),
    }
    return render(request, "orders/detail.html", context)


@require_safe
@member_required
def order_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """Download Invoice: the PDF of the order's newest invoice that the reader may see."""
    order = find(request, number)
    invoices = readable_documents(order, membership_of(request), Document.Kind.INVOICE)
    document = invoices.select_related("account").first()
    if document is None:
        raise Http404
    return download(request, document)


@require_safe
@member_required
def order_credit_note(request: HttpRequest, number: str, document_number: str) -> HttpResponse:
    """Download Credit Note: the PDF of one of the order's credit notes."""
    order = find(request, number)
    notes = readable_documents(order, membership_of(request), Document.Kind.CREDIT_NOTE)
    return download(
        request, get_object_or_404(notes.select_related("account"), number=document_number)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel a pending order."""
    return cancel_page(request, find(request, number), customers_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """Reject an order that is on hold."""
    return reject_page(request, find(request, number), customers_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def proceed(request: HttpRequest, number: str) -> HttpResponse:
    """Accept an order that was saved on hold."""
    return proceed_page(request, find(request, number), customers_desk(request))


def find(request: HttpRequest, number: str) -> Order:
    """Return an order that the reader may see, by either number; others are the same 404."""
    return find_order(Order.objects.for_member(membership_of(request)), number)
