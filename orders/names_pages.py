"""Adding names to an order's certificate, at a customer's desk and at the backoffice's.

The names are a draft in the session: their summary is asked for by GET, and is charged once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.prices import price_of
from billing.sentences import SentenceError
from orders.add_names import ADDED_NAMES, add_names, added_name_product, may_add_names
from orders.desk import Desk
from orders.drafts import DraftGone, Entered, entered_in, keep
from orders.errors import InvalidOrder
from orders.extend import can_be_extended, extended_meanwhile, next_extension
from orders.extend_pages import without_price
from orders.forms import LONGEST_NAMES, NamesForm, names_in
from orders.models import Order
from orders.outlook import billing_plan
from orders.summary import order_summary


def names_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Add names to an order's certificate: enter them, read what they cost, confirm."""
    if not can_be_extended(order):
        return desk.too_late(request, order)
    try:
        added_name_product(order)
    except SentenceError as error:
        return desk.refused(request, order, error)
    if not may_add_names(order, on=timezone.localdate()):
        return without_price(request, order, desk)
    try:
        return (
            _obey(request, order, desk) if request.method == "POST" else _show(request, order, desk)
        )
    except DraftGone:
        messages.warning(request, _("These names are not there any more: enter them again."))
        return redirect(desk.routes["add_names"], str(order))


def _show(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Show the form and, of the names that were entered, what they cost."""
    today, token = timezone.localdate(), request.GET.get("draft", "")
    form = NamesForm(order=order)
    product, term = added_name_product(order), order.term_years
    context: dict[str, Any] = {
        "desk": desk,
        "order": order,
        "token": token,
        "price": price_of(account=order.account, product=product, term_years=term, on=today),
    }
    if token:
        entered = _entered(request, order, token)
        if int(entered["extension"]) != next_extension(order, ADDED_NAMES):
            return desk.refused(request, order, extended_meanwhile(order))
        form = NamesForm(entered, order=order)
    if token and form.is_valid():
        names = form.cleaned_data["names"]
        context |= {
            "names": names,
            "summary": order_summary(
                account=order.account,
                product=product,
                term_years=term,
                on=today,
                quantity=Decimal(len(names)),
            ),
            "billing": billing_plan(order.account, desk.reader, today=today),
        }
    return render(request, "orders/add_names.html", {**context, "form": form})


def _obey(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Keep what was entered and lead to its summary, or charge the names of a draft."""
    token = request.POST.get("draft", "")
    if not token:
        return _keep(request, order, desk)
    entered = _entered(request, order, token)
    if len(entered["names"]) > LONGEST_NAMES:
        return _lead_to(token, order, desk)
    try:
        add_names(
            order,
            names=names_in(entered["names"]),
            extension=int(entered["extension"]),
            by=desk.by,
            now=timezone.now(),
        )
    except InvalidOrder:
        return _lead_to(token, order, desk)
    except SentenceError as error:
        return desk.refused(request, order, error)
    messages.success(
        request, _("The names are added to order %(number)s.") % {"number": str(order)}
    )
    return desk.back_to(order)


def _keep(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    entered = {
        "order": str(order.pk),
        "extension": str(next_extension(order, ADDED_NAMES)),
        # One more than the form takes, so that it refuses what is not kept whole.
        "names": request.POST.get("names", "")[: LONGEST_NAMES + 1],
    }
    return _lead_to(keep(request.session, "", entered), order, desk)


def _entered(request: HttpRequest, order: Order, token: str) -> Entered:
    """Return a draft of this order's; raises `DraftGone`."""
    entered = entered_in(request.session, token)
    if entered.get("order") != str(order.pk):
        raise DraftGone
    return entered


def _lead_to(token: str, order: Order, desk: Desk) -> HttpResponse:
    path = reverse(desk.routes["add_names"], args=[str(order)])
    return redirect(f"{path}?{urlencode({'draft': token})}")
