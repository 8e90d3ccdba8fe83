"""Statements as CSV and XLSX."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from billing.models import Account
from billing.payments.from_credits import adjust_credits
from billing.statement.ageing import ageing_of
from billing.statement.exports import csv_lines, workbook_file
from billing.statement.read import read_statement
from billing.statement.span import Span
from certinext.web.spreadsheets import neutral
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))


def rows_of_csv(account: Account) -> list[list[str]]:
    ageing = ageing_of(account, on=OCTOBER.last)
    content = b"".join(csv_lines(read_statement(account, OCTOBER), ageing, language="en"))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def gift(account: Account, reason: str, amount: str = "100.00") -> None:
    adjust_credits(
        account,
        amount=Decimal(amount),
        currency=account.currency,
        reason=reason,
        by="x",
        now=NOW,
    )


def test_csv_has_every_row_between_opening_and_closing_balance() -> None:
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account)).document
    gift(account, "Gift")
    number, order = str(invoice.number), invoice.lines.get().order_number

    head, *rows = rows_of_csv(account)

    assert head[0] == "Date"
    assert rows == [
        ["2026-10-01", "Opening balance", "", "", "", "", "", "0.00", "INR"],
        [
            "2026-10-06",
            f"Invoice {number} (Due {invoice.due_date:%-d %b %Y})",
            number,
            order,
            "Invoice",
            "10531.50",
            "",
            "10531.50",
            "INR",
        ],
        [
            "2026-10-08",
            "Credits given: Gift",
            "",
            "",
            "Adjustment",
            "",
            "100.00",
            "10431.50",
            "INR",
        ],
        ["2026-10-31", "Closing balance", "", "", "", "10531.50", "100.00", "10431.50", "INR"],
        *(
            ["2026-10-31", label, "", "", "Ageing", "", "", amount, "INR"]
            for label, amount in (
                ("Not past due", "0.00"),
                ("1 to 30 days", "10531.50"),
                ("31 to 60 days", "0.00"),
                ("61 to 90 days", "0.00"),
                ("Over 90 days", "0.00"),
                ("Credits", "-100.00"),
                ("Balance", "10431.50"),
            )
        ),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"


def test_percent_signs_and_marks_in_a_reason_are_plain_text() -> None:
    account = AccountFactory.create()
    gift(account, "5 % off, <b>%(invoice)s</b>")

    assert rows_of_csv(account)[2][1] == "Credits given: 5 % off, <b>%(invoice)s</b>"


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "100"), ("BHD", "100.000")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, shown: str) -> None:
    account = AccountFactory.create(currency=currency)
    gift(account, "Gift", "100")

    assert rows_of_csv(account)[2][6] == shown


def test_a_workbook_has_days_and_amounts_as_such_and_no_formula() -> None:
    account = AccountFactory.create()
    gift(account, "Gift")
    ageing = ageing_of(account, on=OCTOBER.last)
    with workbook_file(read_statement(account, OCTOBER), ageing, language="en") as file:
        book = load_workbook(file)
    sheet = book["Statement"]
    assert [row[1] for row in book["Ageing"].iter_rows(values_only=True)][:2] == [
        "Description",
        "Not past due",
    ]
    last = [cell.value for cell in list(book["Ageing"].iter_rows())[-1]]
    assert (last[1], last[7]) == ("Balance", -100)

    rows = list(sheet.iter_rows())

    assert [cell.value for cell in rows[0]][:3] == ["Date", "Description", "Document"]
    day, text, *_others = rows[2]
    assert (day.value, day.is_date) == (datetime(2026, 10, 8), True)  # noqa: DTZ001 - a sheet's day
    assert text.value == "Credits given: Gift"
    assert (rows[2][6].value, rows[2][6].data_type) == (100, "n")
    assert "f" not in {cell.data_type for row in rows for cell in row}
