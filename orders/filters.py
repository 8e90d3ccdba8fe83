"""The Orders list: search, filters, saved views, sorting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from billing.access import membership_of
from billing.lists import A_DAY, ListFilter, RangeForm, day_filter, search_filter
from billing.models import Account, Product
from billing.models.seller import current_seller
from billing.periods import day_start
from orders.models import ENDED, Order, OrderQuerySet, OrderStatus

VIEWS = [
    ("", _("All")),
    ("in_progress", _("In progress")),
    ("on_hold", _("On hold")),
    ("pending_approval", _("Pending approval")),
    ("fulfilled", _("Fulfilled")),
    ("ended", _("Cancelled or rejected")),
]
CONDITIONS = {
    "": Q(),
    "in_progress": Q(
        order_status__in=[OrderStatus.PLACED, OrderStatus.ACCEPTED, OrderStatus.IN_PROGRESS]
    ),
    "on_hold": Q(order_status=OrderStatus.ON_HOLD),
    "pending_approval": Q(
        order_status__in=[OrderStatus.PENDING_APPROVAL, OrderStatus.PENDING_ADMIN_APPROVAL]
    ),
    "fulfilled": Q(order_status=OrderStatus.FULFILLED),
    "ended": Q(order_status__in=ENDED),
}
SORTS = {"ordered": ("ordered_at", "id")}
NEWEST_FIRST = "-ordered"


class OrderFilterForm(RangeForm):
    """The day of the order is a range."""

    ranges = [("ordered_from", "ordered_until")]


class OrderListFilter(ListFilter):
    """What every list of orders can be narrowed by."""

    q = search_filter(_("Order, request, domain or organization"))
    ordered_from = day_filter(_("Ordered from"), method="from_day")
    ordered_until = day_filter(_("Ordered until"), method="until_day")
    domain = CharFilter(method="naming", label=_("Domain"), max_length=255)
    organization = CharFilter(
        field_name="organization_name",
        lookup_expr="icontains",
        label=_("Organization"),
        max_length=200,
    )
    product = ModelChoiceFilter(
        queryset=Product.objects.all(),
        to_field_name="product_code",
        label=_("Product"),
        empty_label=_("Any product"),
    )
    status = ChoiceFilter(
        field_name="order_status",
        label=_("Order status"),
        choices=OrderStatus.choices,
        empty_label=_("Any status"),
    )

    class Meta:
        model = Order
        fields: list[str] = []
        form = OrderFilterForm

    def search(self, queryset: OrderQuerySet, _name: str, text: str) -> QuerySet[Order]:
        """Find by order or request number (its beginning will do), names or organisation."""
        return queryset.about(text)

    def naming(self, queryset: OrderQuerySet, _name: str, text: str) -> QuerySet[Order]:
        """Keep the orders whose certificates name it, be it from the start or added."""
        return queryset.naming(text)

    def from_day(self, queryset: OrderQuerySet, _name: str, day: date) -> QuerySet[Order]:
        """Keep what was ordered on that day, in the seller's zone, or later."""
        return queryset.filter(ordered_at__gte=day_start(day, current_seller().zone))

    def until_day(self, queryset: OrderQuerySet, _name: str, day: date) -> QuerySet[Order]:
        """Keep what was ordered on that day, in the seller's zone, or earlier."""
        return queryset.filter(ordered_at__lt=day_start(day + A_DAY, current_seller().zone))


def _accounts(request: HttpRequest | None) -> QuerySet[Account]:
    return membership_of(request).accounts() if request else Account.objects.none()


class OrderFilter(OrderListFilter):
    """What customers narrow their orders by. `account` is for partners."""

    account = ModelChoiceFilter(
        queryset=_accounts,
        to_field_name="account_number",
        label=_("Account"),
        empty_label=_("Any account"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if membership_of(self.request).account.kind != Account.Kind.PARTNER:
            del self.filters["account"]


def count_views(orders: QuerySet[Order]) -> Mapping[str, int]:
    """Count the rows of every saved view in one query."""
    wanted: dict[str, Any] = {
        f"rows_{name}": Count("pk", filter=condition) if condition else Count("pk")
        for name, condition in CONDITIONS.items()
    }
    counted = orders.aggregate(**wanted)
    return {name: counted[f"rows_{name}"] for name in CONDITIONS}
