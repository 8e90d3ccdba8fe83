"""All rows of an account's lists, in pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing.access import staff_required
from certinext.backoffice.account_lists import LISTS
from certinext.backoffice.finding import find_account
from certinext.web.pages import paginate


@require_safe
@staff_required
def account_list(request: HttpRequest, account_number: str, *, name: str) -> HttpResponse:
    """Show one of the account's lists; `name` is the route's."""
    account, chosen = find_account(account_number), LISTS[name]
    context = {
        "account": account,
        "title": chosen.title,
        "rows_template": f"backoffice/_{name}.html",
        "page": paginate(request, chosen.rows(account, timezone.now()), default=25),
    }
    return render(request, "backoffice/account_list.html", context)
