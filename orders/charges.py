"""What an order owes: its own price, added names, renewals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import override

from billing.charging import raise_charges
from billing.models import Account, Charge, Product
from billing.money import ONE, line_net
from billing.ordered import MonthCounts, price_rule
from billing.prices import Price
from invoices.per_order import invoice_open_orders
from orders import history
from orders.models import Order, OrderCharge, OrderEvent


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to charge on an order, at a net price a unit, on a day in the seller's zone."""

    order: Order
    price: Price
    on: date
    reason: OrderCharge.Reason = OrderCharge.Reason.ORDER
    term_years: int
    quantity: Decimal = ONE
    # What is charged, where it is not the order's own product.
    product: Product | None = None
    # Which of the order's extensions it is, counted from 1; the order itself is none.
    extension: int = 0
    detail: str = ""

    @property
    def source_key(self) -> str:
        """`order:<number>`, `order:<number>:names:<k>` or `order:<number>:renewal:<k>`."""
        return source_key(self.order, self.reason, self.extension)


def source_key(order: Order, reason: OrderCharge.Reason, extension: int = 0) -> str:
    """Return what makes charging the same thing twice impossible."""
    if reason == OrderCharge.Reason.ORDER:
        return f"order:{order.order_number}"
    kind = "names" if reason == OrderCharge.Reason.ADDED_NAMES else "renewal"
    return f"order:{order.order_number}:{kind}:{extension}"


def is_history(account: Account, day: date) -> bool:
    """Say whether orders of a local day are history: somebody else billed them."""
    return account.billing_from is not None and day < account.billing_from


def charge_items(items: Sequence[Item], *, by: str, now: datetime) -> list[OrderCharge]:
    """Raise the charges of many items and link them; return the links that are new.

    Safe twice: what is charged already stays as it is and says nothing again. The caller holds the
    locks of the accounts and orders.
    """
    charges = raise_charges(_charges(items))
    known = set(OrderCharge.objects.filter(charge__in=charges).values_list("charge_id", flat=True))
    links = [
        OrderCharge(order=item.order, charge=charge, reason=item.reason)
        for item, charge in zip(items, charges, strict=True)
        if charge.pk not in known
    ]
    OrderCharge.objects.bulk_create(links)
    history.write(_event(link, by=by, now=now) for link in links)
    return links


def invoice_at_once(account: Account, *, on: date, now: datetime, by: str) -> None:
    """Invoice the payer's open orders, unless it has the monthly permission.

    A payer that cannot be billed is parked and the orders stand.
    """
    invoice_open_orders(account=account.payer, on=on, now=now, issued_by=by)


def _charges(items: Sequence[Item]) -> list[Charge]:
    """Return the charges to raise, each at the price of its place in the month."""
    counts = MonthCounts()
    if any(item.price.tiers for item in items):
        keys = [item.source_key for item in items]
        standing = Charge.objects.filter(source_key__in=keys).values_list("source_key", flat=True)
        counts.standing = set(standing)
    charges = []
    for item in items:
        charge = _charge(item)
        charges.append(_priced(charge, counts.price(item.price, charge)))
    return charges


def _priced(charge: Charge, price: Price) -> Charge:
    """Put the price on a charge; its line says the list price and the discount."""
    charge.unit_price, charge.currency = price.amount, price.currency
    charge.net_amount = line_net(
        quantity=charge.quantity, unit_price=price.amount, currency=price.currency
    )
    if price.discount_percent or price.above:
        with override(charge.payer.document_language):
            texts = (charge.detail, price_rule(price))
        charge.detail = " · ".join(text for text in texts if text)[:300]
    return charge


def _charge(item: Item) -> Charge:
    order = item.order
    product = item.product or order.product
    return Charge(
        source_key=item.source_key,
        kind=Charge.Kind.ORDER,
        account=order.account,
        payer=order.account.payer,
        group=order.group,
        product=product,
        description=product.name,
        detail=item.detail,
        tax_code=product.tax_code,
        term_years=item.term_years,
        quantity=item.quantity,
        service_from=item.on,
        order_number=order.order_number or "",
        domain_name=order.domain_name,
        po_number=order.po_number,
        ordered_by=order.ordered_by,
    )


def _event(link: OrderCharge, *, by: str, now: datetime) -> OrderEvent:
    return history.charged(link, at=now, by=by)
