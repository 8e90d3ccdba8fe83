"""Where the audit trail's objects have a page of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse

from billing.models import Account, Document, ImportRun, Plan, PriceList, Product, Seller
from certinext.audit.models import AuditEvent
from certinext.backoffice.reader import STAFF_ROUTES
from invoices.models import BillingRun
from orders.models import Order
from orders.search import WITH_PAYMENT, document_page


def page_urls(events: Iterable[AuditEvent]) -> dict[int, str]:
    """Return the address of each event's object by the event's key, where it has a page.

    One query for each kind of object, however many events there are.
    """
    wanted: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        if event.object_type in _PAGES and event.object_id.isdecimal():
            wanted[event.object_type][int(event.object_id)].append(event.pk)
    found: dict[int, str] = {}
    for label, by_object in wanted.items():
        model, address = _PAGES[label]
        rows = model._default_manager.all()
        if model is Document:
            rows = rows.select_related(WITH_PAYMENT)
        for pk, row in rows.in_bulk(list(by_object)).items():
            found |= dict.fromkeys(by_object[pk], address(row))
    return found


def _page(route: str, attribute: str) -> Callable[[Any], str]:
    return lambda row: reverse(f"backoffice:{route}", args=[getattr(row, attribute)])


_KNOWN: list[tuple[type[Model], Callable[[Any], str]]] = [
    (Account, _page("account", "account_number")),
    (BillingRun, _page("run", "month")),
    (Document, lambda document: document_page(document, STAFF_ROUTES)),
    (ImportRun, _page("import", "pk")),
    (Order, lambda order: reverse("backoffice:order", args=[str(order)])),
    (Plan, _page("edit_plan", "pk")),
    (PriceList, _page("price_list", "pk")),
    (Product, _page("edit_product", "pk")),
    (Seller, lambda _seller: reverse("backoffice:seller")),
]
_PAGES = {model._meta.label_lower: (model, address) for model, address in _KNOWN}
