"""What a row of the Orders list prints, for a whole page of orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from billing.models import Charge, Document, DocumentLine, Reader
from orders.actions import Actions, actions_for
from orders.models import Order
from orders.words import certificate_word, sees_amounts, status_kind


@dataclass(frozen=True)
class Amount:
    """A net amount in its currency."""

    value: Decimal
    currency: str


@dataclass(frozen=True)
class OrderRow:
    """One row: `prices` is the net of all that was charged on it, one amount a currency."""

    order: Order
    status_kind: str
    certificate: str
    actions: Actions
    prices: list[Amount] = field(default_factory=list)

    @property
    def again_url(self) -> str:
        """The order form, filled in as this order was."""
        order = self.order
        entered = {
            "account": order.account.account_number,
            "product": order.product.product_code,
            "term_years": order.term_years,
            "domain_name": order.domain_name,
            "organization_name": order.organization_name,
        }
        return f"{reverse('orders:place')}?{urlencode(entered)}"


def rows_of(orders: Sequence[Order], membership: Reader) -> list[OrderRow]:
    """Return the rows of a page; the number of queries does not depend on how many there are."""
    prices = _prices(orders) if sees_amounts(membership) else {}
    readable = Document.objects.for_member(membership)
    invoiced = _with_documents(orders, readable, "charge")
    credited = _with_documents(orders, readable, "credited_line__charge")
    return [
        OrderRow(
            order=order,
            status_kind=status_kind(order),
            certificate=certificate_word(order),
            actions=actions_for(
                order,
                membership,
                is_invoiced=order.pk in invoiced,
                is_credited=order.pk in credited,
            ),
            prices=prices.get(order.pk, []),
        )
        for order in orders
    ]


def _prices(orders: Sequence[Order]) -> dict[int, list[Amount]]:
    charges = Charge.objects.filter(order_charge__order__in=orders).values_list(
        "order_charge__order_id", "currency", "net_amount"
    )
    sums: dict[tuple[int, str], Decimal] = {}
    for order_id, currency, net in charges.order_by("id"):
        sums[order_id, currency] = sums.get((order_id, currency), Decimal(0)) + net
    prices: dict[int, list[Amount]] = {}
    for (order_id, currency), net in sums.items():
        prices.setdefault(order_id, []).append(Amount(net, currency))
    return prices


def _with_documents(orders: Sequence[Order], readable: QuerySet[Document], charge: str) -> set[int]:
    link = f"{charge}__order_charge__order"
    lines = DocumentLine.objects.filter(**{f"{link}__in": orders, "document__in": readable})
    return set(lines.values_list(f"{link}_id", flat=True))
