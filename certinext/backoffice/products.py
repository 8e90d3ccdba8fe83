"""The list of products: what it can be narrowed by."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from billing.lists import ListFilter, search_filter
from billing.models import Product

YES, NO = "yes", "no"
SORTS = {
    "code": ("product_code",),
    "name": ("name", "product_code"),
    "category": ("category_id", "category_name", "product_code"),
}


class ProductFilter(ListFilter):
    """Search, and whether a product can be ordered."""

    q = search_filter(_("Code, name, category or tax code"))
    active = ChoiceFilter(
        method="that_can_be_ordered",
        choices=[(YES, _("Yes")), (NO, _("No"))],
        label=_("Can be ordered"),
        empty_label=_("Yes or no"),
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, queryset: QuerySet[Product], _name: str, text: str) -> QuerySet[Product]:
        """Find by code, name, category or tax code."""
        text = text.strip()
        return queryset.filter(
            Q(product_code__istartswith=text)
            | Q(name__icontains=text)
            | Q(category_name__icontains=text)
            | Q(tax_code__startswith=text)
        )

    def that_can_be_ordered(
        self, queryset: QuerySet[Product], _name: str, value: str
    ) -> QuerySet[Product]:
        """Keep what is offered, or the rest."""
        return queryset.filter(is_active=value == YES)
