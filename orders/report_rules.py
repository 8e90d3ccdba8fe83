"""What a row of the report may change about an order that is known already."""

from __future__ import annotations

from typing import Any

from billing.importing.errors import RowFailed, RowReported
from billing.models import Account, Group, Product
from billing.sentences import gettext_noop
from orders.models import ENDED, Order
from orders.report_rows import ReportRow


class KnownOrders:
    """The orders that a batch of rows may be about, whoever's they are."""

    def __init__(self, orders: list[Order]) -> None:
        self._by_order = {order.order_number: order for order in orders if order.order_number}
        self._by_request = {order.request_number: order for order in orders}

    @property
    def ids(self) -> list[int]:
        """Their ids."""
        return [order.pk for order in self._by_request.values()]

    def find(self, row: ReportRow, account: Account) -> Order | None:
        """Return the order that the row is about, None for a new one.

        A draft is known by its request number, and becomes the order that the number is given to.
        Raises `RowFailed` where the numbers contradict what is known, or are another account's.
        """
        by_order = self._by_order.get(row.order_number) if row.order_number else None
        by_request = self._by_request.get(row.request_number)
        found = by_order or by_request
        self._refuse_crossed(row, found)
        if found is None:
            return None
        if found.account_id != account.pk:
            raise RowFailed(
                gettext_noop("Order %(order)s belongs to another account."), order=str(found)
            )
        if by_order != by_request and (by_order or (found.order_number and row.order_number)):
            raise RowFailed(
                gettext_noop(
                    "Order %(order)s is known with request %(request)s: the report says otherwise."
                ),
                order=str(found),
                request=found.request_number,
            )
        return found

    def _refuse_crossed(self, row: ReportRow, found: Order | None) -> None:
        """Raise `RowFailed` where one number would be an order's and another one's request."""
        for number, field, known in (
            (row.order_number, "orderNumber", self._by_request),
            (row.request_number, "requestNumber", self._by_order),
        ):
            other = known.get(number)
            if other is not None and other is not found:
                raise RowFailed(
                    gettext_noop("Number %(number)s is another order's already, of %(order)s."),
                    field=field,
                    number=number,
                    order=str(other),
                )


def refuse_change(order: Order, row: ReportRow, product: Product, *, is_charged: bool) -> None:
    """Raise `RowReported` for what never changes once it is known."""
    if order.product_id != product.pk:
        raise RowReported(
            gettext_noop("The product changed from %(old)s to %(new)s: nothing was changed."),
            old=order.product.product_code,
            new=product.product_code,
        )
    if order.order_number and not row.order_number:
        raise RowReported(
            gettext_noop("Order %(order)s has lost its number in the report: nothing was changed."),
            order=str(order),
        )
    if order.order_status in ENDED and row.order_status != order.order_status:
        raise RowReported(
            gettext_noop("The order came back from %(old)s to %(new)s: nothing was changed."),
            old=order.get_order_status_display(),
            new=row.order_status.label,
        )
    if is_charged and row.term_years not in {None, order.term_years}:
        raise RowReported(
            gettext_noop(
                "The term changed from %(old)s to %(new)s years after it was charged: nothing was"
                " changed."
            ),
            old=order.term_years,
            new=row.term_years,
        )


def changes(order: Order, row: ReportRow, group: Group | None) -> dict[str, Any]:
    """Return the columns that the row changes, the order's status among them.

    A row that says what it said last time changes nothing: it must not undo what was done here
    since, a reissue for one.
    """
    if row.digest == order.report_digest:
        return {}
    certificate = (
        {"certificate_status": int(row.certificate_status)} if row.certificate_is_told else {}
    )
    says: dict[str, Any] = {
        **row.facts,
        "order_status": int(row.order_status),
        **certificate,
        "ordered_at": row.ordered_at,
        "group": group or order.group,
        "order_number": row.order_number or None,
    }
    if row.term_years is not None:
        says |= {"term_years": row.term_years, "term_assumed": False}
    return {name: value for name, value in says.items() if getattr(order, name) != value}
