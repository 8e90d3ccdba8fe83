"""Lists in pages: which rows to show, and links that keep the rest of the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

Row = TypeVar("Row")

PAGE, SIZE = "page", "size"


@dataclass(frozen=True)
class PageOfRows(Generic[Row]):
    """One page of a list, with what `_pager.html` prints under it."""

    rows: list[Row]
    number: int
    first: int
    last: int
    total: int
    size: int
    sizes: tuple[int, ...]
    previous_url: str
    next_url: str
    kept: list[tuple[str, str]]
    """The other parameters, which the form for the page size sends along."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paginate(
    request: HttpRequest,
    queryset: QuerySet[Any, Row] | Sequence[Row],
    *,
    sizes: tuple[int, ...] = (10, 25, 50, 100),
    default: int = 10,
) -> PageOfRows[Row]:
    """The page that `?page=` and `?size=` ask for.

    Never fails on what a visitor types: a page that is no number is the first one, one
    beyond the end is the last one, and a size that is not offered is the default.
    """
    size = _chosen_size(request.GET.get(SIZE), sizes, default)
    page: Page[Row] = Paginator(queryset, size).get_page(request.GET.get(PAGE))
    return PageOfRows(
        rows=list(page.object_list),
        number=page.number,
        first=page.start_index(),
        last=page.end_index(),
        total=page.paginator.count,
        size=size,
        sizes=sizes,
        previous_url=_page_url(request, page.number - 1) if page.has_previous() else "",
        next_url=_page_url(request, page.number + 1) if page.has_next() else "",
        kept=_parameters(without(request.GET, PAGE, SIZE)),
    )


@dataclass(frozen=True)
class Excerpt(Generic[Row]):
    """The first rows of a list, for a page about more: `url` leads to all of them."""

    rows: list[Row]
    more: int
    """How many are not among them."""
    url: str


def excerpt(queryset: QuerySet[Any, Row], *, url: str, shown: int = 12) -> Excerpt[Row]:
    """Return the first rows; what lies behind them is counted only where there is something."""
    rows = list(queryset[: shown + 1])
    more = queryset.count() - shown if len(rows) > shown else 0
    return Excerpt(rows=rows[:shown], more=more, url=url)


def url_without(request: HttpRequest, *names: str) -> str:
    """This page's address without these parameters, back on its first page.

    What a filter's removal links to. Starts with "?" always, so that it replaces the query.
    """
    return "?" + without(request.GET, PAGE, *names).urlencode()


def url_with(request: HttpRequest, **changes: str) -> str:
    """This page's address with these parameters set, back on its first page."""
    parameters = without(request.GET, PAGE, *changes)
    for name, value in changes.items():
        parameters[name] = value
    return "?" + parameters.urlencode()


def without(parameters: QueryDict, *names: str) -> QueryDict:
    """A copy of the parameters without these and without the empty ones a form sends."""
    kept = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name not in names and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept


def _chosen_size(asked: str | None, sizes: tuple[int, ...], default: int) -> int:
    return next((size for size in sizes if str(size) == asked), default)


def _page_url(request: HttpRequest, number: int) -> str:
    parameters = without(request.GET, PAGE)
    parameters[PAGE] = str(number)
    return "?" + parameters.urlencode()


def _parameters(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]
