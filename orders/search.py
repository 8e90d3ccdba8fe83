"""Searching everything at once: the field in the top bar of customers and of the backoffice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from billing.lists import LONGEST_SEARCH
from billing.models import Document, DocumentLine
from orders.desk import Desk
from orders.models import Order
from orders.words import status_kind

SHOWN = 10
# What `document_page` reads.
WITH_PAYMENT = "receipt__payment"


def asked(request: HttpRequest) -> str:
    """Return what is searched for, fit for the database; empty for nothing."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def exact_page(text: str, desk: Desk) -> str:
    """Return the address of the one order or document that has this number, empty for none."""
    orders = Order.objects.for_member(desk.reader)
    if orders.filter(Q(order_number=text) | Q(request_number=text)).exists():
        return reverse(desk.routes["order"], args=[text])
    documents = Document.objects.for_member(desk.reader).select_related(WITH_PAYMENT)
    document = documents.filter(number__iexact=text).first()
    return document_page(document, desk.routes) if document else ""


def document_page(document: Document, routes: Mapping[str, str]) -> str:
    """Return the address of a document's page; a receipt or voucher is on its payment's.

    `routes` are a desk's. It asks nothing of a document that was fetched `WITH_PAYMENT`.
    """
    if document.kind in {Document.Kind.RECEIPT, Document.Kind.REFUND}:
        return reverse(routes["payment"], args=[document.receipt.payment.reference])
    is_note = document.kind == Document.Kind.CREDIT_NOTE
    return reverse(routes["credit_note" if is_note else "invoice"], args=[document.number])


def results(text: str, desk: Desk, *, or_also: Q | None = None) -> dict[str, Any]:
    """Return the newest orders and documents that the reader may see, for the page of results.

    `or_also`: what else this desk finds documents by.
    """
    orders = Order.objects.for_member(desk.reader).about(text)
    documents = Document.objects.for_member(desk.reader).filter(
        Q(number__icontains=text) | Q(pk__in=_about(text, orders)) | (or_also or Q(pk__in=[]))
    )
    newest = orders.select_related("account", "product").order_by("-ordered_at", "-id")[:SHOWN]
    found = documents.select_related("account", WITH_PAYMENT).order_by("-id")[:SHOWN]
    return {
        "text": text,
        "orders": [(order, status_kind(order)) for order in newest],
        "documents": [(one, document_page(one, desk.routes)) for one in found],
    }


def _about(text: str, orders: QuerySet[Order]) -> QuerySet[Any, Any]:
    """Return the ids of documents with a line for this domain, or for an order that was found."""
    numbers = orders.exclude(order_number=None).order_by().values("order_number")
    lines = DocumentLine.objects.filter(
        Q(order_number__in=numbers) | Q(domain_name__icontains=text)
    )
    return lines.values("document")
