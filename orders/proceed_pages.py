"""A customer accepts an order that was saved on hold: reads what it costs today, and confirms."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.payments.errors import PaymentRefused
from billing.sentences import SentenceError
from orders.desk import Desk
from orders.models import Order, OrderStatus
from orders.outlook import billing_plan
from orders.place import proceed_with_order, refuse_to_proceed
from orders.summary import OrderSummary, order_summary
from orders.wallet import wallet_of


def proceed_page(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    """Show what the order costs, and obey when that was read. Sent twice, it charges once."""
    try:
        if request.method == "POST":
            return _proceed(request, order, desk)
        refuse_to_proceed(order)
        return _ask(request, order, desk)
    except SentenceError as error:
        return desk.refused(request, order, error)


def _proceed(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    on_hold = order.order_status == OrderStatus.ON_HOLD
    if on_hold and request.POST.get("shown") != _shown(_summary(order)):
        messages.warning(request, _("Read what the order costs today, and confirm it."))
        return redirect("orders:proceed", str(order))
    try:
        order = proceed_with_order(
            order,
            by=desk.by,
            now=timezone.now(),
            from_credits=request.POST.get("pay") == "credits",
        )
    except PaymentRefused as error:
        messages.error(request, _(error.message) % error.params)
        return redirect("orders:proceed", str(order))
    messages.success(request, _("Order %(number)s is placed.") % {"number": order.order_number})
    return desk.back_to(order)


def _ask(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    summary = _summary(order)
    context = {
        "desk": desk,
        "order": order,
        "summary": summary,
        "wallet": wallet_of(order.account, desk.reader, total=summary.total),
        "shown": _shown(summary),
        "billing": billing_plan(order.account, desk.reader, today=timezone.localdate()),
    }
    return render(request, "orders/proceed.html", context)


def _summary(order: Order) -> OrderSummary:
    return order_summary(
        account=order.account,
        product=order.product,
        term_years=order.term_years,
        on=timezone.localdate(),
    )


def _shown(summary: OrderSummary) -> str:
    """Return the amount that the page shows: another one since then is read before it is owed."""
    return str(summary.net if summary.total is None else summary.total)
