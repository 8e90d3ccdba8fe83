"""Placing an order: choose a product, describe the order, read its summary, confirm.

What was entered is a draft in the reader's session, and every page is asked for by GET: going back
loses nothing and sends nothing. Nothing is charged before the last step, and that happens once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import membership_of, ordering_required
from billing.models import Account
from billing.payments.errors import PaymentRefused
from billing.prices import Price, PriceMissing, PriceTable, ProductPrices, price_table
from certinext.identity.models import User
from orders.details import check_details
from orders.drafts import DraftGone, DraftSpent, Entered, entered_in, keep, new_draft, order_once
from orders.errors import InvalidOrder, OrderNotAllowed
from orders.forms import AccountForm, OrderForm
from orders.models import Order, OrderStatus
from orders.outlook import billing_plan
from orders.place import place_order
from orders.summary import OrderSummary, order_summary
from orders.wallet import wallet_of

# More than any field takes: what is longer is refused by the form, and not kept whole.
LONGEST_VALUE = 2000
PLACE, HOLD = "place", "hold"
CREDITS = "credits"


@dataclass(frozen=True)
class Choice:
    """What is ordered for whom, at the prices of today."""

    account: Account
    row: ProductPrices
    table: PriceTable
    today: date

    def form(self, data: Entered | None = None, initial: dict[str, Any] | None = None) -> OrderForm:
        """Return the form of this product for this account."""
        return OrderForm(
            data,
            account=self.account,
            product=self.row.product,
            prices=self.row.prices,
            terms=self.table.terms,
            initial=initial,
        )

    def summary(self, term_years: int) -> OrderSummary:
        """Return what it will cost; raises `PriceMissing`."""
        return order_summary(
            account=self.account, product=self.row.product, term_years=term_years, on=self.today
        )


class _NotFine(Exception):
    """Something entered has to be put right first: the draft's page says what."""


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def place(request: HttpRequest) -> HttpResponse:
    """Lead from the price list to a placed order."""
    if request.method == "POST":
        return _obey(request)
    if token := request.GET.get("draft"):
        return _resume(request, token)
    account = _account(request, request.GET)
    choice = _choice(account, request.GET)
    if choice is None:
        return _price_list(request, account, is_unknown=bool(request.GET.get("product")))
    form = choice.form(initial=_initial(choice, request.GET))
    # htmx asks for another summary only.
    token = "" if request.headers.get("HX-Request") else new_draft(request.session)
    return _describe(request, choice, form, token)


def _obey(request: HttpRequest) -> HttpResponse:
    """Keep what was entered; do what the pressed button says, or lead to the summary."""
    token, act = request.POST.get("token", ""), request.POST.get("act", "")
    try:
        if "product" in request.POST:
            account = _account(request, request.POST)
            entered = {**_entered(request), "account": account.account_number}
            token = keep(request.session, token, entered)
        if act in {PLACE, HOLD}:
            return _make(request, token, held=act == HOLD)
    except DraftSpent as spent:
        return _made(request, spent.order) if act in {PLACE, HOLD} else _spent(request, spent.order)
    return _lead_to(token)


def _make(request: HttpRequest, token: str, *, held: bool) -> HttpResponse:
    def act(entered: Entered) -> Order:
        choice = _choice(_account(request, entered), entered)
        form = choice.form(entered) if choice else None
        if choice is None or form is None or not _is_fine(request, choice, form):
            raise _NotFine
        return place_order(
            account=choice.account,
            product=choice.row.product,
            ordered_by=_person(request),
            now=timezone.now(),
            save_and_hold=held,
            from_credits=request.POST.get("pay") == CREDITS,
            **form.details,
        )

    try:
        return _made(request, order_once(request.session, token, act))
    except (DraftGone, Http404):
        return _gone(request)
    except _NotFine:
        return _lead_to(token)
    except (InvalidOrder, PriceMissing, PaymentRefused) as error:
        messages.error(request, _(error.message) % error.params)
        return _lead_to(token)


def _resume(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draft: its summary, or the form while something has to be changed."""
    try:
        entered = entered_in(request.session, token)
        account = _account(request, entered)
    except DraftSpent as spent:
        return _spent(request, spent.order)
    except (DraftGone, Http404):
        return _gone(request)
    choice = _choice(account, entered)
    if choice is None:
        return _price_list(request, account, is_unknown=True)
    form = choice.form(entered)
    if not _is_fine(request, choice, form) or "edit" in request.GET:
        return _describe(request, choice, form, token)
    return _review(request, choice, form, token)


def _made(request: HttpRequest, order: Order) -> HttpResponse:
    """Answer with the order, also to whoever sent the form twice."""
    held = order.order_status == OrderStatus.ON_HOLD
    done = _("Request %(number)s is saved on hold.") if held else _("Order %(number)s is placed.")
    messages.success(request, done % {"number": str(order)})
    return redirect("orders:detail", str(order))


def _spent(request: HttpRequest, order: Order) -> HttpResponse:
    """Answer somebody who came back to the summary of what is ordered already."""
    if not Order.objects.for_member(membership_of(request)).filter(pk=order.pk).exists():
        return _gone(request)
    messages.info(
        request,
        _("This summary has become order %(number)s: start anew to order once more.")
        % {"number": str(order)},
    )
    return redirect("orders:detail", str(order))


def _gone(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request, _("This order summary is not there any more: choose the product again.")
    )
    return redirect("orders:place")


def _lead_to(token: str) -> HttpResponse:
    return redirect(f"{reverse('orders:place')}?{urlencode({'draft': token})}")


def _is_fine(request: HttpRequest, choice: Choice, form: OrderForm) -> bool:
    """Check what was entered as the verbs will, so that the summary promises what they keep."""
    if not form.is_valid():
        return False
    try:
        check_details(
            account=choice.account,
            product=choice.row.product,
            ordered_by=_person(request),
            **form.details,
        )
    except InvalidOrder as error:
        form.refuse(error.field, _(error.message) % error.params)
    except OrderNotAllowed as error:
        raise Http404 from error
    return not form.errors


def _price_list(request: HttpRequest, account: Account, *, is_unknown: bool) -> HttpResponse:
    """Show what can be ordered: every price is a link."""
    membership = membership_of(request)
    accounts = AccountForm(initial={"account": account.account_number}, membership=membership)
    table = price_table(account, timezone.localdate())
    context = {
        "account": account,
        "accounts": accounts if accounts.is_a_choice else None,
        "table": table,
        "categories": [
            (category.name, [(row.product, _cells(table, row)) for row in category.products])
            for category in table.categories
        ],
        "is_unknown": is_unknown,
    }
    return render(request, "orders/price_list.html", context)


def _describe(request: HttpRequest, choice: Choice, form: OrderForm, token: str) -> HttpResponse:
    """Show the form, with what it costs beside it."""
    context = {
        **_common(request, choice, form, token),
        "summary": _summary_beside(choice, form),
    }
    return render(request, "orders/place.html", context)


def _review(request: HttpRequest, choice: Choice, form: OrderForm, token: str) -> HttpResponse:
    """Show the order summary, the last page before anything is charged."""
    summary = choice.summary(form.cleaned_data["term_years"])
    reader = membership_of(request)
    context = {
        **_common(request, choice, form, token),
        "summary": summary,
        "wallet": wallet_of(choice.account, reader, total=summary.total),
        "details": form.details,
        "billing": billing_plan(choice.account, reader, today=choice.today),
    }
    return render(request, "orders/review.html", context)


def _common(request: HttpRequest, choice: Choice, form: OrderForm, token: str) -> dict[str, Any]:
    return {
        "account": choice.account,
        "is_foreign": choice.account.pk != membership_of(request).account_id,
        "product": choice.row.product,
        "form": form,
        "token": token,
    }


def _summary_beside(choice: Choice, form: OrderForm) -> OrderSummary | None:
    """Return the summary for the term that is chosen now."""
    chosen = str(form["term_years"].value() or "")
    terms = {str(term) for term, price in _cells(choice.table, choice.row) if price}
    return choice.summary(int(chosen)) if chosen in terms else None


def _entered(request: HttpRequest) -> dict[str, str]:
    """Return what the form has sent, as far as it is about the order."""
    names = ("product", *OrderForm.base_fields)
    sent = request.POST
    return {name: sent[name][:LONGEST_VALUE] for name in names if name in sent}


def _initial(choice: Choice, asked: Mapping[str, str]) -> dict[str, Any]:
    """Take over what a link gives: the term, or everything of an order to be repeated."""
    names = ("term_years", "domain_name", "organization_name", "po_number", "tags")
    initial = {name: asked[name] for name in names if asked.get(name)}
    first = next(term for term, price in _cells(choice.table, choice.row) if price)
    initial.setdefault("term_years", str(first))
    return initial


def _account(request: HttpRequest, asked: Mapping[str, str]) -> Account:
    """Return for whom it is ordered: the reader's account, or one of its sub-accounts."""
    membership = membership_of(request)
    number = asked.get("account")
    if not number or number == membership.account.account_number:
        return membership.account
    form = AccountForm({"account": number}, membership=membership)
    if not form.is_valid():
        raise Http404
    account: Account = form.cleaned_data["account"]
    return account


def _choice(account: Account, asked: Mapping[str, str]) -> Choice | None:
    """Return the product that is asked for; None where the account cannot order it today."""
    today = timezone.localdate()
    table = price_table(account, today)
    rows = (row for category in table.categories for row in category.products)
    code = asked.get("product", "")
    found = next((row for row in rows if row.product.product_code == code), None)
    return Choice(account, found, table, today) if found else None


def _cells(table: PriceTable, row: ProductPrices) -> list[tuple[int, Price | None]]:
    return list(zip(table.terms, row.prices, strict=True))


def _person(request: HttpRequest) -> User:
    return membership_of(request).user
