"""The pages that end an order, at a customer's desk and at the backoffice's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.sentences import SentenceError
from orders.cancel import cancel_order, may_cancel, refusal
from orders.certificates import has_live_certificate, was_issued
from orders.consequences import what_will_happen
from orders.desk import Desk
from orders.ending import preview_settlement
from orders.errors import InvalidOrder
from orders.forms import ReasonForm
from orders.models import ENDED, Order, OrderStatus
from orders.reject import may_reject, reject_order

Act = Callable[[str, datetime], Order]


def cancel_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Cancel an order, after a page that says what happens to its money."""

    def act(reason: str, now: datetime) -> Order:
        return cancel_order(
            order, by=desk.by, reason=reason, now=now, by_customer=not desk.is_staff
        )

    # What a customer has on hold is not cancelled but rejected.
    is_theirs = desk.is_staff or order.order_status != OrderStatus.ON_HOLD
    if order.order_status in ENDED or not is_theirs:
        return desk.too_late(request, order)
    if not may_cancel(order, by_customer=not desk.is_staff):
        return desk.refused(request, order, refusal(order))
    return _end(request, order, desk, act, "orders/cancel.html")


def reject_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Reject an order with a reason: staff any that has not ended, customers what is on hold."""

    def act(reason: str, now: datetime) -> Order:
        return reject_order(
            order, by=desk.by, reason=reason, now=now, by_customer=not desk.is_staff
        )

    if not may_reject(order, by_customer=not desk.is_staff):
        return desk.too_late(request, order)
    return _end(request, order, desk, act, "orders/reject.html")


def _end(request: HttpRequest, order: Order, desk: Desk, act: Act, template: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            ended = act(form.cleaned_data["reason"], now)
        except InvalidOrder as error:
            form.add_error("reason", _(error.message) % error.params)
        except SentenceError as error:
            return desk.refused(request, order, error)
        else:
            messages.success(request, _done(ended))
            return desk.back_to(ended)
    try:
        settlement = preview_settlement(order, by=desk.by, now=now)
    except SentenceError as error:
        return desk.refused(request, order, error)
    context = {
        "desk": desk,
        "order": order,
        "form": form,
        "money": what_will_happen(settlement, desk.reader),
        "was_issued": was_issued(order),
        "is_live": has_live_certificate(order, now=now),
    }
    return render(request, template, context)


def _done(order: Order) -> str:
    sentence = (
        _("Order %(number)s is %(status)s.")
        if order.order_number
        else _("Request %(number)s is %(status)s.")
    )
    return sentence % {"number": str(order), "status": order.get_order_status_display()}
