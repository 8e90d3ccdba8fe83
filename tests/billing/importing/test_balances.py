"""Importing opening balances."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.importing.balances import import_balances
from billing.models import Account, ImportRun, LedgerEntry
from billing.payments.owed import position_of
from tests.billing.importing.helpers import as_file, messages, results
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
HEAD = "account_number,owed,currency,as_of,source\n"


@pytest.fixture
def account() -> Account:
    account: Account = AccountFactory.create(account_number="1048570001")
    return account


def run(*lines: str) -> ImportRun:
    return import_balances(
        file=as_file((HEAD + "\n".join(lines)).encode()), imported_by="x", clock=lambda: NOW
    )


def test_a_row_opens_an_account_on_its_day(account: Account) -> None:
    imported = run("1048570001,1250.50,INR,2026-03-31,Balance of the earlier system")

    assert results(imported) == [("1048570001", "created")]
    entry = LedgerEntry.objects.get()
    assert (entry.on, entry.debit, entry.kind, entry.description) == (
        date(2026, 3, 31),
        Decimal("1250.50"),
        "opening",
        "Balance of the earlier system",
    )
    assert broken_invariants() == {}


def test_below_zero_is_prepaid(account: Account) -> None:
    run("1048570001,-800,INR,2026-03-31,Wallet")
    assert position_of(account).credits == Decimal(800)


def test_importing_again_changes_nothing_and_another_balance_is_reported(account: Account) -> None:
    line = "1048570001,1250.50,INR,2026-03-31,Earlier system"
    run(line)

    assert results(run(line)) == [("1048570001", "unchanged")]
    again = run("1048570001,99,INR,2026-03-31,Earlier system")
    assert results(again) == [("1048570001", "reported")]
    assert "opened with 1250.50 INR on 2026-03-31 already" in messages(again)[0]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1048570009,1,INR,2026-03-31,x", "account_number: There is no account 1048570009"),
        ("1048570001,NaN,INR,2026-03-31,x", "owed: Write the amount with plain digits"),
        ("1048570001,1E9,INR,2026-03-31,x", "owed: Write the amount with plain digits"),
        ("1048570001,1.005,INR,2026-03-31,x", "owed: INR has 2 decimals"),
        ("1048570001,1,EUR,2026-03-31,x", "currency: The account is in INR"),
        ("1048570001,1,INR,31.03.2026,x", "as_of: Write a day like 2026-03-31"),
        ("1048570001,1,INR,2026-10-09,x", "as_of: An opening balance is of a day that has come"),
        ("1048570001,1,INR,2026-03-31,", "source: The field is missing or empty"),
        ("1048570001,0,INR,2026-03-31,x", "Nothing was owed or prepaid"),
    ],
)
def test_a_row_that_cannot_be_booked_names_its_field_and_writes_nothing(
    account: Account, line: str, said: str
) -> None:
    imported = run(line)

    assert messages(imported)[0].startswith(said)
    assert LedgerEntry.objects.count() == 0


def test_bad_rows_keep_no_good_one_back(account: Account) -> None:
    imported = run("x,1,INR,2026-03-31,x", "1048570001,1,INR,2026-03-31,x")
    assert results(imported) == [("x", "failed"), ("1048570001", "created")]
