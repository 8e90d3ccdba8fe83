"""Importing the platform's ledger: rows to be read, and the balance that they lead to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.importing.ledger import import_ledger
from billing.models import Account, EarlierEntry, ImportRun, LedgerEntry
from billing.payments.owed import position_of
from tests.billing.importing.helpers import as_file, messages, results, sample
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    account: Account = AccountFactory.create()
    return account


def row(day: int, debit: str, credit: str, balance: str, **changes: Any) -> dict[str, Any]:
    return {
        "transactionDate": f"2026-06-{day:02} 10:00:00",
        "description": "Order placed" if debit else "Wire transfer",
        "orderNumber": "9433110001" if debit else "",
        "transactionType": "Debit" if debit else "Credit",
        "debit": debit,
        "credit": credit,
        "balance": balance,
        **changes,
    }


WALLET = [row(1, "", "1000.00", "1000.00"), row(2, "300.00", "", "700.00")]
OWED = [row(1, "1000.00", "", "1000.00"), row(2, "", "300.00", "700.00")]


def run(account: Account, *rows: Any) -> ImportRun:
    return import_ledger(
        file=as_file({"content": list(rows), "page": 1, "size": 100}),
        account=account,
        imported_by="x",
        clock=lambda: NOW,
    )


def test_rows_are_kept_as_they_are_and_their_last_balance_is_the_opening_one(
    account: Account,
) -> None:
    imported = run(account, *OWED)

    assert results(imported) == [
        ("9433110001", "created"),
        ("", "created"),
        ("opening balance", "created"),
    ]
    kept = EarlierEntry.objects.order_by("id").first()
    assert kept is not None
    assert (kept.description, kept.debit, kept.balance) == (
        "Order placed",
        Decimal(1000),
        Decimal(1000),
    )
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.on, entry.debit) == ("opening", date(2026, 6, 2), Decimal(700))
    assert entry.description == "Balance of 2 June 2026, earlier ledger"
    assert broken_invariants() == {}


def test_a_balance_that_credits_raise_is_prepaid(account: Account) -> None:
    run(account, *WALLET)
    assert position_of(account).credits == Decimal(700)


def test_the_newest_row_may_come_first(account: Account) -> None:
    run(account, *reversed(WALLET))
    assert position_of(account).credits == Decimal(700)


@pytest.mark.parametrize("rows", [WALLET[:1], [WALLET[0], row(2, "300.00", "", "999.00")]])
def test_rows_that_do_not_tell_open_no_balance(account: Account, rows: list[Any]) -> None:
    imported = run(account, *rows)

    assert messages(imported)[-1].startswith("The rows do not tell")
    assert LedgerEntry.objects.count() == 0


def test_importing_again_changes_nothing(account: Account) -> None:
    run(account, *WALLET)
    again = run(account, *WALLET)

    assert [outcome for _key, outcome in results(again)] == ["unchanged", "unchanged"]
    assert (EarlierEntry.objects.count(), LedgerEntry.objects.count()) == (2, 1)


def test_two_rows_that_are_alike_are_two(account: Account) -> None:
    run(account, WALLET[0], WALLET[0])
    assert EarlierEntry.objects.count() == 2


def test_what_this_portal_bills_itself_is_left_out(account: Account) -> None:
    account.billing_from = date(2026, 6, 2)
    account.save()

    imported = run(account, *WALLET)

    assert [outcome for _key, outcome in results(imported)] == ["created", "reported"]
    assert "keeps the account's books from 2026-06-02 on" in messages(imported)[1]
    assert LedgerEntry.objects.count() == 0


def test_a_bad_row_is_named_and_no_balance_is_opened(account: Account) -> None:
    imported = run(account, *WALLET, row(3, "", "1.005", "701.005"))

    assert messages(imported)[2].startswith("credit: INR has 2 decimals")
    assert LedgerEntry.objects.count() == 0


def test_the_platforms_empty_page_goes_in(account: Account) -> None:
    with sample("reports-ledger.json").open("rb") as file:
        imported = import_ledger(file=file, account=account, imported_by="x", clock=lambda: NOW)
    assert results(imported) == []
