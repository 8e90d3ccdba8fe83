"""A fall below the threshold is charged once, within the month's limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from billing.auto_top_up.claim import claim_top_ups
from billing.auto_top_up.tasks import top_up_credits
from billing.auto_top_up.terms import in_force
from billing.credits.withdraw import request_withdrawal
from billing.gateways.accounts import set_up
from billing.gateways.refunds import refund_payment
from billing.gateways.sandbox_delivery import deliver_due
from billing.models import Account, AutoTopUp, Document, LedgerEntry, Payment, Provider
from billing.payments.from_credits import pay_from_credits
from billing.payments.owed import position_of
from billing.payments.settle import reject
from tests.billing.auto_top_up.scenes import NOW, change, charged, top_ups, topping_up, work
from tests.billing.payments.test_settle import invoiced
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]


def credits_of(account: Account) -> Decimal:
    return position_of(account).credits


def asked_back(account: Account, amount: str) -> Payment:
    return request_withdrawal(
        account,
        amount=Decimal(amount),
        currency="INR",
        destination={"holder": "x"},
        by="ravi",
        now=NOW,
    )


def test_a_fall_below_the_threshold_is_charged_once_and_posted_as_a_top_up() -> None:
    account = topping_up()
    work()
    change(account, "-500.00")
    work()
    assert top_ups(account) == []

    change(account, "-0.01")
    work()
    work()

    (payment,) = top_ups(account)
    assert (payment.kind, payment.method, payment.state) == ("top_up", "gateway", "succeeded")
    assert (payment.amount, payment.currency) == (Decimal("5000.00"), "INR")
    assert payment.created_by == "automatic top-up"
    assert credits_of(account) == Decimal("5999.99")
    assert payment.receipt.credit_amount == Decimal("5000.00")
    assert Document.objects.filter(kind="receipt", account=account).count() == 1
    entry = LedgerEntry.objects.get(document=payment.receipt.document)
    assert (entry.kind, entry.credit) == (LedgerEntry.Kind.TOP_UP, Decimal("5000.00"))
    assert charged() == [500000]
    assert broken_invariants() == {}


def test_the_gateways_own_message_finds_it_done() -> None:
    account = topping_up()
    change(account, "-600")
    work()
    assert deliver_due(clock=lambda: NOW) == 1
    (payment,) = top_ups(account)
    assert payment.deliveries.get().outcome == "known"
    assert credits_of(account) == Decimal("5900")


def test_each_fall_is_charged_until_the_month_allows_no_more(
    clock: time_machine.Traveller,
) -> None:
    account = topping_up()
    for _ in range(3):
        change(account, f"-{credits_of(account) - 900}")
        work()
    # Two of 5,000 within 12,000; the third waits at 900.
    assert [payment.state for payment in top_ups(account)] == ["succeeded"] * 2
    assert credits_of(account) == Decimal(900)

    # Midnight of the seller's zone, Kolkata, ends October.
    last = datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC)
    clock.move_to(last)
    work(last)
    assert len(top_ups(account)) == 2
    clock.move_to(last + timedelta(seconds=1))
    work(last + timedelta(seconds=1))
    assert len(top_ups(account)) == 3
    assert credits_of(account) == Decimal(5900)


def test_what_is_asked_back_is_not_free() -> None:
    account = topping_up(credits="3000")
    asked_back(account, "1800.00")
    work()
    assert top_ups(account) == []

    change(account, "-201")
    work()
    assert len(top_ups(account)) == 1


def test_money_that_goes_back_charges_nothing_until_credits_were_up() -> None:
    account = topping_up(credits="1500")
    asked = asked_back(account, "1000.00")
    change(account, "-100")
    work()
    assert top_ups(account) == []

    # Refused, it is free again, though no credits rose: the next fall counts.
    reject(asked, reason="No", by="clerk", now=NOW)
    work()
    change(account, "-600")
    work()
    assert len(top_ups(account)) == 1


def test_a_refund_through_the_gateway_charges_nothing() -> None:
    account = topping_up()
    change(account, "-600")
    work()
    (payment,) = top_ups(account)
    change(account, "-4000")

    refund_payment(payment, amount=Decimal("1500.00"), ordinal=1, by="clerk", now=NOW)
    work()

    assert credits_of(account) == Decimal("400.00")
    assert len(top_ups(account)) == 1


def test_credits_that_are_low_already_wait_for_the_next_fall() -> None:
    account = topping_up(credits="500")
    work()
    assert top_ups(account) == []
    change(account, "500")
    change(account, "-1")
    work()
    assert len(top_ups(account)) == 1


@pytest.mark.parametrize("change_to", ["other currency", "gateway off"])
def test_what_cannot_be_charged_now_waits(change_to: str) -> None:
    account = topping_up()
    if change_to == "gateway off":
        set_up(Provider.SANDBOX, enabled=False, by="clerk")
    change(account, "-600")
    if change_to == "other currency":
        Account.objects.filter(pk=account.pk).update(currency="EUR")
    work()
    assert top_ups(account) == []

    Account.objects.filter(pk=account.pk).update(currency="INR")
    set_up(Provider.SANDBOX, enabled=True, by="clerk")
    work()
    assert len(top_ups(account)) == 1


def test_a_fall_is_answered_while_another_payment_of_the_account_waits() -> None:
    account = topping_up()
    invoiced(account)
    change(account, "-600")
    assert claim_top_ups(now=NOW) == 1
    # Spending goes on while it is charged, and begins no second one.
    pay_from_credits(account, amount=Decimal("100.00"), currency="INR", by="ana", now=NOW)
    assert claim_top_ups(now=NOW) == 0
    work()
    assert [payment.state for payment in top_ups(account)] == ["succeeded"]


def test_accounts_without_it_are_left_alone() -> None:
    topping_up()
    other: Account = AccountFactory.create()
    change(other, "1500")
    change(other, "-1400")
    work()
    assert not Payment.objects.filter(auto_top_up__isnull=False).exists()


def test_spending_wakes_the_worker_after_its_commit_and_a_rise_does_not(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(top_up_credits, "apply_async", lambda **sent: woken.append(sent))
    account = topping_up()
    with django_capture_on_commit_callbacks(execute=True):
        change(account, "1500")
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        change(account, "-600")
        assert woken == []
    assert callbacks
    assert woken == [{"headers": {"tenant": "alpha"}}]


def test_asking_whose_credits_fell_costs_the_same_for_any_number(
    django_assert_num_queries: Any,
) -> None:
    for _ in range(3):
        topping_up()

    with django_assert_num_queries(2):
        assert claim_top_ups(now=NOW) == 0


def test_a_payment_that_a_clerk_rejects_is_charged_no_more() -> None:
    account = topping_up()
    change(account, "-600")
    claim_top_ups(now=NOW)
    (payment,) = top_ups(account)
    reject(payment, reason="By mistake", by="clerk", now=NOW)
    work()
    assert charged() == []
    assert in_force(account) == AutoTopUp.objects.get()
