"""The audit trail's list: what it can be narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from billing.lists import A_DAY, ListFilter, RangeForm, day_filter, search_filter
from billing.periods import day_start
from certinext.audit.models import AuditEvent

Events = QuerySet[AuditEvent]


class TrailForm(RangeForm):
    """The day is a range."""

    ranges = [("from_day", "until_day")]


class TrailFilter(ListFilter):
    """Action, person, object and day, in the seller's zone."""

    q = search_filter(_("Action, person or object"))
    action = CharFilter(field_name="action", lookup_expr="istartswith", label=_("Action"))
    actor = CharFilter(field_name="actor", lookup_expr="icontains", label=_("Person"))
    object = CharFilter(method="on_object", label=_("Object or account number"))
    from_day = day_filter(_("From"), method="since")
    until_day = day_filter(_("Until"), method="up_to")

    class Meta:
        model = AuditEvent
        fields: list[str] = []
        form = TrailForm

    def search(self, queryset: Events, _name: str, text: str) -> Events:
        """Find by any of the three."""
        text = text.strip()
        return queryset.filter(
            Q(action__istartswith=text) | Q(actor__icontains=text) | _object(text)
        )

    def on_object(self, queryset: Events, _name: str, text: str) -> Events:
        """Find by the object's label or the account's number."""
        return queryset.filter(_object(text.strip()))

    def since(self, queryset: Events, _name: str, day: date) -> Events:
        """Keep events of that local day and later."""
        return queryset.filter(at__gte=_start(day))

    def up_to(self, queryset: Events, _name: str, day: date) -> Events:
        """Keep events of that local day and earlier."""
        return queryset.filter(at__lt=_start(day + A_DAY))


def _object(text: str) -> Q:
    return Q(object_label__icontains=text) | Q(account_number=text)


def _start(day: date) -> Any:
    return day_start(day, timezone.get_current_timezone())
