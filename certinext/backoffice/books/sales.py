"""What was sold and ordered in a period, by product, group, account and month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Concat, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import Charge, DocumentLine, Seller
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.register import SUPPLIES
from certinext.backoffice.books.sheets import (
    ALWAYS,
    AMOUNT,
    FILES,
    MONEY,
    NUMBER,
    Column,
    Rows,
    Sheet,
    signed,
)
from orders.models import Order, OrderStatus

CURRENCY = Column("currency", _("Currency"), at=FILES)


@dataclass(frozen=True)
class By:
    """What rows are summed by: columns, and where lines and orders have their values."""

    name: str
    title: str | Promise
    columns: Sequence[Column]
    of_lines: dict[str, Any]
    of_orders: dict[str, Any]


def _month(value: Any) -> str:
    return f"{value:%Y-%m}"


def _of_plan(plan: str, meter: str, *, otherwise: str) -> Case:
    """Return what names the plan, or the plan and its meter, behind a line; other lines' own field.

    A line's description is in the language of its document: it would part one product by language.
    """
    charged: list[When] = []
    # A credit note's line has no charge of its own.
    for charge in ("charge__subscribed__", "credited_line__charge__subscribed__"):
        of_plan, of_meter = f"{charge}subscription__plan__{plan}", f"{charge}meter__{meter}"
        both = Concat(F(of_plan), Value(" / "), F(of_meter))
        charged += [
            When(Q(**{f"{charge}meter__isnull": False}), then=both),
            When(Q(**{f"{charge}subscription__isnull": False}), then=F(of_plan)),
        ]
    return Case(*charged, default=F(otherwise), output_field=CharField())


PRODUCT = By(
    "product",
    _("By product"),
    [Column("code", _("Product code")), Column("product_name", _("Product"), at=ALWAYS)],
    {
        "code": _of_plan("code", "code", otherwise="product_code"),
        "product_name": _of_plan("name", "name", otherwise="description"),
    },
    {"code": F("product__product_code"), "product_name": F("product__name")},
)
GROUP = By(
    "group",
    _("By group"),
    [Column("customer", _("Account")), Column("group_title", _("Group"), at=ALWAYS)],
    {"customer": F("document__account__display_name"), "group_title": F("group_name")},
    {
        "customer": F("account__display_name"),
        "group_title": Coalesce(F("group__name"), Value("")),
    },
)
ACCOUNT = By(
    "account",
    _("By account"),
    [Column("customer_number", _("Account number")), Column("customer", _("Account"), at=ALWAYS)],
    {
        "customer_number": F("document__account__account_number"),
        "customer": F("document__account__display_name"),
    },
    {"customer_number": F("account__account_number"), "customer": F("account__display_name")},
)
MONTH = By(
    "month",
    _("By month"),
    [Column("month", _("Month"), shown=_month, at=ALWAYS)],
    {"month": TruncMonth("document__issue_date")},
    {},
)
ALL = (PRODUCT, GROUP, ACCOUNT, MONTH)


def sales(_seller: Seller) -> list[Sheet]:
    """Return net sales by the lines of invoices, less those of credit notes."""
    return [
        Sheet(
            by.name,
            by.title,
            [
                *by.columns,
                Column("lines", _("Lines"), NUMBER),
                Column("units", _("Quantity"), NUMBER),
                Column("net", _("Net"), MONEY, total=True, at=ALWAYS),
                CURRENCY,
            ],
            _lines_by(by),
        )
        for by in ALL
    ]


def ordered(_seller: Seller) -> list[Sheet]:
    """Return the orders of the period by their own day, and what was charged for them."""
    return [
        Sheet(
            by.name,
            by.title,
            [
                *by.columns,
                Column("orders", _("Orders"), NUMBER),
                Column("cancelled", _("Cancelled"), NUMBER),
                Column("rejected", _("Rejected"), NUMBER),
                Column("net", _("Charged, net"), MONEY, total=True, at=ALWAYS),
                CURRENCY,
            ],
            _orders_by(by),
        )
        for by in ALL
    ]


def _lines_by(by: By) -> Callable[[Period, Seller], Rows]:
    def rows(period: Period, _seller: Seller) -> Rows:
        return (
            DocumentLine.objects.filter(
                document__kind__in=SUPPLIES,
                document__number__isnull=False,
                document__issue_date__range=(period.first, period.last),
            )
            .annotate(currency=F("document__currency"), **by.of_lines)
            .order_by(*by.of_lines, "currency")
            .values(*by.of_lines, "currency")
            .annotate(
                lines=Count("pk"),
                units=Sum(signed("quantity", kind="document__kind"), filter=_counted()),
                net=Sum(signed("net_amount", kind="document__kind")),
            )
        )

    return rows


def _counted() -> Q:
    """Say which lines count units: a credit of an amount takes back none."""
    return Q(credits_amount=False)


def _orders_by(by: By) -> Callable[[Period, Seller], Rows]:
    def rows(period: Period, seller: Seller) -> Rows:
        start, end = period.bounds(seller)
        names = by.of_orders or {"month": TruncMonth("ordered_at", tzinfo=seller.zone)}
        charged = (
            Charge.objects.filter(order_charge__order=OuterRef("pk"), void__isnull=True)
            .order_by()
            .values("order_charge__order")
            .annotate(sum=Sum("net_amount"))
            .values("sum")
        )
        nothing = Value(Decimal(0), output_field=AMOUNT)
        return (
            Order.objects.filter(ordered_at__gte=start, ordered_at__lt=end)
            .annotate(
                currency=F("account__currency"),
                charged=Coalesce(Subquery(charged), nothing, output_field=AMOUNT),
                **names,
            )
            .order_by(*names, "currency")
            .values(*names, "currency")
            .annotate(
                orders=Count("pk"),
                cancelled=Count("pk", filter=Q(order_status=OrderStatus.CANCELLED)),
                rejected=Count("pk", filter=Q(order_status=OrderStatus.REJECTED)),
                net=Sum("charged"),
            )
        )

    return rows
