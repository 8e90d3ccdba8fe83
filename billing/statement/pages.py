"""The statement's page and its downloads, for customers and for staff alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from billing.models import Account, EarlierEntry
from billing.models.seller import current_seller
from billing.statement.ageing import ageing_of
from billing.statement.exports import csv_lines, workbook_file
from billing.statement.read import MonthSum, Row, read_statement
from billing.statement.sheet import statement_pdf
from billing.statement.span import chosen_span, presets
from billing.statement.words import Routes, note_of, phrase_of
from certinext.audit.trail import record
from certinext.web.pages import paginate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("pdf", "csv", "xlsx")


@dataclass(frozen=True)
class Place:
    """Whose pages they are: the route of the statement, its address, and where documents open.

    `kwargs` and `query` are what the addresses say about the account; `route` names the page, and
    with `_pdf`, `_csv`, `_xlsx` behind it the downloads, with `earlier_` before it the earlier
    books.
    """

    prefix: str
    kwargs: dict[str, str]
    query: str
    documents: Routes

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
        "earlier_url": place.link("earlier_books") if _has_earlier(account) else "",
        "place": place,
    }


def download_of(
    request: HttpRequest, account: Account, form: str, *, today: date
) -> HttpResponseBase:
    """Answer with the statement of the days that the address asks for, on the record."""
    span, _form = chosen_span(request, today=today)
    statement = read_statement(account, span)
    if request.method == "GET":
        record(
            "statement.downloaded",
            on=account,
            account_number=account.account_number,
            format=form,
            first=span.first.isoformat(),
            last=span.last.isoformat(),
        )
    language = get_language() or "en"
    ageing = ageing_of(account, on=span.ageing_day(today))
    response: HttpResponseBase
    if form == "csv":
        lines = csv_lines(statement, ageing, language=language)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        file = workbook_file(statement, ageing, language=language)
        response = FileResponse(file, content_type=XLSX)
    else:
        content = statement_pdf(statement, ageing, seller=current_seller(), today=today)
        response = HttpResponse(content, content_type="application/pdf")
    name = f"statement-{account.account_number}-{span.first}-{span.last}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
