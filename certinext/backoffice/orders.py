"""The orders of all accounts: search, filters."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from billing.lists import search_filter
from orders.filters import OrderListFilter
from orders.models import Order, OrderQuerySet


class StaffOrderFilter(OrderListFilter):
    """What staff narrow the orders by; the account is found by number or name."""

    q = search_filter(_("Order, request, account, domain or organization"))
    account = CharFilter(
        field_name="account__account_number", label=_("Account number"), max_length=10
    )

    def search(self, queryset: OrderQuerySet, _name: str, text: str) -> QuerySet[Order]:
        """Find by order, request or account number, or by a name."""
        account = text.strip()
        return queryset.about(
            text,
            or_also=Q(account__account_number=account)
            | Q(account__display_name__icontains=account),
        )
