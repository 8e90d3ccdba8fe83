"""Books that are too large to be made at once: the same files, by a worker."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from billing.exports.make import work_off_exports
from billing.models import Export
from certinext.audit.models import AuditEvent
from certinext.backoffice.books import large
from tests.backoffice.books.helpers import MYSURU, PUNE, sold
from tests.backoffice.conftest import meera, staff
from tests.customers import words

__all__ = ["meera", "staff"]

pytestmark = pytest.mark.django_db

BOOKS = "/backoffice/books/export/?report=register&period=2026-10"


@pytest.fixture(autouse=True)
def _two_rows_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a register of two documents count as large."""
    monkeypatch.setattr(large, "CELLS_AT_ONCE", {"csv": 30, "xlsx": 30})
    sold(None, "1000.00", **MYSURU)
    sold(None, "2000.00", **PUNE)


def made(staff: Client, url: str) -> Any:
    where = staff.post(url)["Location"]
    assert work_off_exports(clock=timezone.now) == 1
    return staff.get(f"{where}file/")


def test_a_large_workbook_is_asked_for_and_made_by_a_worker(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{BOOKS}&format=xlsx"
    page = words(staff.get(url))
    assert "Document register, October 2026" in page
    assert "2 rows as Excel." in page

    answer = made(staff, url)

    assert answer["Content-Disposition"] == 'attachment; filename="register-2026-10.xlsx"'
    by_worker = rows_of(answer)
    assert AuditEvent.objects.get(action="books.exported").details["format"] == "xlsx"
    monkeypatch.setattr(large, "CELLS_AT_ONCE", {"xlsx": 10_000})
    assert by_worker == rows_of(staff.get(url))
    assert len(by_worker["Document register"]) == 3


def test_a_large_csv_is_one_sheet(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{BOOKS}&format=csv"

    answer = made(staff, url)

    assert answer["Content-Disposition"] == 'attachment; filename="register-2026-10.csv"'
    content = b"".join(answer.streaming_content)
    assert len(list(csv.reader(io.StringIO(content.decode())))) == 3
    monkeypatch.setattr(large, "CELLS_AT_ONCE", {"csv": 10_000})
    at_once: Any = staff.get(url)
    assert content == b"".join(at_once.streaming_content)


def test_books_are_asked_for_once_while_they_wait(staff: Client) -> None:
    where = {staff.post(f"{BOOKS}&format=xlsx")["Location"] for _ in range(2)}

    export = Export.objects.get()
    assert where == {f"/backoffice/exports/{export.pk}/"}
    assert (export.account, export.subject) == (None, "register/2026-10/")
    page = staff.get(f"/backoffice/exports/{export.pk}/")
    assert "Document register, October 2026 Waiting" in words(page)
    assert 'href="/backoffice/books/?report=register&amp;period=2026-10"' in page.content.decode()


def test_what_is_small_comes_at_once_also_when_it_is_asked_for(staff: Client) -> None:
    url = "/backoffice/books/export/?report=register&period=2026-09&format=xlsx"

    assert staff.post(url)["Location"] == url
    assert not Export.objects.exists()
    assert staff.post("/backoffice/books/export/").status_code == 404


def test_a_report_that_is_none_any_more_does_not_break_the_list(staff: Client) -> None:
    staff.post(f"{BOOKS}&format=xlsx")
    Export.objects.update(subject="gone/2026-10/")

    assert "gone/2026-10/" in words(staff.get("/backoffice/exports/"))
    export = Export.objects.get()
    page = staff.get(f"/backoffice/exports/{export.pk}/")
    assert page.status_code == 200


def rows_of(answer: Any) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }
