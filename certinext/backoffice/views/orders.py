"""All accounts' orders; cancelling and rejecting them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.lists import current_view, sorted_by, tabs_of
from billing.sentences import SentenceError
from certinext.backoffice.finding import actor_of
from certinext.backoffice.orders import StaffOrderFilter
from certinext.backoffice.reader import staff_reader
from certinext.web.pages import paginate
from orders.cancel import cancel_order, may_cancel
from orders.consequences import what_will_happen
from orders.costs import costs_of
from orders.ending import has_live_certificate
from orders.errors import InvalidOrder
from orders.filters import CONDITIONS, NEWEST_FIRST, SORTS, VIEWS, count_views
from orders.forms import ReasonForm
from orders.history import timeline
from orders.models import Order
from orders.outlook import invoice_outlook, price_outlook
from orders.reject import may_reject, reject_order
from orders.rows import rows_of
from orders.timeline import Event, events_of
from orders.views import ending_of, zone_name
from orders.words import certificate_word, status_kind

Act = Callable[[str, str, datetime], Order]


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
    now, reader = timezone.now(), staff_reader(request)
    costs = costs_of(found, reader)
    context = {
        "order": found,
        "account": found.account,
        "status_kind": status_kind(found),
        "certificate": certificate_word(found),
        "costs": costs,
        "invoices": costs.invoices,
        "ending": ending_of(
            found, costs, invoice_route="backoffice:invoice", note_route="backoffice:credit_note"
        ),
        "outlook": invoice_outlook(found, costs, reader, now=now),
        "price_outlook": price_outlook(found, costs, now=now),
        "may_cancel": may_cancel(found, by_customer=False),
        "may_reject": may_reject(found),
        "events": [_for_staff(event) for event in events_of(timeline(found), reader)],
        "zone": zone_name(now),
        "invoice_route": "backoffice:invoice",
        "credit_note_route": "backoffice:credit_note",
    }
    return render(request, "backoffice/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel an order, after a page that says what happens to its money."""
    found = _find(number)

    def act(reason: str, by: str, now: datetime) -> Order:
        return cancel_order(found, by=by, reason=reason, now=now)

    allowed = may_cancel(found, by_customer=False)
    return _end(request, found, act, allowed=allowed, template="backoffice/cancel_order.html")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """Reject an order, after a page that says what happens to its money."""
    found = _find(number)

    def act(reason: str, by: str, now: datetime) -> Order:
        return reject_order(found, by=by, reason=reason, now=now)

    template = "backoffice/reject_order.html"
    return _end(request, found, act, allowed=may_reject(found), template=template)


def _find(number: str) -> Order:
    """Return an order by either number; an absent one is 404."""
    known = Order.objects.select_related(
        "account__parent", "group", "product", "ordered_by", "cancellation", "rejection"
    )
    try:
        return known.numbered(number)
    except Order.DoesNotExist:
        raise Http404 from None


def _end(
    request: HttpRequest, order: Order, act: Act, *, allowed: bool, template: str
) -> HttpResponse:
    if not allowed:
        messages.warning(request, _("%(order)s has ended already.") % {"order": order})
        return redirect("backoffice:order", str(order))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = act(form.cleaned_data["reason"], actor_of(request), timezone.now())
        except InvalidOrder as error:
            form.add_error("reason", _(error.message) % error.params)
        except SentenceError as error:
            messages.error(request, _(error.message) % error.params)
            return redirect("backoffice:order", str(order))
        else:
            status = ended.get_order_status_display()
            messages.success(
                request, _("%(order)s is %(status)s.") % {"order": ended, "status": status}
            )
            return redirect("backoffice:order", str(ended))
    costs = costs_of(order, staff_reader(request))
    context = {
        "order": order,
        "form": form,
        "money": what_will_happen(costs),
        "is_live": has_live_certificate(order, now=timezone.now()),
    }
    return render(request, template, context)


def _for_staff(event: Event) -> Event:
    """Lead from the timeline to the backoffice's page of the same document."""
    if not event.url:
        return event
    is_note = event.url == reverse("credit_notes:detail", args=[event.link])
    name = "backoffice:credit_note" if is_note else "backoffice:invoice"
    return replace(event, url=reverse(name, args=[event.link]))
