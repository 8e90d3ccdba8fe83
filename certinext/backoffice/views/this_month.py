"""What an account's next monthly invoice would be by now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import staff_required
from certinext.backoffice.finding import find_account
from invoices.estimate_views import estimate_context


@require_safe
@staff_required
def this_month(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show the estimate that the customer sees; every order on it can be opened."""
    context = estimate_context(request, find_account(account_number), now=timezone.now())
    context["openable"] = {line.ordering_account_id for line in context.get("lines", ())}
    return render(request, "backoffice/this_month.html", context)
