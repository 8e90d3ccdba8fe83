"""The movements of prepaid credits: all of them, and they add up to the balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.credits.movements import Movements
from billing.models import Account, Payment
from billing.money import ZERO
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.payments.owed import position_of
from tests.billing.payments.test_settle import NOW, invoiced, settled
from tests.credit_notes.helpers import credit
from tests.customers import Customer, SignIn, words
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
Kind, Method = Payment.Kind, Payment.Method


def adjusted(account: Account, amount: str, reason: str = "Gift") -> None:
    adjust_credits(account, amount=Decimal(amount), currency="INR", reason=reason, by="c", now=NOW)


def busy(account: Account) -> None:
    """Let everything happen to an account's credits that can."""
    open_balance(account, owed=Decimal(-50), currency="INR", source="Old", by="a", now=NOW)
    settled(account, "20000.00", kind=Kind.TOP_UP)
    first, _second = invoiced(account), invoiced(account)
    settled(account, "10600.00", invoices=[first])
    pay_from_credits(account, amount=Decimal(531), currency="INR", by="a", now=NOW)
    credit(first.invoice)
    adjusted(account, "75.25")
    adjusted(account, "-25.25", "Slip")
    settled(account, "1000.00", kind=Kind.WITHDRAWAL)


def test_they_add_up_to_the_balance_whatever_happened() -> None:
    account = AccountFactory.create()
    invoiced(AccountFactory.create())
    busy(account)
    balance = position_of(account).credits

    moves = Movements(account, balance=balance)[:]

    assert [(move.entry.kind, f"{move.amount:.2f}", f"{move.balance:.2f}") for move in moves] == [
        ("withdrawal", "-1000.00", "29169.00"),
        ("adjustment", "-25.25", "30169.00"),
        ("adjustment", "75.25", "30194.25"),
        ("credit_note", "10531.50", "30119.00"),
        ("settlement", "-531.00", "19587.50"),
        ("payment", "68.50", "20118.50"),
        ("top_up", "20000.00", "20050.00"),
        ("opening", "50.00", "50.00"),
    ]
    assert sum((move.amount for move in moves), ZERO) == balance


def test_any_page_continues_where_the_one_before_it_ended_at_the_same_cost() -> None:
    account = AccountFactory.create()
    for number in range(1, 12):
        adjusted(account, f"{number}")
    balance = position_of(account).credits
    whole = Movements(account, balance=balance)[:]
    for start in (0, 3, 6, 9):
        with CaptureQueriesContext(connection) as queries:
            moves = Movements(account, balance=balance)
            assert moves[start : start + 3] == whole[start : start + 3]
        assert len(queries) <= 6
    assert moves[10] == whole[10]


def test_an_account_without_credits_has_none() -> None:
    moves = Movements(AccountFactory.create(), balance=ZERO)
    assert (len(moves), moves[:]) == (0, [])


def test_the_page_tells_each_with_links_and_what_is_under_way_apart(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    customer = Customer()
    busy(customer.account)
    browser = sign_in(customer.person())

    with django_assert_max_num_queries(20):
        answer = browser.get("/credits/")

    said, page = words(answer), answer.content.decode()
    assert "Balance ₹29,169.00" in said
    assert "\N{MINUS SIGN}₹531.00 ₹19,587.50" in said
    assert "Credits taken: Slip" in said
    assert "Not in the balance" not in said
    over = Payment.objects.get(amount=Decimal(10600))
    assert f"Paid more than was owed, payment {over}" in said
    for address in (f"/payments/{over}/", "/invoices/INV/26-27/", "/credit-notes/CN/26-27/"):
        assert f'href="{address}' in page
    assert 'href="/orders/' in page


def test_what_came_to_nothing_is_no_movement(sign_in: SignIn) -> None:
    customer = Customer()
    adjusted(customer.account, "10.00")
    begun = {"way": "wire", "amount": "5.00", "transaction_number": "U", "sent_on": "2026-11-01"}
    browser = sign_in(customer.person())
    browser.post("/credits/add/", begun)

    answer = browser.get("/credits/")

    assert [move.movement.amount for move in answer.context["movements"]] == [Decimal(10)]
    assert [row.payment.amount for row in answer.context["rows"]] == [Decimal(5)]
    assert "Not in the balance" in words(answer)
