"""The statement's page and its downloads, for customers and for staff alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from billing.exports.pages import CUSTOMERS, Desk, ask_page
from billing.models import Account, EarlierEntry
from billing.models.seller import current_seller
from billing.statement.ageing import ageing_of
from billing.statement.exports import csv_lines, workbook_file
from billing.statement.large import (
    is_large,
    record_download,
    statement_file_name,
    statement_title,
    wanted_export,
)
from billing.statement.read import MonthSum, Row, read_statement
from billing.statement.sheet import statement_pdf
from billing.statement.span import FIRST, LAST, chosen_span, presets
from billing.statement.words import Routes, note_of, phrase_of
from certinext.web.attachments import attachment
from certinext.web.pages import paginate

FORMATS = ("pdf", "csv", "xlsx")


@dataclass(frozen=True)
class Place:
    """Whose pages they are: the route of the statement, its address, and where documents open.

    `kwargs` and `query` are what the addresses say about the account; `route` names the page, and
    with `_pdf`, `_csv`, `_xlsx` behind it the downloads, with `earlier_` before it the earlier
    books. `desk` is where files that are too large are asked for.
    """

    prefix: str
    kwargs: dict[str, str]
    query: str
    documents: Routes
    desk: Desk = CUSTOMERS

    @property
    def url(self) -> str:
        """The address of the page, without days."""
        return reverse(f"{self.prefix}:statement", kwargs=self.kwargs)

    def link(self, name: str, *queries: str) -> str:
        """Return the address of one of the pages."""
        query = "&".join(part for part in (self.query, *queries) if part)
        url = reverse(f"{self.prefix}:{name}", kwargs=self.kwargs)
        return f"{url}?{query}" if query else url


@dataclass(frozen=True)
class ShownRow:
    """A row with its words as HTML."""

    row: Row
    text: SafeString
    note: SafeString | str


@dataclass(frozen=True)
class ShownMonth:
    """A month's rows on this page below the sums of the whole month."""

    month: MonthSum
    rows: list[ShownRow]


def page_of(request: HttpRequest, account: Account, place: Place, *, today: date) -> dict[str, Any]:
    """Return what the page shows of an account's statement, in a constant number of queries."""
    span, form = chosen_span(request, today=today)
    statement = read_statement(account, span)
    page = paginate(request, statement, sizes=(25, 50, 100, 200), default=50)
    return {
        "account": account,
        "statement": statement,
        "span": span,
        "form": form,
        "page": page,
        "months": [
            ShownMonth(group.month, [_shown(row, place.documents) for row in group.rows])
            for group in statement.by_month(page)
        ],
        "ageing": ageing_of(account, on=span.ageing_day(today)),
        "ages_today": span.ageing_day(today) == today,
        "presets": [
            (preset, place.link("statement", preset.span.query))
            for preset in presets(span, today=today)
        ],
        "downloads": {form: place.link(f"statement_{form}", span.query) for form in FORMATS},
        "exports_url": place.desk.link("exports"),
        "earlier_url": place.link("earlier_books") if _has_earlier(account) else "",
        "place": place,
    }


def download_of(
    request: HttpRequest, account: Account, form: str, place: Place, *, today: date
) -> HttpResponseBase:
    """Answer with the statement of the days that the address asks for, on the record.

    One that is too large is left to a worker, once it is asked for by POST. Days that are none lead
    to the page, which says what is wrong with them.
    """
    span, days = chosen_span(request, today=today)
    if not days.is_valid():
        asked = {name: request.GET[name] for name in (FIRST, LAST) if name in request.GET}
        return redirect(place.link("statement", urlencode(asked)))
    statement = read_statement(account, span)
    language = get_language() or "en"
    desk = place.desk
    if is_large(statement, form):
        wanted = wanted_export(statement, form, language=language, is_staffs=desk.is_staffs)
        back = place.link("statement", span.query)
        title = statement_title(account, span)
        return ask_page(request, wanted, desk=desk, title=title, back_url=back)
    if request.method == "POST":
        # It has become small enough meanwhile.
        return redirect(place.link(f"statement_{form}", span.query))
    if request.method == "GET":
        record_download(account, span, form)
    ageing = ageing_of(account, on=span.ageing_day(today))
    content: bytes | Iterator[bytes] | IO[bytes]
    if form == "csv":
        content = csv_lines(statement, ageing, language=language)
    elif form == "xlsx":
        content = workbook_file(statement, ageing, language=language)
    else:
        content = statement_pdf(statement, ageing, seller=current_seller(), today=today)
    return attachment(content, name=statement_file_name(account, span, form))


def earlier_of(request: HttpRequest, account: Account, place: Place) -> dict[str, Any]:
    """Return what the page of the account's earlier books shows, newest first."""
    return {
        "account": account,
        "page": paginate(request, earlier_books(account), default=50),
        "statement_url": place.link("statement"),
        "place": place,
    }


def earlier_books(account: Account) -> QuerySet[EarlierEntry]:
    """Return the rows that an import left behind, newest first."""
    return EarlierEntry.objects.filter(account=account).order_by("-happened_at", "-id")


def _has_earlier(account: Account) -> bool:
    return EarlierEntry.objects.filter(account=account).exists()


def _shown(row: Row, routes: Routes) -> ShownRow:
    note = note_of(row)
    return ShownRow(row, phrase_of(row).linked(routes), note.linked(routes) if note else "")
