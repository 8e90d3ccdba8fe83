"""Short ways to say what tests of orders do over and over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing.models import Account, Charge, Document, Product
from orders.models import Order
from orders.place import place_order
from tests.orders.conftest import NOW


def place(account: Account, product: Product, **changes: Any) -> Order:
    """Place an order for a year and www.example.com, changed as a test needs it."""
    facts: dict[str, Any] = {
        "account": account,
        "product": product,
        "term_years": 1,
        "domain_name": "www.example.com",
        "ordered_by": None,
        "now": NOW,
    }
    return place_order(**{**facts, **changes})


def charges_of(order: Order) -> list[Charge]:
    """Return the order's charges, oldest first."""
    return list(Charge.objects.filter(order_charge__order=order).order_by("id"))


def invoices_of(order: Order) -> list[Document]:
    """Return the invoices on which the order stands, oldest first."""
    return list(
        Document.objects.filter(lines__charge__order_charge__order=order).distinct().order_by("id")
    )


def totals(documents: list[Document]) -> list[Decimal]:
    """Return what the documents come to."""
    return [document.total for document in documents]


def credit_notes_of(order: Order) -> list[Document]:
    """Return the credit notes about the order, oldest first."""
    return list(
        Document.objects.filter(credit_note__order_number=order.order_number or "-").order_by("id")
    )


def steps(order: Order) -> list[tuple[str, str]]:
    """Return kind and value of the stored history, oldest first."""
    return [(event.kind, event.value) for event in order.events.order_by("id")]
