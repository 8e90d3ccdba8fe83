"""An account's statement, as staff read it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.exports.pages import STAFFS
from billing.statement.pages import Place, download_of, earlier_of, page_of
from certinext.backoffice.finding import find_account

ROUTES = {
    "invoice": "backoffice:invoice",
    "credit_note": "backoffice:credit_note",
    "payment": "backoffice:payment",
}


@require_safe
@staff_required
def statement(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show an account's statement."""
    account = find_account(account_number)
    context = page_of(request, account, _place(account_number), today=timezone.localdate())
    return render(request, "backoffice/statement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def download(request: HttpRequest, account_number: str, form: str) -> HttpResponseBase:
    """Hand out an account's statement as PDF, CSV or XLSX, or have a large one made by POST."""
    account, today = find_account(account_number), timezone.localdate()
    return download_of(request, account, form, _place(account_number), today=today)


@require_safe
@staff_required
def earlier_books(request: HttpRequest, account_number: str) -> HttpResponse:
    """Show what an account's ledger was before this portal."""
    context = earlier_of(request, find_account(account_number), _place(account_number))
    return render(request, "backoffice/earlier_books.html", context)


def _place(account_number: str) -> Place:
    return Place("backoffice", {"account_number": account_number}, "", ROUTES, STAFFS)
