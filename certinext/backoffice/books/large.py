"""Books that are too large to be made while somebody waits: as exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.exports.ask import Wanted
from billing.exports.kinds import ExportKind, Tick, register
from billing.models import Export, Seller
from billing.models.seller import current_seller
from certinext.audit.trail import record
from certinext.backoffice.books.export import csv_lines, workbook
from certinext.backoffice.books.periods import Period, parse_period
from certinext.backoffice.books.reports import reports_of
from certinext.backoffice.books.sheets import Report, Sheet
from certinext.web.spreadsheets import file_of_chunks

KIND = "books"
# The most cells that are exported at once, so that an answer takes about four seconds at most: on a
# busy machine with two cores, 40,000 cells take 1.7 s as a workbook and 0.1 s as CSV.
CELLS_AT_ONCE = {"csv": 400_000, "xlsx": 100_000}


@dataclass(frozen=True)
class Excerpt:
    """What a file has: all sheets of a report in a workbook, one of them as CSV."""

    report: Report
    sheets: Sequence[Sheet]
    period: Period
    form: str


def large_rows(excerpt: Excerpt, seller: Seller) -> int:
    """Return how many rows a file has that is made by a worker; 0 for one that is made at once."""
    rows = cells = 0
    for sheet in excerpt.sheets:
        found = sheet.rows(excerpt.period, seller)
        count = found.count() if isinstance(found, QuerySet) else len(found)
        rows, cells = rows + count, cells + count * len(sheet.columns)
    return rows if cells > CELLS_AT_ONCE[excerpt.form] else 0


def wanted_export(excerpt: Excerpt, *, rows: int, language: str) -> Wanted:
    """Return the export that an excerpt is; only staff ask for one."""
    sheet = excerpt.sheets[0].name if excerpt.form == "csv" else ""
    return Wanted(
        kind=KIND,
        account=None,
        subject=f"{excerpt.report.name}/{excerpt.period.key}/{sheet}",
        first=excerpt.period.first,
        last=excerpt.period.last,
        format=excerpt.form,
        language=language,
        rows=rows,
        is_staffs=True,
    )


def books_title(excerpt: Excerpt) -> str:
    """Return what it is, in the active language."""
    title = str(excerpt.report.title)
    if excerpt.form == "csv" and excerpt.sheets[0].title != excerpt.report.title:
        title = f"{title} · {excerpt.sheets[0].title}"
    return _("%(report)s, %(period)s") % {"report": title, "period": excerpt.period.label}


def books_url(excerpt: Excerpt) -> str:
    """Return the address of the page that shows it."""
    sheet = f"&sheet={excerpt.sheets[0].name}" if excerpt.form == "csv" else ""
    asked = f"report={excerpt.report.name}&period={excerpt.period.key}{sheet}"
    return f"{reverse('backoffice:books')}?{asked}"


def file_name(excerpt: Excerpt, seller: Seller) -> str:
    """Return the name under which it is downloaded: a sheet among others is named too."""
    name = f"{excerpt.report.name}-{excerpt.period.key}"
    if excerpt.form == "csv" and len(excerpt.report.sheets(seller)) > 1:
        name = f"{name}-{excerpt.sheets[0].name}"
    return f"{name}.{excerpt.form}"


def record_export(excerpt: Excerpt, seller: Seller) -> None:
    """Put the download of books on the record."""
    record(
        "books.exported",
        on=seller,
        label=f"{excerpt.report.name}-{excerpt.period.key}",
        report=excerpt.report.name,
        sheet=excerpt.sheets[0].name if excerpt.form == "csv" else "",
        period=excerpt.period.key,
        format=excerpt.form,
    )


def _excerpt(export: Export) -> Excerpt:
    """Read an export's subject again; raises LookupError for a report that is none any more."""
    seller = current_seller()
    report_name, period, sheet_name = export.subject.split("/")
    report = next((one for one in reports_of(seller) if one.name == report_name), None)
    if report is None:
        raise LookupError(f"There is no report {report_name} of this seller's.")
    sheets = [sheet for sheet in report.sheets(seller) if sheet_name in {"", sheet.name}]
    return Excerpt(report, sheets, parse_period(period, seller=seller), export.format)


def _write(export: Export, _now: datetime, tick: Tick) -> IO[bytes]:
    """Make the file with what is booked by now."""
    excerpt, seller = _excerpt(export), current_seller()
    if export.format == "xlsx":
        return workbook(excerpt.sheets, excerpt.period, seller, tick=tick)
    sheet = excerpt.sheets[0]
    return file_of_chunks(csv_lines(sheet, excerpt.period, seller, tick=tick))


def _page_url(export: Export) -> str:
    try:
        return books_url(_excerpt(export))
    except LookupError:
        return reverse("backoffice:books")


def _title(export: Export) -> str:
    """Return what it is; of a report that the seller has no more, at least its name."""
    try:
        return books_title(_excerpt(export))
    except LookupError:
        return export.subject


register(
    ExportKind(
        name=KIND,
        write=_write,
        title=_title,
        file_name=lambda export: file_name(_excerpt(export), current_seller()),
        page_url=_page_url,
        downloaded=lambda export: record_export(_excerpt(export), current_seller()),
    )
)
