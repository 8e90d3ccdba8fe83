"""What is asked for on an order that stands: its certificate anew, or for another term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.access import membership_of, ordering_required
from billing.prices import Price, price_table
from billing.sentences import SentenceError
from orders.actions import actions_for
from orders.desk import customers_desk
from orders.extend import next_extension, renew_order
from orders.forms import RenewalForm
from orders.models import Order, OrderCharge
from orders.outlook import billing_plan
from orders.reissue import reissue_order
from orders.summary import order_summary
from orders.views import find

RENEWAL = OrderCharge.Reason.RENEWAL


@dataclass(frozen=True)
class Terms:
    """For which terms an order can be renewed on a day, at which prices."""

    prices: dict[int, Price]

    @classmethod
    def of(cls, order: Order, on: date) -> Terms:
        """Read them from the account's price list of that day."""
        table = price_table(order.account, on)
        rows = (row for category in table.categories for row in category.products)
        row = next((row for row in rows if row.product.pk == order.product_id), None)
        cells = zip(table.terms, row.prices, strict=True) if row else ()
        return cls({term: price for term, price in cells if price is not None})

    def first_choice(self, order: Order) -> int:
        """Return the order's own term, or the shortest one."""
        return order.term_years if order.term_years in self.prices else min(self.prices)


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the certificate anew, free of charge, after a page that says so."""
    order = find(request, number)
    actions = actions_for(order, membership_of(request), is_invoiced=False, is_credited=False)
    if not actions.reissue:
        return customers_desk(request).too_late(request, order)
    if request.method != "POST":
        return render(request, "orders/reissue.html", {"order": order})
    try:
        reissue_order(order, by=membership_of(request).user.email, now=timezone.now())
    except SentenceError as error:
        messages.error(request, _(error.message) % error.params)
    else:
        messages.success(
            request, _("Order %(number)s: the certificate is issued anew.") % {"number": str(order)}
        )
    return redirect("orders:detail", str(order))


@require_http_methods(["GET", "HEAD", "POST"])
@ordering_required
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Renew an order: choose a term, read what it costs, confirm.

    The summary is a page of its own address, so that going back asks nothing again.
    """
    order = find(request, number)
    actions = actions_for(order, membership_of(request), is_invoiced=False, is_credited=False)
    if not actions.renew:
        return customers_desk(request).too_late(request, order)
    terms = Terms.of(order, timezone.localdate())
    if not terms.prices:
        messages.warning(request, _("This product has no price today: ask the seller."))
        return redirect("orders:detail", str(order))
    if request.method == "POST":
        return _confirm(request, order, terms)
    asked = request.GET if "term_years" in request.GET else None
    return _ask(request, order, terms, RenewalForm(asked, terms=terms.prices))


def _confirm(request: HttpRequest, order: Order, terms: Terms) -> HttpResponse:
    form = RenewalForm(request.POST, terms=terms.prices, is_final=True)
    if not form.is_valid():
        return _ask(request, order, terms, form)
    try:
        renew_order(
            order,
            term_years=form.cleaned_data["term_years"],
            extension=form.cleaned_data["extension"],
            by=membership_of(request).user.email,
            now=timezone.now(),
        )
    except SentenceError as error:
        messages.error(request, _(error.message) % error.params)
    else:
        messages.success(request, _("Order %(number)s is renewed.") % {"number": str(order)})
    return redirect("orders:detail", str(order))


def _ask(request: HttpRequest, order: Order, terms: Terms, form: RenewalForm) -> HttpResponse:
    """Show the terms, and what the chosen one costs."""
    today = timezone.localdate()
    chosen = terms.first_choice(order)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["term_years"]
    form.initial["term_years"] = chosen
    context = {
        "order": order,
        "form": form,
        "term_years": chosen,
        "extension": next_extension(order, RENEWAL),
        "summary": order_summary(
            account=order.account, product=order.product, term_years=chosen, on=today
        ),
        "billing": billing_plan(order.account, membership_of(request), today=today),
    }
    return render(request, "orders/renew.html", context)
