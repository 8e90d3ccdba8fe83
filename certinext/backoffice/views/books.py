"""The books: a report of a period on a page, as CSV, as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.access import staff_required
from billing.exports.pages import STAFFS, ask_page
from billing.models import Seller
from billing.models.seller import current_seller
from billing.periods import Month, local_date
from certinext.backoffice.books.export import csv_lines, workbook
from certinext.backoffice.books.large import (
    Excerpt,
    books_title,
    books_url,
    file_name,
    large_rows,
    record_export,
    wanted_export,
)
from certinext.backoffice.books.periods import Period, choices, month_of, parse_period
from certinext.backoffice.books.register import booked
from certinext.backoffice.books.reports import reports_of
from certinext.backoffice.books.sheets import (
    ALWAYS,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    Column,
    Report,
    Sheet,
)
from certinext.tenancy.schema import active_schema
from certinext.web.attachments import attachment
from certinext.web.pages import paginate, url_with


@dataclass(frozen=True)
class Cell:
    """One cell of the page."""

    value: Any
    kind: str
    at: str
    currency: str

    @property
    def names_currency(self) -> bool:
        """Whether its amount carries the currency's sign: the one that phones show does."""
        return self.at == ALWAYS

    @property
    def css(self) -> str:
        """Its classes: numbers stand at the right."""
        is_number = self.kind in {MONEY, NUMBER, PERCENT}
        return " ".join(filter(None, ["num" if is_number else "", self.at]))


@dataclass(frozen=True)
class Chosen:
    """What the address asks for."""

    seller: Seller
    report: Report
    period: Period
    sheets: list[Sheet]
    sheet: Sheet


@require_safe
@staff_required
def books(request: HttpRequest) -> HttpResponse:
    """Show a report's rows and totals. What an address cannot mean is the first of its kind."""
    chosen = _chosen(request, strict=False)
    rows = chosen.sheet.rows(chosen.period, chosen.seller)
    page = paginate(request, rows, sizes=(25, 50, 100), default=25)
    totals = chosen.sheet.totals(rows, seller=chosen.seller)
    report, seller = chosen.report, chosen.seller
    today = local_date(timezone.now(), seller.zone)
    context = {
        "chosen": chosen,
        "reports": reports_of(seller),
        "periods": choices(seller=seller, today=today),
        "tabs": [
            (sheet, url_with(request, sheet=sheet.name), sheet is chosen.sheet)
            for sheet in chosen.sheets
        ],
        "page": page,
        "rows": [_cells(chosen.sheet, row, seller) for row in page],
        "totals": [_total_cells(chosen.sheet, code, sums) for code, sums in totals.items()],
        "notice": report.notice(chosen.period, seller) if report.notice else "",
        "heads": [(column, _css(column)) for column in chosen.sheet.on_page],
        "booked": booked(chosen.period) if report.is_proved else [],
        "zone": seller.time_zone,
    }
    return render(request, "backoffice/books.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def export_books(request: HttpRequest) -> HttpResponseBase:
    """Hand out a report as a workbook, or one of its sheets as CSV, on the record.

    One that is too large is left to a worker, once it is asked for by POST.
    """
    chosen = _chosen(request, strict=True)
    form = request.GET.get("format", "")
    if form not in {"csv", "xlsx"}:
        raise Http404
    excerpt = Excerpt(
        chosen.report, chosen.sheets if form == "xlsx" else [chosen.sheet], chosen.period, form
    )
    rows = large_rows(excerpt, chosen.seller)
    if rows:
        wanted = wanted_export(excerpt, rows=rows, language=translation.get_language() or "en")
        back, title = books_url(excerpt), books_title(excerpt)
        return ask_page(request, wanted, desk=STAFFS, title=title, back_url=back)
    if request.method == "POST":
        # It has become small enough meanwhile.
        return redirect(request.get_full_path())
    if request.method == "GET":
        record_export(excerpt, chosen.seller)
    if form == "xlsx":
        file = workbook(chosen.sheets, chosen.period, chosen.seller)
        return attachment(file, name=file_name(excerpt, chosen.seller))
    return attachment(_lines(chosen), name=file_name(excerpt, chosen.seller))


def _lines(chosen: Chosen) -> Iterator[bytes]:
    """Yield the CSV. It is read after the request is over: its tenant and language are kept."""
    schema, language = active_schema(), translation.get_language() or "en"

    def lines() -> Iterator[bytes]:
        with translation.override(language):
            if active_schema() != schema:
                raise RuntimeError("The books were read in another tenant's schema.")
            yield from csv_lines(chosen.sheet, chosen.period, chosen.seller)

    return lines()


def _chosen(request: HttpRequest, *, strict: bool) -> Chosen:
    """Read the address; with `strict`, 404 for what it cannot mean."""
    seller = current_seller()
    report = _named(reports_of(seller), request.GET.get("report", ""), strict=strict)
    sheets = list(report.sheets(seller))
    name = request.GET.get("sheet", "")
    # A workbook's address names no sheet; one that is named has to exist in a file.
    sheet = _named(sheets, name, strict=strict and bool(name))
    try:
        period = parse_period(request.GET.get("period", ""), seller=seller)
    except ValueError as error:
        if strict:
            raise Http404 from error
        today = local_date(timezone.now(), seller.zone)
        period = month_of(Month.of(today).previous())
    return Chosen(seller, report, period, sheets, sheet)


def _named(found: list[Any], name: str, *, strict: bool) -> Any:
    named = next((one for one in found if one.name == name), None)
    if named is None and strict:
        raise Http404
    return named or found[0]


def _css(column: Column) -> str:
    return Cell("", column.kind, column.at, "").css


def _cells(sheet: Sheet, row: Any, seller: Seller) -> list[Cell]:
    """Return the cells that the page has room for."""
    currency = row.get("currency") or seller.currency
    return [Cell(column.of(row), column.kind, column.at, currency) for column in sheet.on_page]


def _total_cells(sheet: Sheet, currency: str, sums: dict[str, Any]) -> list[Cell]:
    """Return the line of sums in one currency, under the columns that have one."""
    cells = [
        Cell(sums.get(column.key, ""), MONEY if column.total else TEXT, column.at, currency)
        for column in sheet.on_page
    ]
    # The sums are those of the whole period, also where the page shows only some of its rows.
    return cells if sheet.on_page[0].total else [replace(cells[0], value=_("Total")), *cells[1:]]
