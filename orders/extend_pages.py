"""What is asked for on an order that stands, at a customer's desk and at the backoffice's.

Its certificate anew, or for another term. (With more names: `names_pages`.) What it costs is a page
with an address of its own, so that going back sends nothing, and it is obeyed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.prices import Price
from billing.sentences import SentenceError
from orders.add_names import may_add_names
from orders.desk import Desk
from orders.extend import can_be_extended, extended_meanwhile, next_extension
from orders.forms import RenewalForm
from orders.models import Order
from orders.outlook import billing_plan
from orders.reissue import may_reissue, reissue_order
from orders.renew import (
    RENEWAL,
    new_end,
    prices_for_terms,
    refuse_to_renew,
    renew_order,
    renewal_prices,
)
from orders.summary import order_summary


@dataclass(frozen=True)
class Extensions:
    """What can be asked for on an order today. `renew`: which renewal that is, 0 for none."""

    reissue: bool = False
    renew: int = 0
    add_names: bool = False


def extensions_of(order: Order, *, on: date) -> Extensions:
    """Say what the order's page offers: only what its verbs will do."""
    return Extensions(
        reissue=may_reissue(order),
        renew=next_extension(order, RENEWAL) if renewal_prices(order, on=on) else 0,
        add_names=may_add_names(order, on=on),
    )


def reissue_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Ask for the certificate anew, free of charge, after a page that says so."""
    if not may_reissue(order):
        return desk.too_late(request, order)
    if request.method != "POST":
        return render(request, "orders/reissue.html", {"desk": desk, "order": order})
    try:
        reissue_order(order, by=desk.by, now=timezone.now())
    except SentenceError as error:
        return desk.refused(request, order, error)
    messages.success(
        request, _("Order %(number)s: the certificate is issued anew.") % {"number": str(order)}
    )
    return desk.back_to(order)


def renew_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Renew an order: choose a term, read what it costs, confirm."""
    if not can_be_extended(order):
        return desk.too_late(request, order)
    terms = prices_for_terms(order, on=timezone.localdate())
    if request.method == "POST":
        # The verb judges: sent twice, the first time may have set the certificate to pending.
        return _renew(request, order, desk, RenewalForm(request.POST, terms=terms))
    try:
        _refuse_old_page(request, order)
        refuse_to_renew(order)
    except SentenceError as error:
        return desk.refused(request, order, error)
    if not terms:
        return without_price(request, order, desk)
    return _ask_term(request, order, desk, terms)


def _refuse_old_page(request: HttpRequest, order: Order) -> None:
    """Refuse an address that was shown before the order's latest renewal."""
    current = str(next_extension(order, RENEWAL))
    if request.GET.get("extension", current) != current:
        raise extended_meanwhile(order)


def _renew(request: HttpRequest, order: Order, desk: Desk, form: RenewalForm) -> HttpResponse:
    if not form.is_valid():
        messages.warning(request, _("Choose a term, and read what it costs."))
        return redirect(desk.routes["renew"], str(order))
    term, extension = form.cleaned_data["term_years"], form.cleaned_data["extension"]
    if form.cleaned_data["shown_term"] != term:
        messages.info(request, _("Nothing is charged yet: read what this term costs, and confirm."))
        here = reverse(desk.routes["renew"], args=[str(order)])
        return redirect(f"{here}?{urlencode({'term_years': term, 'extension': extension})}")
    try:
        renew_order(order, term_years=term, extension=extension, by=desk.by, now=timezone.now())
    except SentenceError as error:
        return desk.refused(request, order, error)
    messages.success(request, _("Order %(number)s is renewed.") % {"number": str(order)})
    return desk.back_to(order)


def _ask_term(
    request: HttpRequest, order: Order, desk: Desk, terms: dict[int, Price]
) -> HttpResponse:
    """Show the terms, and what the chosen one costs."""
    extension = next_extension(order, RENEWAL)
    asked = {"extension": str(extension), **request.GET.dict()}
    form = RenewalForm(asked if "term_years" in asked else None, terms=terms)
    chosen = order.term_years if order.term_years in terms else min(terms)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["term_years"]
    form.initial["term_years"] = chosen
    today = timezone.localdate()
    context = {
        "desk": desk,
        "order": order,
        "form": form,
        "term_years": chosen,
        "extension": extension,
        "new_end": new_end(order, term_years=chosen, on=today),
        "summary": order_summary(
            account=order.account, product=order.product, term_years=chosen, on=today
        ),
        "billing": billing_plan(order.account, desk.reader, today=today),
    }
    return render(request, "orders/renew.html", context)


def without_price(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Answer where no price list says what is asked for costs."""
    messages.warning(request, _("No price list names a price for this today."))
    return desk.back_to(order)
