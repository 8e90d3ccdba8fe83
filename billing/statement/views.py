"""Billing & Payments > Statement: for administrators and finance managers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import member_required, membership_of
from billing.models import Account, Membership
from billing.statement.pages import Place, download_of, earlier_of, page_of
from billing.statement.words import CUSTOMERS_ROUTES
from billing.text import looked_up

ACCOUNT = "account"
# A menu of more accounts than this is of no use: their number is typed in.
_MOST_IN_MENU = 100


@dataclass(frozen=True)
class Choice:
    """The accounts whose statements a partner can choose from; `typed` where they are many."""

    accounts: list[Account]
    typed: bool


@require_safe
@member_required
def statement(request: HttpRequest) -> HttpResponse:
    """Show the statement of the account, or of a partner's sub-account."""
    membership, account = _found(request)
    context = page_of(request, account, _place(membership, account), today=timezone.localdate())
    context |= {"own": membership.account, "choice": _choice(membership)}
    return render(request, "billing/statement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """Hand out the statement as PDF, CSV or XLSX, or have it made by POST where it is large."""
    membership, account = _found(request)
    place = _place(membership, account)
    return download_of(request, account, form, place, today=timezone.localdate())


@require_safe
@member_required
def earlier_books(request: HttpRequest) -> HttpResponse:
    """Show what the account's ledger was before this portal."""
    membership, account = _found(request)
    context = earlier_of(request, account, _place(membership, account))
    return render(request, "billing/earlier_books.html", context)


def _found(request: HttpRequest) -> tuple[Membership, Account]:
    """Return who reads which account; a foreign or absent one is 404, and so is a wrong role."""
    membership = membership_of(request)
    if not membership.sees_all_documents:
        raise Http404
    number = request.GET.get(ACCOUNT, "").strip()
    if not number:
        return membership, membership.account
    return membership, get_object_or_404(membership.accounts(), account_number=looked_up(number))


def _place(membership: Membership, account: Account) -> Place:
    own = account.pk == membership.account_id
    query = "" if own else f"{ACCOUNT}={account.account_number}"
    return Place("billing", {}, query, CUSTOMERS_ROUTES)


def _choice(membership: Membership) -> Choice | None:
    accounts = list(
        membership.accounts().order_by("parent_id", "display_name")[: _MOST_IN_MENU + 1]
    )
    if len(accounts) == 1:
        return None
    return Choice(accounts, typed=len(accounts) > _MOST_IN_MENU)
