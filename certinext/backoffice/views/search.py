"""The search field of the top bar."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.access import staff_required
from billing.lists import LONGEST_SEARCH
from billing.models import Account, Document
from orders.models import Order
from orders.words import status_kind

SHOWN = 10


@require_safe
@staff_required
def search(request: HttpRequest) -> HttpResponse:
    """Find accounts, orders and documents at once; a whole number leads straight to its page."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    if not text:
        return redirect("backoffice:accounts")
    target = _exactly(text)
    if target:
        return redirect(target)
    documents = Document.objects.filter(
        Q(number__icontains=text) | Q(account__display_name__icontains=text)
    )
    orders = Order.objects.about(text).select_related("account", "product")
    context = {
        "text": text,
        "accounts": Account.objects.search(text).order_by("display_name")[:SHOWN],
        "orders": [(order, status_kind(order)) for order in orders[:SHOWN]],
        "documents": documents.select_related("account").order_by("-id")[:SHOWN],
    }
    return render(request, "backoffice/search.html", context)


def _exactly(text: str) -> str:
    """Return the address of the one thing that has this number, if any."""
    if Account.objects.filter(account_number=text).exists():
        return reverse("backoffice:account", args=[text])
    if Order.objects.filter(Q(order_number=text) | Q(request_number=text)).exists():
        return reverse("backoffice:order", args=[text])
    document = Document.objects.filter(number__iexact=text).first()
    if document is None:
        return ""
    is_note = document.kind == Document.Kind.CREDIT_NOTE
    return reverse(f"backoffice:{'credit_note' if is_note else 'invoice'}", args=[document.number])
