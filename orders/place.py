"""Placing an order: at once, or saved on hold to proceed later.

The portal stands in for the issuance platform here: it gives the numbers and accepts the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing.locks import lock_with_payer
from billing.models import Account, Group, Product
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import Price, price_of
from billing.sentences import gettext_noop
from certinext.audit.trail import record
from certinext.identity.models import User
from orders import history
from orders.charges import Item, charge_items, invoice_at_once, is_history
from orders.details import OrderDetails, check_details, refuse_other_kind
from orders.errors import InvalidOrder, OrderCannotProceed
from orders.models import CertificateStatus, Order, OrderStatus
from orders.numbers import fresh_number, save_with_fresh_numbers
from orders.wallet import pay_order


def place_order(
    *,
    account: Account,
    product: Product,
    term_years: int,
    domain_name: str = "",
    organization_name: str = "",
    group: Group | None = None,
    po_number: str = "",
    tags: Sequence[str] = (),
    remarks: str = "",
    ordered_by: User | None,
    now: datetime,
    save_and_hold: bool = False,
    from_credits: bool = False,
) -> Order:
    """Accept an order at the price of today, charge it, and invoice it unless invoiced monthly.

    All of it or nothing. An account that cannot be billed is parked and the order stands, its
    charge open. With `save_and_hold` it is a draft on hold: a request number, no order number, no
    charge. With `from_credits` its invoice is paid from the payer's credits, or nothing is placed.
    Raises `OrderNotAllowed`, `InvalidOrder` (naming the field) and `PriceMissing`; from credits
    also `NotEnoughCredits` and `PaymentRefused`.
    """
    details = check_details(
        account=account,
        product=product,
        term_years=term_years,
        domain_name=domain_name,
        organization_name=organization_name,
        group=group,
        po_number=po_number,
        tags=tags,
        remarks=remarks,
        ordered_by=ordered_by,
    )
    by = ordered_by.email if ordered_by else "system"
    with transaction.atomic():
        details = replace(details, account=lock_with_payer(account))
        price = _price_today(details.account, product, term_years, now)
        order = save_with_fresh_numbers(lambda: _insert(details, ordered_by, now))
        history.write([history.requested(order, by=by)])
        if save_and_hold:
            history.write([history.order_status(order, at=now, by=by)])
        else:
            order = save_with_fresh_numbers(lambda: _accept(order))
            _bill(order, price, by=by, now=now, from_credits=from_credits)
        record(
            "order.saved" if save_and_hold else "order.placed",
            on=order,
            by=by,
            account_number=account.account_number,
            product=product.product_code,
            term_years=term_years,
        )
    return order


def proceed_with_order(
    order: Order, *, by: str, now: datetime, from_credits: bool = False
) -> Order:
    """Accept an order that was saved on hold here, at the price of today. Safe twice.

    Raises `OrderCannotProceed` for an order that is not on hold, or that the platform holds: its
    next report brings the number; and what placing raises.
    """
    with transaction.atomic():
        account = lock_with_payer(order.account)
        order = Order.objects.lock(order)
        order.account = account
        if order.order_status == OrderStatus.ACCEPTED:
            return order
        refuse_to_proceed(order)
        price = _price_today(account, order.product, order.term_years, now)
        order = save_with_fresh_numbers(lambda: _accept(order))
        _bill(order, price, by=by, now=now, from_credits=from_credits)
        number = account.account_number
        record("order.placed", on=order, by=by, account_number=number, held=True)
    return order


def _insert(details: OrderDetails, ordered_by: User | None, now: datetime) -> Order:
    """Write the order as it is asked for: on hold, with a request number."""
    return Order.objects.create(
        **details.as_fields(),
        request_number=fresh_number(),
        order_status=OrderStatus.ON_HOLD,
        ordered_at=now,
        ordered_by=ordered_by,
        source=Order.Source.PORTAL,
    )


def _price_today(account: Account, product: Product, term_years: int, now: datetime) -> Price:
    """Return the price of the day on which the order is accepted."""
    on = local_date(now, current_seller().zone)
    return price_of(account=account, product=product, term_years=term_years, on=on)


def _accept(order: Order) -> Order:
    """Give the order its number."""
    order.order_number = fresh_number()
    order.order_status = OrderStatus.ACCEPTED
    order.certificate_status = CertificateStatus.PENDING_FOR_APPROVER
    order.save(update_fields=["order_number", "order_status", "certificate_status"])
    return order


def _bill(order: Order, price: Price, *, by: str, now: datetime, from_credits: bool) -> None:
    """Charge an order that has just got its number, and invoice it unless invoiced monthly."""
    on = local_date(now, current_seller().zone)
    history.write(
        [
            history.order_status(order, at=now, by=by),
            history.certificate_status(order, at=now, by=by),
        ]
    )
    if is_history(order.account, on):
        return
    item = Item(order=order, price=price, on=on, term_years=order.term_years)
    charge_items([item], by=by, now=now)
    invoice_at_once(order.account, on=on, now=now, by=by)
    if from_credits:
        pay_order(order, by=by, now=now)


def refuse_to_proceed(order: Order) -> None:
    """Raise `OrderCannotProceed` for an order that does not wait here, and `InvalidOrder` for one
    that could not be placed today."""
    if order.order_status != OrderStatus.ON_HOLD:
        raise OrderCannotProceed(
            gettext_noop("Order %(order)s is %(status)s, not on hold: there is nothing to accept."),
            order=str(order),
            status=order.get_order_status_display(),
        )
    if order.source != Order.Source.PORTAL:
        raise OrderCannotProceed(
            gettext_noop(
                "Request %(request)s is on hold at the platform: proceed there, and import the"
                " report again."
            ),
            request=order.request_number,
        )
    if not order.product.is_active:
        raise InvalidOrder(
            "product",
            gettext_noop("%(product)s cannot be ordered any more: choose another product."),
            product=order.product.name,
        )
    # The catalogue may say something else of the product than when the order was saved.
    refuse_other_kind(
        order.product, domain_name=order.domain_name, organization_name=order.organization_name
    )
