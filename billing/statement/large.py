"""Statements that are too large to be made while somebody waits: as exports."""

from __future__ import annotations

from datetime import datetime
from typing import IO
from urllib.parse import urlencode

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.exports.ask import Wanted
from billing.exports.kinds import ExportKind, Tick, register
from billing.models import Account, Export
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.statement.ageing import ageing_of
from billing.statement.exports import csv_lines, workbook_file
from billing.statement.read import Statement, read_statement
from billing.statement.sheet import MOST_ROWS, statement_pdf
from billing.statement.span import Span
from certinext.audit.trail import record
from certinext.web.formatting import period
from certinext.web.spreadsheets import file_of_chunks

KIND = "statement"
# The most entries that are exported at once, so that an answer takes four seconds at most: on a
# busy machine with two cores, 10,000 take 5.4 s as a workbook and 0.8 s as CSV, 200 take 3.9 s as a
# PDF (`run.py bench statement` tells how long they take on another one).
AT_ONCE = {"pdf": 200, "csv": 25_000, "xlsx": 5_000}


def is_large(statement: Statement, form: str) -> bool:
    """Whether its file is made by a worker. A PDF of too many entries has a line a month only."""
    rows = len(statement)
    return rows > AT_ONCE[form] and not (form == "pdf" and rows > MOST_ROWS)


def wanted_export(statement: Statement, form: str, *, language: str, is_staffs: bool) -> Wanted:
    """Return the export that a statement is."""
    return Wanted(
        kind=KIND,
        account=statement.account,
        first=statement.span.first,
        last=statement.span.last,
        format=form,
        language=language,
        rows=len(statement),
        is_staffs=is_staffs,
    )


def statement_file_name(account: Account, span: Span, form: str) -> str:
    """Return the name under which a statement is downloaded."""
    return f"statement-{account.account_number}-{span.first}-{span.last}.{form}"


def statement_title(account: Account, span: Span) -> str:
    """Return what it is, in the active language."""
    days = period(span.first, span.last)
    return _("Statement of %(account)s, %(days)s") % {"account": account, "days": days}


def record_download(account: Account, span: Span, form: str) -> None:
    """Put the download of a statement on the record."""
    record(
        "statement.downloaded",
        on=account,
        account_number=account.account_number,
        format=form,
        first=span.first.isoformat(),
        last=span.last.isoformat(),
    )


def _write(export: Export, now: datetime, tick: Tick) -> IO[bytes]:
    """Make the file with the entries that are booked by now."""
    account, language = _account(export), export.language
    span, seller = _span(export), current_seller()
    today = local_date(now, seller.zone)
    statement, ageing = read_statement(account, span), ageing_of(account, on=span.ageing_day(today))
    if export.format == "csv":
        return file_of_chunks(csv_lines(statement, ageing, language=language, tick=tick))
    if export.format == "xlsx":
        return workbook_file(statement, ageing, language=language, tick=tick)
    return ContentFile(statement_pdf(statement, ageing, seller=seller, today=today))


def _account(export: Export) -> Account:
    if export.account is None:
        raise ValueError(f"The export {export.pk} is a statement of no account.")
    return export.account


def _span(export: Export) -> Span:
    return Span(export.first, export.last)


def _page_url(export: Export) -> str:
    number, days = _account(export).account_number, _span(export).query
    if export.is_staffs:
        return f"{reverse('backoffice:statement', args=[number])}?{days}"
    return f"{reverse('billing:statement')}?{urlencode({'account': number})}&{days}"


register(
    ExportKind(
        name=KIND,
        write=_write,
        title=lambda export: statement_title(_account(export), _span(export)),
        file_name=lambda export: statement_file_name(
            _account(export), _span(export), export.format
        ),
        page_url=_page_url,
        downloaded=lambda export: record_download(_account(export), _span(export), export.format),
    )
)
