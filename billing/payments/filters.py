"""The Payments list: search, filters, sorting."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from billing.lists import A_DAY, ListFilter, RangeForm, day_filter, search_filter
from billing.models import Payment
from billing.models.payments import PaymentQuerySet
from billing.models.seller import current_seller
from billing.periods import day_start

SORTS = {
    "number": ("reference",),
    "begun": ("created_at", "id"),
    "amount": ("amount", "id"),
}
NEWEST_FIRST = "-begun"


class PaymentForm(RangeForm):
    """The day on which it was begun is a range."""

    ranges = [("begun_from", "begun_until")]


class PaymentFilter(ListFilter):
    """What the list of payments can be narrowed by."""

    q = search_filter(_("Payment, receipt, invoice or transaction"))
    state = ChoiceFilter(
        label=_("State"), choices=Payment.State.choices, empty_label=_("Any state")
    )
    mode = ChoiceFilter(
        field_name="method",
        label=_("Mode"),
        choices=Payment.Method.choices,
        empty_label=_("Any mode"),
    )
    begun_from = day_filter(_("Begun from"), method="from_day")
    begun_until = day_filter(_("Begun until"), method="until_day")

    class Meta:
        model = Payment
        fields: list[str] = []
        form = PaymentForm

    def search(self, queryset: PaymentQuerySet, _name: str, text: str) -> QuerySet[Payment]:
        """Find by the payment's number, its receipt's, an invoice's, or the gateway's or bank's."""
        text = text.strip()
        return queryset.filter(
            Q(reference__istartswith=text)
            | Q(provider_ref=text)
            | Q(receipt__document__number__iexact=text)
            | Q(pk__in=Payment.objects.filter(targets__document__number__iexact=text).values("pk"))
        )

    def from_day(self, queryset: PaymentQuerySet, _name: str, day: date) -> QuerySet[Payment]:
        """Keep what was begun on that day, in the seller's zone, or later."""
        return queryset.filter(created_at__gte=day_start(day, current_seller().zone))

    def until_day(self, queryset: PaymentQuerySet, _name: str, day: date) -> QuerySet[Payment]:
        """Keep what was begun on that day, in the seller's zone, or earlier."""
        return queryset.filter(created_at__lt=day_start(day + A_DAY, current_seller().zone))


def with_what_rows_show(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Fetch along what a row prints."""
    return payments.select_related("account", "receipt__document", "refund_of").prefetch_related(
        "targets__document"
    )
