"""The orders of all accounts: search, filters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from billing.lists import ListFilter, day_filter, search_filter
from billing.models import Product
from orders.filters import OrderedBetween, OrderFilterForm
from orders.models import Order, OrderQuerySet, OrderStatus


class StaffOrderFilter(OrderedBetween, ListFilter):
    """What staff narrow the orders by; the account is found by number or name."""

    q = search_filter(_("Order, request, account, domain or organization"))
    ordered_from = day_filter(_("Ordered from"), method="from_day")
    ordered_until = day_filter(_("Ordered until"), method="until_day")
    account = CharFilter(
        field_name="account__account_number", label=_("Account number"), max_length=10
    )
    product: Any = ModelChoiceFilter(
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
        """Find by order, request or account number, or by a name."""
        account = text.strip()
        return queryset.about(
            text,
            or_also=Q(account__account_number=account)
            | Q(account__display_name__icontains=account),
        )
