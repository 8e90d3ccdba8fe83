"""Documents of a seller with a known day, buyer and amount, and what reports say of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from billing.models import Account, Charge, Document
from billing.models.seller import current_seller
from certinext.backoffice.books.periods import parse_period
from certinext.backoffice.books.reports import reports_of
from certinext.backoffice.books.sheets import MONEY, Sheet
from credit_notes.choice import Choice
from credit_notes.issue import credit_invoice
from credit_notes.left import Part
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

MYSURU: dict[str, Any] = {"tax_id": "29AAGCA7421K1ZG"}
PUNE: dict[str, Any] = {"cross_state": True, "tax_id": "27AAPFU0939F1ZV"}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def sold(account: Account | None, net: str, on: date = date(2026, 10, 6), **facts: Any) -> Document:
    """Issue an invoice over one charge."""
    customer = account or AccountFactory.create(**facts)
    charge: Charge = ChargeFactory.create(account=customer, unit_price=Decimal(net))
    return issue_order_invoice(customer, charge, on=on, now=noon(on)).document


def credited(invoice: Document, net: str | None, on: date) -> Document:
    """Credit an amount of the invoice's one line, or all that is left."""
    choice = Choice(parts=[Part(position=1, amount=Decimal(net))]) if net else Choice()
    note = credit_invoice(
        invoice=invoice.invoice,
        choice=choice,
        reason_code="goodwill",
        reason="Agreed in writing",
        on=on,
        now=noon(on),
        issued_by="test",
    )
    return note.document


def sheet_of(report: str, name: str = "") -> Sheet:
    """Return a report's sheet, the first one without a name."""
    seller = current_seller()
    (found,) = [one for one in reports_of(seller) if one.name == report]
    sheets = found.sheets(seller)
    return next(one for one in sheets if not name or one.name == name)


def table(report: str, period: str, name: str = "") -> list[list[str]]:
    """Return the rows as texts, money with two decimals."""
    seller, sheet = current_seller(), sheet_of(report, name)
    return [
        [
            f"{column.of(row):.2f}" if column.kind == MONEY else str(column.of(row))
            for column in sheet.columns
        ]
        for row in sheet.stream(parse_period(period, seller=seller), seller)
    ]


def columns(report: str, period: str, name: str, *wanted: str) -> list[tuple[str, ...]]:
    """Return some columns, by their keys."""
    keys = [column.key for column in sheet_of(report, name).columns]
    places = [keys.index(key) for key in wanted]
    return [tuple(row[place] for place in places) for row in table(report, period, name)]


def sums(report: str, period: str, name: str = "") -> dict[str, dict[str, str]]:
    """Return the totals by currency."""
    seller, sheet = current_seller(), sheet_of(report, name)
    rows = sheet.rows(parse_period(period, seller=seller), seller)
    return {
        currency: {key: f"{amount:.2f}" for key, amount in amounts.items()}
        for currency, amounts in sheet.totals(rows, seller=seller).items()
    }
