"""The search field of the backoffice's top bar."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing.access import staff_required
from billing.models import Account
from certinext.backoffice.reader import staff_desk
from orders.search import SHOWN, asked, exact_page, results


@require_safe
@staff_required
def search(request: HttpRequest) -> HttpResponse:
    """Find accounts, orders and documents at once; a whole number leads straight to its page."""
    text, desk = asked(request), staff_desk(request)
    if not text:
        return redirect("backoffice:accounts")
    target = _account_page(text) or exact_page(text, desk)
    if target:
        return redirect(target)
    context = {
        **results(text, desk, or_also=Q(account__display_name__icontains=text)),
        "accounts": Account.objects.search(text).order_by("display_name")[:SHOWN],
    }
    return render(request, "backoffice/search.html", context)


def _account_page(text: str) -> str:
    if not Account.objects.filter(account_number=text).exists():
        return ""
    return reverse("backoffice:account", args=[text])
