"""The ageing of a day that is over: what stood on the account then, however much came since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, AccountBalance, Document, DocumentBalance, Payment
from billing.payments.begin import begin_payment
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.payments.settle import settle
from billing.statement.ageing import Ageing, ageing_of
from billing.statement.read import read_statement
from billing.statement.span import Span
from tests.credit_notes.helpers import amount, credit
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 2)
LIMITS = {"days_1_30": 30, "days_31_60": 60, "days_61_90": 90, "over_90": 100_000}


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 6, 30, tzinfo=UTC)


def invoiced(account: Account, on: date, net: str) -> Document:
    charge = ChargeFactory.create(account=account, unit_price=Decimal(net))
    return issue_order_invoice(account, charge, on=on, now=noon(on)).document


def paid(
    account: Account, on: date, total: str, kind: Payment.Kind = Payment.Kind.INVOICES
) -> None:
    payment = begin_payment(
        account,
        kind=kind,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal(total),
        currency=account.currency,
        by="x",
        now=noon(on),
    )
    settle(payment, now=noon(on), by="x")


def spent(account: Account, on: date, total: str) -> None:
    pay_from_credits(account, amount=Decimal(total), currency="INR", by="x", now=noon(on))


def given(account: Account, on: date, total: str) -> None:
    adjust_credits(
        account, amount=Decimal(total), currency="INR", reason="Gift", by="x", now=noon(on)
    )


def credited(account: Account, on: date, net: str) -> None:
    invoice = Document.objects.filter(account=account, kind="invoice").order_by("id")[1]
    credit(invoice.invoice, amount(1, net), on=on)


def opened(account: Account, on: date, owed: str) -> None:
    open_balance(
        account, owed=Decimal(owed), currency="INR", source="Old", by="x", now=noon(on), on=on
    )


# {days after the first: what happens}
STORY: dict[int, Callable[[Account, date], object]] = {
    0: lambda account, on: opened(account, on, "700.00"),
    3: lambda account, on: invoiced(account, on, "1000.00"),
    10: lambda account, on: paid(account, on, "300.00"),
    20: lambda account, on: invoiced(account, on, "2000.00"),
    40: lambda account, on: paid(account, on, "5000.00", Payment.Kind.TOP_UP),
    45: lambda account, on: spent(account, on, "900.00"),
    60: lambda account, on: credited(account, on, "250.00"),
    75: lambda account, on: invoiced(account, on, "333.33"),
    95: lambda account, on: paid(account, on, "900.00"),
    120: lambda account, on: given(account, on, "-1000.00"),
    130: lambda account, on: invoiced(account, on, "50.00"),
    150: lambda account, on: paid(account, on, "9000.00"),
    160: lambda account, on: credited(account, on, "1000.00"),
}


def straightforward(account: Account, on: date) -> dict[str, Decimal]:
    """Compute the ageing of today, row by row, from what stands on the account now."""
    found = dict.fromkeys(["current", *LIMITS], Decimal(0))
    row = AccountBalance.objects.get(account=account)
    left = row.receivable
    for balance in DocumentBalance.objects.filter(document__account=account):
        due = balance.document.due_date
        assert due is not None
        found[_bucket((on - due).days)] += balance.open_amount
        left -= balance.open_amount
    found[_bucket((on - FIRST).days)] += left
    return {**found, "credits": row.credits}


def _bucket(days: int) -> str:
    if days <= 0:
        return "current"
    return next(name for name, limit in LIMITS.items() if days <= limit)


def figures(ageing: Ageing) -> dict[str, Decimal]:
    return {name: getattr(ageing, name) for name in ("current", *LIMITS, "credits")}


def test_every_day_that_is_over_is_told_as_it_was_that_day() -> None:
    account: Account = AccountFactory.create()
    was = {}
    for day in range(170):
        on = FIRST + timedelta(days=day)
        if day in STORY:
            STORY[day](account, on)
        was[on] = straightforward(account, on)
    # Something stood in each of them at some time.
    assert all(any(day[name] for day in was.values()) for name in ("current", *LIMITS, "credits"))

    for on, figures_then in was.items():
        told = ageing_of(account, on=on)
        assert figures(told) == figures_then, on
        assert told.balance == read_statement(account, Span(FIRST, on)).closing


def test_nothing_stood_before_the_first_entry_and_a_day_to_come_is_as_things_stand() -> None:
    account: Account = AccountFactory.create()
    invoice = invoiced(account, FIRST, "1000.00")
    assert set(figures(ageing_of(account, on=FIRST - timedelta(days=1))).values()) == {Decimal(0)}
    later = ageing_of(account, on=FIRST + timedelta(days=500))
    assert later.over_90 == invoice.total


def test_a_day_that_is_over_costs_the_same_queries_however_much_came_since() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            ageing_of(account, on=FIRST)
        return len(queries)

    account: Account = AccountFactory.create()
    invoiced(account, FIRST, "1000.00")
    before = cost()
    for day in range(1, 6):
        paid(account, FIRST + timedelta(days=day), "10.00")
    assert cost() == before <= 7


def test_another_accounts_documents_are_not_in_it() -> None:
    account, other = AccountFactory.create(), AccountFactory.create()
    invoiced(other, FIRST, "1000.00")
    paid(other, FIRST + timedelta(days=1), "10.00")
    assert ageing_of(account, on=FIRST).balance == 0
