"""What the customer's and the backoffice's page of one order have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from orders.actions import actions_for
from orders.consequences import what_happened
from orders.costs import Costs
from orders.desk import Desk
from orders.extend_pages import extensions_of
from orders.models import Order, OrderQuerySet
from orders.outlook import invoice_outlook, price_outlook
from orders.timeline import names_of
from orders.words import certificate_word, status_kind


def find_order(visible: OrderQuerySet, number: str) -> Order:
    """Return the order with this number, either one, with what its page shows; otherwise 404."""
    orders = visible.select_related(
        "account__parent",
        "group",
        "product__added_name_product",
        "ordered_by",
        "cancellation",
        "rejection",
    )
    try:
        return orders.numbered(number)
    except Order.DoesNotExist:
        raise Http404 from None


def facts_of(order: Order, costs: Costs, desk: Desk, *, now: datetime) -> dict[str, Any]:
    """Return what both pages say of the order, for whoever reads at the desk."""
    invoices = [part for part in reversed(costs.invoices) if part.is_readable]
    credit_notes = [part for part in reversed(costs.credit_notes) if part.is_readable]
    return {
        "desk": desk,
        "order": order,
        "invoices": invoices,
        "credit_notes": credit_notes,
        "actions": actions_for(
            order, desk.reader, is_invoiced=bool(invoices), is_credited=bool(credit_notes)
        ),
        "added_names": order.added_names.all(),
        "extensions": extensions_of(order, on=timezone.localdate(now)) if desk.may_order else None,
        "status_kind": status_kind(order),
        "certificate": certificate_word(order),
        "costs": costs,
        "ending": _ending_of(order, costs, desk),
        "outlook": invoice_outlook(order, costs, desk.reader, now=now),
        "price_outlook": price_outlook(order, costs, now=now),
    }


def _ending_of(order: Order, costs: Costs, desk: Desk) -> dict[str, object] | None:
    """Return who ended the order, when and why, and what it meant; None while it has not."""
    if hasattr(order, "cancellation"):
        by, at = order.cancellation.cancelled_by, order.cancellation.cancelled_at
        reason = order.cancellation.reason
    elif hasattr(order, "rejection"):
        by, at = order.rejection.rejected_by, order.rejection.rejected_at
        reason = order.rejection.reason
    else:
        return None
    return {
        "is_cancelled": hasattr(order, "cancellation"),
        "by": names_of([by]).get(by, by),
        "at": at,
        "reason": reason,
        "money": what_happened(
            costs, invoice_route=desk.routes["invoice"], note_route=desk.routes["credit_note"]
        ),
    }
