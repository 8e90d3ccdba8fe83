"""Placing an order: choose a product, describe the order, read its summary, confirm.

Everything entered travels with the form, so that each step can go back without losing it. Nothing
is charged before the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import membership_of, ordering_required
from billing.models import Account
from billing.prices import Price, PriceMissing, PriceTable, ProductPrices, price_table
from certinext.identity.models import User
from orders.details import check_details
from orders.errors import InvalidOrder, OrderNotAllowed
from orders.forms import AccountForm, OrderForm
from orders.models import Order
from orders.once import FormExpired, new_token, order_once
from orders.outlook import billing_plan
from orders.place import place_order
from orders.summary import OrderSummary, order_summary


@dataclass(frozen=True)
class Choice:
    """What is ordered for whom, at the prices of today."""

    account: Account
    row: ProductPrices
    table: PriceTable
    today: date

    def form(
        self, data: QueryDict | None = None, initial: dict[str, Any] | None = None
    ) -> OrderForm:
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


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def place(request: HttpRequest) -> HttpResponse:
    """Lead from the price list to a placed order."""
    asked = request.POST if request.method == "POST" else request.GET
    account = _account(request, asked)
    today = timezone.localdate()
    table = price_table(account, today)
    row = _row(table, asked.get("product", ""))
    if row is None:
        return _price_list(request, account, table, asked)
    choice = Choice(account, row, table, today)
    if request.method == "POST":
        return _obey(request, choice)
    return _describe(request, choice, choice.form(initial=_initial(choice, request.GET)))


def _obey(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Do what the pressed button says, unless something entered has to be put right first."""
    form = choice.form(request.POST)
    act = request.POST.get("act", "review")
    if act == "edit" or not _is_fine(request, choice, form):
        return _describe(request, choice, form)
    if act in {"place", "hold"}:
        return _make(request, choice, form, held=act == "hold")
    return _review(request, choice, form)


def _make(request: HttpRequest, choice: Choice, form: OrderForm, *, held: bool) -> HttpResponse:
    def act() -> Order:
        return place_order(
            account=choice.account,
            product=choice.row.product,
            ordered_by=_person(request),
            now=timezone.now(),
            save_and_hold=held,
            **form.details,
        )

    try:
        order = order_once(request.session, request.POST.get("token", ""), act)
    except FormExpired:
        messages.warning(request, _("This page was open for long: read the summary once more."))
        return _review(request, choice, form, token=new_token(request.session))
    except (InvalidOrder, PriceMissing) as error:
        form.refuse(getattr(error, "field", ""), _(error.message) % error.params)
        return _describe(request, choice, form)
    done = _("Request %(number)s is saved on hold.") if held else _("Order %(number)s is placed.")
    messages.success(request, done % {"number": str(order)})
    return redirect("orders:detail", str(order))


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


def _price_list(
    request: HttpRequest, account: Account, table: PriceTable, asked: QueryDict
) -> HttpResponse:
    """Show what can be ordered: every price is a link."""
    membership = membership_of(request)
    accounts = AccountForm(initial={"account": account.account_number}, membership=membership)
    context = {
        "account": account,
        "accounts": accounts if accounts.is_a_choice else None,
        "table": table,
        "categories": [
            (category.name, [(row.product, _cells(table, row)) for row in category.products])
            for category in table.categories
        ],
        "is_unknown": bool(asked.get("product")),
    }
    return render(request, "orders/price_list.html", context)


def _describe(request: HttpRequest, choice: Choice, form: OrderForm) -> HttpResponse:
    """Show the form, with what it costs beside it."""
    context = {
        **_common(request, choice, form),
        "summary": _summary_beside(choice, form),
    }
    return render(request, "orders/place.html", context)


def _review(
    request: HttpRequest, choice: Choice, form: OrderForm, *, token: str = ""
) -> HttpResponse:
    """Show the order summary, the last page before anything is charged."""
    context = {
        **_common(request, choice, form, token=token),
        "summary": choice.summary(form.cleaned_data["term_years"]),
        "details": form.details,
        "billing": billing_plan(choice.account, membership_of(request), today=choice.today),
    }
    return render(request, "orders/review.html", context)


def _common(
    request: HttpRequest, choice: Choice, form: OrderForm, *, token: str = ""
) -> dict[str, Any]:
    return {
        "account": choice.account,
        "is_foreign": choice.account.pk != membership_of(request).account_id,
        "product": choice.row.product,
        "form": form,
        "token": token or _token(request),
    }


def _token(request: HttpRequest) -> str:
    """Keep the form's token through all steps; htmx only asks for another summary."""
    if request.headers.get("HX-Request"):
        return ""
    return request.POST.get("token") or new_token(request.session)


def _summary_beside(choice: Choice, form: OrderForm) -> OrderSummary | None:
    """Return the summary for the term that is chosen now."""
    chosen = str(form["term_years"].value() or "")
    terms = {str(term) for term, price in _cells(choice.table, choice.row) if price}
    return choice.summary(int(chosen)) if chosen in terms else None


def _initial(choice: Choice, asked: QueryDict) -> dict[str, Any]:
    """Take over what a link gives: the term, or everything of an order to be repeated."""
    names = ("term_years", "domain_name", "organization_name", "po_number", "tags")
    initial = {name: asked[name] for name in names if asked.get(name)}
    first = next(term for term, price in _cells(choice.table, choice.row) if price)
    initial.setdefault("term_years", str(first))
    return initial


def _account(request: HttpRequest, asked: QueryDict) -> Account:
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


def _cells(table: PriceTable, row: ProductPrices) -> list[tuple[int, Price | None]]:
    return list(zip(table.terms, row.prices, strict=True))


def _row(table: PriceTable, code: str) -> ProductPrices | None:
    rows = (row for category in table.categories for row in category.products)
    return next((row for row in rows if row.product.product_code == code), None)


def _person(request: HttpRequest) -> User:
    return membership_of(request).user
