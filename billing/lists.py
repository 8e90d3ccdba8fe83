"""What lists have in common: filters in the address, their badges, saved views, sorting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, DateFilter, FilterSet

from certinext.web import formatting
from certinext.web.forms import PlainForm, PlainWords
from certinext.web.pages import PAGE, SIZE, url_without, without

Row = TypeVar("Row", bound=Model)

SEARCH, SORT, VIEW = "q", "sort", "view"
LONGEST_SEARCH = 255
# Days that every zone's clock can tell, with room for the day after.
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Badge:
    """A filter that is on, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class Tab:
    """A saved view with its number of rows."""

    label: str
    count: int
    url: str
    is_current: bool


def search_filter(placeholder: Any) -> Any:
    """Return the search field of a list; its FilterSet has a method `search`."""
    attrs = {"type": "search", "class": "form-control", "placeholder": placeholder}
    return CharFilter(
        method="search",
        label=gettext_lazy("Search"),
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs=attrs),
    )


def day_filter(label: Any, *, method: str) -> Any:
    """Return a filter by a day, as the browser's date field sends it."""
    return DateFilter(
        method=method,
        label=label,
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RangeForm(PlainForm):
    """A filter form that refuses a range which ends before it begins."""

    ranges: Sequence[tuple[str, str]] = ()

    def clean(self) -> dict[str, Any]:
        """Name the field that ends the range."""
        for first, last in self.ranges:
            start, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
            if start and end and end < start:
                self.add_error(last, _("This day is before the first one."))
        return self.cleaned_data


class IssuedForm(RangeForm):
    """The day of issue is a range."""

    ranges = [("issued_from", "issued_until")]


class ListFilter(FilterSet):
    """The filters of a list, read from the address.

    What cannot be read is an error at its field and filters nothing; the rest filters.
    """

    def get_form_class(self) -> type[forms.Form]:
        """Return the form of the filters, in words that name them."""
        form: type[forms.Form] = super().get_form_class()
        return form if issubclass(form, PlainForm) else type("FilterForm", (PlainWords, form), {})

    @property
    def badges(self) -> list[Badge]:
        """The filters that are on, each with the address that takes it off."""
        names = [name for name, value in self._applied().items() if value not in (None, "", [])]
        return [
            Badge(
                label=str(self.form.fields[name].label),
                value=self._shown(name),
                remove_url=url_without(self.request, name),
            )
            for name in names
        ]

    @property
    def clear_url(self) -> str:
        """This list's address without any filter."""
        return url_without(self.request, *self.form.fields)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that searching again keeps: view, sorting and page size."""
        names = (VIEW, SORT, SIZE)
        return [(n, self.request.GET[n]) for n in names if self.request.GET.get(n)]

    @property
    def in_menu(self) -> list[forms.BoundField]:
        """The fields behind "Add filter": all but the search."""
        fields = [bound for bound in self.form if bound.name != SEARCH]
        for bound in fields:
            is_select = isinstance(bound.field.widget, forms.Select)
            bound.field.widget.attrs["class"] = "form-select" if is_select else "form-control"
        return fields

    @property
    def menu_is_open(self) -> bool:
        """Whether something in the menu has to be read first."""
        return any(bound.errors for bound in self.in_menu)

    def _applied(self) -> Mapping[str, Any]:
        """What was understood; errors have no value here."""
        self.form.is_valid()
        cleaned: Mapping[str, Any] = getattr(self.form, "cleaned_data", {})
        return cleaned

    def _shown(self, name: str) -> str:
        value = self._applied()[name]
        if isinstance(value, date):
            return formatting.day(value)
        if not isinstance(value, str):
            return str(value)
        choices = getattr(self.filters[name].field, "choices", ())
        return next((str(label) for key, label in choices if str(key) == value), value)


class IssuedFilter(ListFilter):
    """The filters of a list of documents, which are narrowed by their day of issue too."""

    def from_day(self, queryset: QuerySet[Any], _name: str, day: date) -> QuerySet[Any]:
        """Keep what was issued on that day or later."""
        return queryset.filter(document__issue_date__gte=day)

    def until_day(self, queryset: QuerySet[Any], _name: str, day: date) -> QuerySet[Any]:
        """Keep what was issued on that day or earlier."""
        return queryset.filter(document__issue_date__lte=day)


def sorted_by(
    queryset: QuerySet[Row], request: HttpRequest, sorts: Mapping[str, Sequence[str]], default: str
) -> QuerySet[Row]:
    """Sort by `?sort=`: a name of `sorts`, or `-name` for the other way round.

    `sorts` gives the columns of each name in ascending order. Unknown names mean `default`.
    """
    asked = request.GET.get(SORT, "")
    wanted = asked if asked.removeprefix("-") in sorts else default
    columns = sorts[wanted.removeprefix("-")]
    descends = wanted.startswith("-")
    return queryset.order_by(*(f"-{column}" if descends else column for column in columns))


def tabs_of(
    request: HttpRequest, views: Sequence[tuple[str, Any]], counts: Mapping[str, int]
) -> list[Tab]:
    """Return the saved views; a tab opens its whole view, without the filters of this one."""
    current = current_view(request, [name for name, _label in views])
    names = {SORT, SIZE}
    others = [name for name in request.GET if name not in names]
    return [
        Tab(
            label=str(label),
            count=counts[name],
            url=_tab_url(request, others, name),
            is_current=name == current,
        )
        for name, label in views
    ]


def current_view(request: HttpRequest, names: Sequence[str]) -> str:
    """Return the view that the address asks for; the first one when it asks for none of ours."""
    asked = request.GET.get(VIEW, "")
    return asked if asked in names else names[0]


def _tab_url(request: HttpRequest, others: Sequence[str], name: str) -> str:
    kept: QueryDict = without(request.GET, PAGE, *others)
    if name:
        kept[VIEW] = name
    return "?" + kept.urlencode()
