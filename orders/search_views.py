"""The search field of the customer's top bar: orders, invoices and credit notes at once."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.access import member_required, membership_of
from billing.lists import LONGEST_SEARCH
from billing.models import Document, DocumentLine, Membership
from orders.models import Order
from orders.words import status_kind

SHOWN = 10


@require_safe
@member_required
def search(request: HttpRequest) -> HttpResponse:
    """Find what the reader may see; a whole number leads straight to its page."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    if not text:
        return redirect("orders:list")
    membership = membership_of(request)
    target = _exactly(text, membership)
    if target:
        return redirect(target)
    orders = Order.objects.for_member(membership).about(text)
    documents = _documents(text, orders, membership)
    context = {
        "text": text,
        "account": membership.account,
        "orders": [(order, status_kind(order)) for order in _newest(orders)],
        "documents": documents.select_related("account").order_by("-id")[:SHOWN],
    }
    return render(request, "orders/search.html", context)


def _newest(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.select_related("account", "product").order_by("-ordered_at", "-id")[:SHOWN]


def _exactly(text: str, membership: Membership) -> str:
    """Return the address of the one thing that has this number, if any."""
    orders = Order.objects.for_member(membership)
    if orders.filter(Q(order_number=text) | Q(request_number=text)).exists():
        return reverse("orders:detail", args=[text])
    document = Document.objects.for_member(membership).filter(number__iexact=text).first()
    if document is None:
        return ""
    is_note = document.kind == Document.Kind.CREDIT_NOTE
    return reverse("credit_notes:detail" if is_note else "invoices:detail", args=[document.number])


def _documents(text: str, orders: QuerySet[Order], membership: Membership) -> QuerySet[Document]:
    """Find by number, or by an order on a line that was found itself."""
    numbers = orders.exclude(order_number=None).order_by().values("order_number")
    lines = DocumentLine.objects.filter(
        Q(order_number__in=numbers) | Q(domain_name__icontains=text)
    )
    return Document.objects.for_member(membership).filter(
        Q(number__icontains=text) | Q(pk__in=lines.values("document"))
    )
