"""What is open, by the days that it is past due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.models import Account
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.statement.ageing import ageing_of
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
OWED = Decimal("10531.50")


@pytest.fixture
def account() -> Account:
    """An account that owes one invoice, due on a day of its own."""
    account: Account = AccountFactory.create()
    issue_order_invoice(account, ChargeFactory.create(account=account))
    return account


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-1, "current"),
        (0, "current"),
        (1, "days_1_30"),
        (30, "days_1_30"),
        (31, "days_31_60"),
        (60, "days_31_60"),
        (61, "days_61_90"),
        (90, "days_61_90"),
        (91, "over_90"),
    ],
)
def test_an_invoice_stands_in_the_bucket_of_its_days_past_due(
    account: Account, days: int, bucket: str
) -> None:
    due = account.documents.get().due_date
    assert due is not None

    ageing = ageing_of(account, on=due + timedelta(days=days))

    names = ("current", "days_1_30", "days_31_60", "days_61_90", "over_90")
    assert {name: getattr(ageing, name) for name in names} == {
        name: OWED if name == bucket else 0 for name in names
    }
    assert ageing.balance == OWED


def test_credits_are_taken_off_the_balance_and_off_no_bucket(account: Account) -> None:
    adjust_credits(account, amount=Decimal(1000), currency="INR", reason="Gift", by="x", now=NOW)

    ageing = ageing_of(account, on=date(2026, 10, 8))

    assert (ageing.current, ageing.credits) == (OWED, Decimal(1000))
    assert ageing.balance == Decimal("9531.50")


def test_a_paid_invoice_is_not_open(account: Account) -> None:
    adjust_credits(account, amount=OWED, currency="INR", reason="Gift", by="x", now=NOW)
    pay_from_credits(account, amount=OWED, currency="INR", by="x", now=NOW)

    ageing = ageing_of(account, on=date(2026, 10, 8))

    assert {ageing.current, ageing.past_due, ageing.balance} == {Decimal(0)}


def test_an_opening_balance_is_due_on_the_day_it_was_booked(account: Account) -> None:
    open_balance(
        account,
        owed=Decimal(500),
        currency="INR",
        source="Earlier books",
        by="x",
        now=NOW,
        on=date(2026, 8, 30),
    )

    ageing = ageing_of(account, on=date(2026, 10, 8))

    assert (ageing.current, ageing.days_31_60) == (OWED, Decimal(500))
