"""Asking gateways: by hand, and by the sweeper when no message came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from billing.gateways.checkouts import open_checkout
from billing.gateways.interface import Event, GatewayRefused, GatewayUnavailable
from billing.gateways.recheck import give_up_unsent, recheck, recheck_due
from billing.gateways.refunds import refund_payment, refundable
from billing.gateways.via_sandbox import SandboxGateway
from billing.models import Account, Checkout, Payment
from billing.payments.begin import begin_payment
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import position_of
from billing.sentences import gettext_noop
from tests.billing.gateways.scenes import NOW, bodies, delivered, online
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
SILENCE = GatewayUnavailable(gettext_noop("No answer."))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sweep(clock: time_machine.Traveller, at: datetime) -> int:
    clock.move_to(at)
    return recheck_due(clock=lambda: at)


def topped_up(account: Account, amount: str) -> Payment:
    payment = online(account, amount, kind=Payment.Kind.TOP_UP)
    delivered(bodies(payment, "pay")[0], now=NOW)
    payment.refresh_from_db()
    return payment


def refunded(payment: Payment, amount: str, ordinal: int = 1) -> Payment:
    return refund_payment(
        payment, amount=Decimal(amount), ordinal=ordinal, by="clerk@example.com", now=NOW
    )


def failing(error: Exception) -> Any:
    def fails(*_args: object, **_options: object) -> Event:
        raise error

    return fails


def test_rechecking_settles_what_no_message_told(clock: time_machine.Traveller) -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    assert recheck(payment, now=NOW).state == "initiated"
    (late,) = bodies(payment, "pay_later")

    assert recheck(payment, now=NOW).state == "succeeded"
    # The message comes all the same, and finds it done.
    assert delivered(late, now=NOW).outcome == "known"
    assert broken_invariants() == {}


def test_the_sweeper_asks_after_a_quarter_of_an_hour(clock: time_machine.Traveller) -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    bodies(payment, "pay_later")

    assert sweep(clock, NOW + timedelta(minutes=14)) == 0
    assert sweep(clock, NOW + timedelta(minutes=15)) == 1

    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_what_nobody_pays_is_asked_about_ever_less_and_then_failed(
    clock: time_machine.Traveller,
) -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    minutes = [
        minute
        for minute in range(0, 27 * 60, 5)
        if sweep(clock, NOW + timedelta(minutes=minute)) == 1
    ]

    payment.refresh_from_db()
    assert payment.state == "failed"
    assert payment.reason == "Nobody paid before the checkout expired."
    assert minutes[:4] == [15, 30, 45, 70]
    assert len(minutes) < 20


def test_a_silent_gateway_changes_nothing_and_is_asked_again(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    monkeypatch.setattr(SandboxGateway, "state_of", failing(SILENCE))

    assert sweep(clock, NOW + timedelta(minutes=15)) == 1
    assert sweep(clock, NOW + timedelta(minutes=16)) == 0

    payment.refresh_from_db()
    assert payment.state == "initiated"
    assert payment.checkout.next_check_at == NOW + timedelta(minutes=30)


def test_a_checkout_that_cannot_be_opened_fails_the_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SandboxGateway, "begin", failing(SILENCE))
    with pytest.raises(GatewayUnavailable):
        online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    assert Payment.objects.get().state == "failed"
    assert not Checkout.objects.exists()


def test_what_never_reached_its_gateway_is_given_up() -> None:
    account = AccountFactory.create()
    payment = begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.GATEWAY,
        provider="sandbox",
        amount=Decimal("5.00"),
        currency="INR",
        by="ana",
        now=NOW,
    )
    assert give_up_unsent(now=NOW + timedelta(minutes=14)) == 0
    assert give_up_unsent(now=NOW + timedelta(minutes=15)) == 1
    payment.refresh_from_db()
    assert payment.state == "failed"


def test_opening_a_checkout_twice_gives_the_same_page() -> None:
    payment = online(AccountFactory.create(), "5.00")
    again = open_checkout(payment, description="x", email="", return_url="/", now=NOW)
    assert again.url == payment.checkout.url


def test_a_refund_takes_credits_and_gives_them_back_once(clock: time_machine.Traveller) -> None:
    account = AccountFactory.create()
    payment = topped_up(account, "100.00")

    refund = refunded(payment, "60.00")
    again = refunded(payment, "60.00")

    assert refund.pk == again.pk
    assert (refund.state, refund.kind, refund.refund_of_id) == ("succeeded", "refund", payment.pk)
    assert position_of(account).credits == Decimal("40.00")
    assert refundable(payment) == Decimal("40.00")
    with pytest.raises(PaymentRefused, match=r"At most ₹40\.00"):
        refunded(payment, "40.01", ordinal=2)
    assert broken_invariants() == {}


def test_only_what_is_in_credits_can_be_given_back(clock: time_machine.Traveller) -> None:
    account = AccountFactory.create()
    payment = topped_up(account, "100.00")
    adjust_credits(
        account, amount=Decimal("-90.00"), currency="INR", reason="Slip", by="clerk", now=NOW
    )
    with pytest.raises(NotEnoughCredits, match=r"credits of ₹10\.00"):
        refunded(payment, "10.01")
    assert not payment.refunds.exists()


def test_a_refused_refund_frees_the_credits(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = AccountFactory.create()
    payment = topped_up(account, "100.00")
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", failing(GatewayRefused(gettext_noop("No."))))
        with pytest.raises(GatewayRefused):
            refunded(payment, "60.00")
    assert payment.refunds.get().state == "failed"
    assert refunded(payment, "100.00", ordinal=2).state == "succeeded"


def test_credits_wait_while_nobody_knows_whether_the_refund_was_sent(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = AccountFactory.create()
    payment = topped_up(account, "100.00")
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", failing(SILENCE))
        with pytest.raises(GatewayUnavailable):
            refunded(payment, "60.00")
    refund = payment.refunds.get()
    assert refund.state == "initiated"
    with pytest.raises(NotEnoughCredits, match=r"credits of ₹40\.00"):
        adjust_credits(
            account, amount=Decimal("-41.00"), currency="INR", reason="Slip", by="clerk", now=NOW
        )

    # The payment itself comes up too, and is found done.
    assert sweep(clock, NOW + timedelta(minutes=15)) == 2

    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert position_of(account).credits == Decimal("40.00")


def test_only_what_came_through_a_gateway_goes_back_through_it() -> None:
    account = AccountFactory.create()
    payment = begin_payment(
        account,
        kind=Payment.Kind.TOP_UP,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=Decimal("5.00"),
        currency="INR",
        by="ana",
        now=NOW,
    )
    with pytest.raises(PaymentRefused, match=r"At most ₹0\.00"):
        refunded(payment, "5.00")
