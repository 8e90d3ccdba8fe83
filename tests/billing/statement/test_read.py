"""What a statement says: rows in their order, balances that add up, any page at the same cost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, LedgerEntry, Payment
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.periods import Month
from billing.posting import Event, adjustment_postings, post
from billing.statement.read import Statement, read_statement
from billing.statement.span import Span
from billing.statement.words import text_of
from tests.billing.payments.test_settle import settled
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))


def given(account: Account, amount: str, on: date, key: str) -> LedgerEntry:
    """Give credits on a day: the shortest way to a row of the ledger."""
    (entry,) = post(
        [
            Event(
                key=key,
                account=account,
                currency=account.currency,
                on=on,
                kind=LedgerEntry.Kind.ADJUSTMENT,
                postings=adjustment_postings(Decimal(amount)),
                description=key,
            )
        ]
    )
    return entry


def balances(statement: Statement) -> list[str]:
    return [f"{row.balance:.2f}" for row in statement[:]]


def test_every_row_has_the_balance_after_it() -> None:
    account = AccountFactory.create()
    given(account, "20000.00", date(2026, 9, 30), "before")
    issue_order_invoice(account, ChargeFactory.create(account=account))
    pay_from_credits(account, amount=Decimal("531.50"), currency="INR", by="x", now=NOW)
    adjust_credits(
        account, amount=Decimal("-100.00"), currency="INR", reason="Slip", by="x", now=NOW
    )

    statement = read_statement(account, OCTOBER)

    assert statement.opening == Decimal("-20000.00")
    assert [row.kind for row in statement[:]] == ["invoice", "settlement", "adjustment"]
    assert balances(statement) == ["-9468.50", "-9468.50", "-9368.50"]
    assert (statement.debit, statement.credit) == (Decimal("11163.00"), Decimal("531.50"))
    assert statement.closing == Decimal("-9368.50")


def test_an_entry_of_an_earlier_day_stands_on_that_day_and_moves_what_follows() -> None:
    account = AccountFactory.create()
    given(account, "10", date(2026, 10, 20), "late")
    given(account, "5", date(2026, 10, 3), "backdated")

    statement = read_statement(account, OCTOBER)

    assert [row.description for row in statement[:]] == ["backdated", "late"]
    assert balances(statement) == ["-5.00", "-15.00"]


def test_the_first_and_the_last_day_belong_to_the_statement_and_their_neighbours_do_not() -> None:
    account = AccountFactory.create()
    for day in (date(2026, 9, 30), OCTOBER.first, OCTOBER.last, date(2026, 11, 1)):
        given(account, "1", day, day.isoformat())

    statement = read_statement(account, OCTOBER)

    assert [row.on for row in statement[:]] == [OCTOBER.first, OCTOBER.last]
    assert (statement.opening, statement.closing) == (Decimal(-1), Decimal(-3))


def test_the_year_ends_between_its_days_too() -> None:
    account = AccountFactory.create()
    given(account, "1", date(2026, 12, 31), "old year")
    given(account, "2", date(2027, 1, 1), "new year")

    statement = read_statement(account, Span(date(2026, 12, 1), date(2027, 1, 31)))

    assert [(m.first_day, m.credit, m.entries, m.closing) for m in statement.months] == [
        (date(2026, 12, 1), Decimal(1), 1, Decimal(-1)),
        (date(2027, 1, 1), Decimal(2), 1, Decimal(-3)),
    ]
    assert read_statement(account, Span.of_months(Month(2027, 1), Month(2027, 1))).opening == -1


def test_any_slice_continues_where_the_one_before_it_ended() -> None:
    account = AccountFactory.create()
    for number in range(1, 12):
        # Four days, so that slices begin within a day and between days.
        given(account, str(number), date(2026, 10, 1 + number % 4), f"{number:02}")
    statement = read_statement(account, OCTOBER)
    whole = statement[:]

    assert len(statement) == 11
    for size in (1, 2, 3, 5):
        pieces = [row for at in range(0, 11, size) for row in statement[at : at + size]]
        assert pieces == whole
    assert list(statement.stream()) == whole


def test_a_slice_costs_at_most_three_queries_wherever_it_begins() -> None:
    account = AccountFactory.create()
    for number in range(30):
        given(account, "1", date(2026, 10, 1 + number // 10), f"{number:02}")
    for start in (0, 5, 10, 25):
        statement = read_statement(account, OCTOBER)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(statement[start : start + 5]) == 5
        assert len(queries) <= 3


def test_nobody_elses_entries_are_on_it() -> None:
    account, other = AccountFactory.create(), AccountFactory.create()
    given(other, "7", date(2026, 10, 3), "other")

    statement = read_statement(account, OCTOBER)

    assert (len(statement), statement[:], statement.closing) == (0, [], Decimal(0))


def test_an_opening_balance_is_booked_on_the_day_of_the_earlier_books() -> None:
    account: Any = AccountFactory.create()
    open_balance(
        account,
        owed=Decimal("250.00"),
        currency="INR",
        source="Balance of 31 March 2026",
        by="x",
        now=NOW,
        on=date(2026, 3, 31),
    )

    assert read_statement(account, OCTOBER).opening == Decimal("250.00")
    march = read_statement(account, Span.of_months(Month(2026, 3), Month(2026, 3)))
    assert [row.kind for row in march[:]] == ["opening"]


def test_what_of_a_payment_became_credits_is_said() -> None:
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account)).document
    settled(account, "10600.00", invoices=[invoice])
    settled(account, "3.00", invoices=[invoice])
    settled(account, "5.00", kind=Payment.Kind.TOP_UP)

    said = [text_of(row) for row in read_statement(account, OCTOBER)[1:]]

    assert said[0].endswith(f"by bank transfer (For {invoice}; ₹68.50 of it became credits)")
    assert said[1].endswith("by bank transfer (₹3.00 of it became credits)")
    assert "became" not in said[2]
