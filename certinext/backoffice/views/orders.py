"""All accounts' orders; cancelling and rejecting them."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.lists import current_view, sorted_by, tabs_of
from certinext.backoffice.orders import StaffOrderFilter
from certinext.backoffice.reader import staff_desk, staff_reader
from certinext.web.pages import paginate
from orders.cancel import may_cancel
from orders.costs import costs_of
from orders.end_pages import cancel_page, reject_page
from orders.extend_pages import reissue_page, renew_page
from orders.filters import CONDITIONS, NEWEST_FIRST, SORTS, VIEWS, count_views
from orders.history import timeline
from orders.models import Order
from orders.names_pages import names_page
from orders.one_order import facts_of, find_order
from orders.reject import may_reject
from orders.rows import rows_of
from orders.timeline import Event, events_of


@require_safe
@staff_required
def orders(request: HttpRequest) -> HttpResponse:
    """Show every account's orders, newest first."""
    view = current_view(request, [name for name, _label in VIEWS])
    found = Order.objects.filter(CONDITIONS[view]).select_related("product", "account")
    filters = StaffOrderFilter(request.GET, found, request=request)
    page = paginate(request, sorted_by(filters.qs, request, SORTS, NEWEST_FIRST), default=25)
    context = {
        "filters": filters,
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows, staff_reader(request)),
        "tabs": tabs_of(request, VIEWS, count_views(Order.objects.all())),
        "default_sort": NEWEST_FIRST,
    }
    return render(request, "backoffice/orders.html", context)


@require_safe
@staff_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one order as the customer sees it, with what staff can do."""
    found = _find(number)
    if found.order_number and found.order_number != number:
        return redirect("backoffice:order", found.order_number)
    now, desk = timezone.now(), staff_desk(request)
    costs = costs_of(found, desk.reader)
    context = {
        **facts_of(found, costs, desk, now=now),
        "account": found.account,
        "may_cancel": may_cancel(found, by_customer=False),
        "may_reject": may_reject(found, by_customer=False),
        "events": [_for_staff(event) for event in events_of(timeline(found), desk.reader)],
    }
    return render(request, "backoffice/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel an order, whoever ordered it."""
    return cancel_page(request, _find(number), staff_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """Reject an order, whoever ordered it."""
    return reject_page(request, _find(number), staff_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a certificate anew, free of charge."""
    return reissue_page(request, _find(number), staff_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Renew anybody's order."""
    return renew_page(request, _find(number), staff_desk(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def add_names(request: HttpRequest, number: str) -> HttpResponse:
    """Add names to the certificate of anybody's order."""
    return names_page(request, _find(number), staff_desk(request))


def _find(number: str) -> Order:
    """Return anybody's order by either number; an absent one is 404."""
    return find_order(Order.objects.all(), number)


def _for_staff(event: Event) -> Event:
    """Lead from the timeline to the backoffice's page of the same document."""
    if not event.url:
        return event
    is_note = event.url == reverse("credit_notes:detail", args=[event.link])
    name = "backoffice:credit_note" if is_note else "backoffice:invoice"
    return replace(event, url=reverse(name, args=[event.link]))
