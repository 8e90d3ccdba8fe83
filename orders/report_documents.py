"""Which invoices and credit notes the rows of an order report caused."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from billing.models import Document, DocumentLine


def last_document() -> int:
    """Return the id of the newest document; what is caused from here on has a higher one.

    Asked under the locks of the orders' payers: nobody else issues documents about these orders.
    """
    return Document.objects.aggregate(last=Max("pk"))["last"] or 0


def documents_since(last: int, order_numbers: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return kind and number of the newer documents of each order, as they were issued."""
    lines = (
        DocumentLine.objects.filter(document__gt=last, order_number__in=list(order_numbers))
        .order_by("document_id")
        .values_list("order_number", "document__kind", "document__number")
        .distinct()
    )
    found: dict[str, list[dict[str, str]]] = {}
    for order_number, kind, number in lines:
        found.setdefault(order_number, []).append({"kind": kind, "number": number or ""})
    return found
