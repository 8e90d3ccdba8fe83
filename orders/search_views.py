"""The search field of the customer's top bar: orders, invoices and credit notes at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing.access import member_required, membership_of
from orders.desk import customers_desk
from orders.search import asked, exact_page, results


@require_safe
@member_required
def search(request: HttpRequest) -> HttpResponse:
    """Find what the reader may see; a whole number leads straight to its page."""
    text, desk = asked(request), customers_desk(request)
    if not text:
        return redirect("orders:list")
    target = exact_page(text, desk)
    if target:
        return redirect(target)
    context = {**results(text, desk), "account": membership_of(request).account}
    return render(request, "orders/search.html", context)
