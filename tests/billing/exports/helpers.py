"""Statements that count as large, asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing.exports.ask import ask_for_export
from billing.exports.make import work_off_exports
from billing.models import Account, Export
from billing.payments.from_credits import adjust_credits
from billing.statement.large import wanted_export
from billing.statement.read import read_statement
from billing.statement.span import Span
from certinext.identity.models import User
from tests.factories import AccountFactory

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))
MINUTE = timedelta(minutes=1)


def account_with_gifts(count: int = 3) -> Account:
    """Make an account whose statement has so many entries."""
    account: Account = AccountFactory.create()
    for number in range(count):
        adjust_credits(
            account,
            amount=Decimal(100),
            currency=account.currency,
            reason=f"Gift {number}",
            by="x",
            now=NOW,
        )
    return account


def ask(account: Account, person: User, *, form: str = "csv", is_staffs: bool = False) -> Export:
    """Ask for the statement of October."""
    statement = read_statement(account, OCTOBER)
    wanted = wanted_export(statement, form, language="en", is_staffs=is_staffs)
    return ask_for_export(wanted, by=person, now=NOW)


def work(now: datetime = NOW) -> int:
    """Be a worker."""
    return work_off_exports(clock=lambda: now)
