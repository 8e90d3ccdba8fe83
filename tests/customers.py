"""Customers for tests of their pages: a priced product, accounts, people, placed orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.models import Account, Document, Membership, Product
from billing.periods import Month, month_bounds
from billing.rendering import ensure_file
from certinext.identity.models import User
from invoices.models import Invoice
from invoices.month import invoice_period
from invoices.permission import grant, open_permission
from orders.models import CertificateStatus, Order, OrderStatus
from orders.place import place_order
from tests.factories import (
    AccountFactory,
    MembershipFactory,
    PriceListFactory,
    PriceListItemFactory,
    ProductFactory,
)

# 6 October 2026, 17:30 in Kolkata.
NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 stored for a test"
# A signed-in browser, loosely typed: its answers carry more than the stubs know.
SignIn = Callable[..., Any]


def priced_product() -> Product:
    """Make an OV certificate: 8,925.00 INR for a year, 16,065.00 for two."""
    product: Product = ProductFactory.create()
    prices = PriceListFactory.create()
    PriceListItemFactory.create(price_list=prices, product=product)
    PriceListItemFactory.create(
        price_list=prices, product=product, term_years=2, amount=Decimal("16065.00")
    )
    return product


def named(product: Product) -> Product:
    """Let the product take further names, at 1,200.00 INR each; return what they are charged as."""
    extra: Product = ProductFactory.create(
        product_code="719", name="Additional name", is_active=False
    )
    PriceListItemFactory.create(
        price_list=product.prices.get(term_years=1).price_list,
        product=extra,
        amount=Decimal("1200.00"),
    )
    product.added_name_product = extra
    product.save()
    return extra


@dataclass
class Customer:
    """An account with its people; `order` places an order that is invoiced at once."""

    account: Account = field(default_factory=AccountFactory.create)
    product: Product = field(default_factory=priced_product)

    def person(self, role: str = Membership.Role.ADMINISTRATOR) -> User:
        """Add somebody with a role."""
        membership: Membership = MembershipFactory.create(account=self.account, role=role)
        return membership.user

    def order(self, **changes: Any) -> Order:
        """Place an order for www.example.com at `NOW`, changed as a test needs it."""
        facts: dict[str, Any] = {
            "account": self.account,
            "product": self.product,
            "term_years": 1,
            "domain_name": "www.example.com",
            "ordered_by": None,
            "now": NOW,
        }
        return place_order(**{**facts, **changes})

    def turn_monthly(self) -> None:
        """Give the account the permission since the first of the month of `NOW`."""
        grant(self.account, by="clerk@example.com", reason="", now=NOW)

    def bill_october(self) -> Invoice:
        """Issue the monthly invoice for October 2026, on the first of November."""
        _start, end = month_bounds(Month(2026, 10), _zone())
        permission = open_permission(self.account)
        assert permission is not None
        with transaction.atomic():
            account = Account.objects.lock(self.account)
            invoice = invoice_period(account, permission, until=end, now=end, issued_by="system")
        assert invoice is not None
        return invoice


def fulfilled(order: Order) -> Order:
    """Let the platform have issued the order's certificate; its end is not known."""
    order.order_status = OrderStatus.FULFILLED
    order.certificate_status = CertificateStatus.DOWNLOADED
    order.save()
    return order


def invoice_of(order: Order) -> Document:
    """Return the invoice on which an order stands."""
    return Document.objects.get(lines__charge__order_charge__order=order)


def store_pdf(document: Document, content: bytes = PDF) -> None:
    """Store bytes as the document's PDF, as the worker would have."""
    ensure_file(document, render=lambda _document: content)


def words(answer: Any) -> str:
    """Return a page's text without its tags, in single spaces."""
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def _zone() -> Any:
    from billing.models.seller import current_seller

    return current_seller().zone
