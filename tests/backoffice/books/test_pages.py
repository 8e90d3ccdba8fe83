"""The page of the books, and what it hands out."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from certinext.audit.models import AuditEvent
from certinext.web.spreadsheets import neutral
from tests.backoffice.books.helpers import MYSURU, PUNE, credited, sold
from tests.backoffice.conftest import meera, staff
from tests.customers import words

__all__ = ["meera", "staff"]

pytestmark = pytest.mark.django_db

BOOKS = "/backoffice/books/"
EXPORT = "/backoffice/books/export/"


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def book_of(answer: Any) -> Any:
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)), read_only=True)


def test_the_page_shows_rows_totals_and_what_the_ledger_says(staff: Client) -> None:
    invoice = sold(None, "1000.00", **MYSURU)
    sold(None, "2000.00", **PUNE)
    credited(invoice, "100.00", date(2026, 10, 20))

    page = words(staff.get(f"{BOOKS}?report=register&period=2026-10"))

    assert "Document register, October 2026" in page
    assert "2,900.00" in page
    assert "Revenue ₹2,900.00 Output tax ₹522.00" in page


def test_the_page_opens_with_the_register_of_the_last_month(staff: Client) -> None:
    page = words(staff.get(BOOKS))
    assert "Nothing in" in page
    assert "GSTR-1" in page
    assert "EU VAT" not in page
    for query in ("report=vat", "period=2026-99", "report=x&sheet=y&page=z"):
        assert staff.get(f"{BOOKS}?{query}").status_code == 200


def test_a_report_is_handed_out_as_csv_on_the_record(staff: Client) -> None:
    sold(None, "1000.00", legal_name="=HYPERLINK(1)", **MYSURU)
    answer = staff.get(f"{EXPORT}?report=gstr1&sheet=b2b&period=2026-10&format=csv")

    assert answer["Content-Disposition"] == 'attachment; filename="gstr1-2026-10-b2b.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    head, row = lines_of(answer)
    assert head[:3] == ["GSTIN/UIN of Recipient", "Receiver Name", "Invoice Number"]
    assert row[1:5] == ["'=HYPERLINK(1)", "INV/26-27/000001", "06-Oct-2026", "1180.00"]
    event = AuditEvent.objects.get(action="books.exported")
    assert (event.actor, event.object_label) == ("meera@aravalli.example", "gstr1-2026-10")
    assert event.details == {
        "report": "gstr1",
        "sheet": "b2b",
        "period": "2026-10",
        "format": "csv",
    }


def test_a_workbook_has_a_sheet_for_each_section_with_numbers_in_it(staff: Client) -> None:
    sold(None, "1000.00", legal_name="+91 Mills\x07", **MYSURU)
    book = book_of(staff.get(f"{EXPORT}?report=gstr1&period=2026-10&format=xlsx"))

    assert book.sheetnames == [
        "b2b,sez,de",
        "b2cl",
        "exp",
        "cdnr",
        "cdnur",
        "b2cs",
        "at",
        "atadj",
        "hsn(b2b)",
        "hsn(b2c)",
        "docs",
        "Other currencies",
    ]
    _head, row = book["b2b,sez,de"].iter_rows(values_only=True)
    assert row[1] == "'+91 Mills\N{REPLACEMENT CHARACTER}"
    assert (row[4], row[11]) == (1180, 1000)


@pytest.mark.parametrize("report", ["register", "journal", "gstr1", "sales", "orders"])
@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_every_report_is_handed_out(staff: Client, report: str, wanted: str) -> None:
    sold(None, "1000.00")
    answer: Any = staff.get(f"{EXPORT}?report={report}&period=FY2026&format={wanted}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    "query",
    [
        "report=vat&period=2026-10&format=csv",
        "report=register&period=2026-13&format=csv",
        "report=register&period=2026-10&format=exe",
        "report=register&format=csv",
        "report=sales&period=2026-10&sheet=zz&format=csv",
        "report=sales&period=2026-10&sheet=zz&format=xlsx",
        "",
    ],
)
def test_what_is_no_export_is_not_found(staff: Client, query: str) -> None:
    assert staff.get(f"{EXPORT}?{query}").status_code == 404
    assert not AuditEvent.objects.filter(action="books.exported").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1"])
def test_no_text_is_a_formula(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert neutral("Mills = Works") == "Mills = Works"


@pytest.mark.parametrize("report", ["register", "journal", "gstr1", "sales", "orders"])
def test_a_page_asks_as_often_however_many_rows_there_are(staff: Client, report: str) -> None:
    url = f"{BOOKS}?report={report}&period=2026-10"
    sold(None, "1000.00", **MYSURU)
    staff.get(url)
    with CaptureQueriesContext(connection) as few:
        staff.get(url)
    for _ in range(5):
        credited(sold(None, "1000.00", **PUNE), "10.00", date(2026, 10, 20))
    with CaptureQueriesContext(connection) as many:
        staff.get(url)
    assert len(many) == len(few)


def test_an_export_reads_through_a_server_side_cursor(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(None, "1000.00")
    chunked = Mock(wraps=connection.chunked_cursor)
    monkeypatch.setattr(connection, "chunked_cursor", chunked)

    answer = staff.get(f"{EXPORT}?report=register&period=2026-10&format=csv")

    assert len(lines_of(answer)) == 2
    assert chunked.call_count == 1
