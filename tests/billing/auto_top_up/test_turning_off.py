"""Agreeing, turning off, removing the method: nothing is charged after it is off."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from billing.auto_top_up.claim import claim_top_ups
from billing.auto_top_up.terms import go_on, in_force, kept_method, turn_off
from billing.gateways.interface import GatewayUnavailable
from billing.gateways.mandates import ask_mandate, remove_mandate, tend_mandates
from billing.gateways.sandbox_off_session import SandboxOffSession, choose
from billing.models import AutoTopUp, Checkout, DeclinedTopUpMail, Mandate, SandboxMethod
from billing.payments.errors import PaymentRefused
from billing.sentences import gettext_noop
from certinext.audit.models import AuditEvent
from tests.billing.auto_top_up.scenes import (
    NOW,
    agreed,
    change,
    charged,
    kept,
    method_being_kept,
    top_ups,
    topping_up,
    work,
)
from tests.factories import AccountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
LATER = NOW + timedelta(hours=1)


def silent(*_args: object, **_options: object) -> Any:
    raise GatewayUnavailable(gettext_noop("No answer."))


def test_turning_off_wins_over_a_top_up_that_was_begun() -> None:
    account = topping_up()
    change(account, "-600")
    assert claim_top_ups(now=NOW) == 1

    assert turn_off(account, by="ravi", now=NOW)
    work()

    (payment,) = top_ups(account)
    assert payment.state == "failed"
    assert payment.reason == "Automatic top-up was turned off before it was charged."
    assert charged() == []


def test_turning_off_wins_over_a_charge_that_was_prepared(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    account = topping_up()
    change(account, "-600")
    with monkeypatch.context() as patch:
        patch.setattr(SandboxOffSession, "charge", silent)
        work()
    (payment,) = top_ups(account)
    assert (payment.state, bool(payment.session_ref)) == ("initiated", True)

    turn_off(account, by="ravi", now=NOW)
    clock.move_to(LATER)
    work(LATER)

    payment.refresh_from_db()
    assert (payment.state, charged()) == ("failed", [])
    # Nobody declined it: no e-mail says so.
    assert not DeclinedTopUpMail.objects.exists()


def test_turning_it_on_again_does_not_revive_what_waited() -> None:
    account = topping_up()
    change(account, "-600")
    claim_top_ups(now=NOW)
    turn_off(account, by="ravi", now=NOW)
    mandate = kept_method(account)
    assert mandate is not None
    agreed(account, mandate, amount=Decimal("7000.00"))
    work()

    assert [payment.state for payment in top_ups(account)] == ["failed"]
    assert charged() == []


def test_removing_the_method_turns_it_off_and_has_the_gateway_forget_it() -> None:
    account = topping_up()
    change(account, "-600")
    claim_top_ups(now=NOW)

    assert remove_mandate(account, by="ravi", now=NOW)
    assert not remove_mandate(account, by="ravi", now=NOW)
    work()
    assert tend_mandates(clock=lambda: NOW) == 1
    assert tend_mandates(clock=lambda: LATER) == 0

    assert charged() == []
    assert in_force(account) is None
    assert SandboxMethod.objects.get().state == "gone"


def test_credits_that_are_back_up_are_not_charged(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    account = topping_up()
    change(account, "-600")
    claim_top_ups(now=NOW)
    change(account, "100")
    work()
    assert [payment.state for payment in top_ups(account)] == ["failed"]

    change(account, "-1")
    work()
    assert [payment.state for payment in top_ups(account)] == ["failed", "succeeded"]


def test_a_month_that_is_over_is_charged_in_the_new_one(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    account = topping_up()
    change(account, "-600")
    claim_top_ups(now=NOW)

    november = NOW + timedelta(days=30)
    clock.move_to(november)
    work(november)
    work(november)

    first, second = top_ups(account)
    assert first.reason == "The month was over before it was charged."
    assert (second.state, second.created_at) == ("succeeded", november)
    assert charged() == [500000]


def test_the_same_terms_twice_are_one_agreement_and_others_end_it() -> None:
    account = topping_up()
    mandate = kept_method(account)
    assert mandate is not None
    first = in_force(account)
    assert agreed(account, mandate) == first
    second = agreed(account, mandate, amount=Decimal("6000.00"), consent="Charge 6,000.")
    assert second != first

    assert AutoTopUp.objects.filter(ended_at=None).get() == second
    assert turn_off(account, by="ravi", now=NOW)
    assert not turn_off(account, by="ravi", now=NOW)
    trail = AuditEvent.objects.filter(action__startswith="auto_top_up").order_by("id")
    assert list(trail.values_list("action", flat=True)) == [
        "auto_top_up.turned_on",
        "auto_top_up.turned_on",
        "auto_top_up.turned_off",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"threshold": "0"}, "threshold"),
        ({"threshold": "10.005"}, "threshold"),
        ({"amount": "999.99"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"monthly_limit": "4999.99"}, "monthly_limit"),
        ({"currency": "EUR"}, "threshold"),
    ],
)
def test_what_cannot_be_agreed_to_names_its_field(changes: dict[str, str], field: str) -> None:
    account = topping_up()
    mandate = kept_method(account)
    assert mandate is not None
    values = {
        name: value if name == "currency" else Decimal(value) for name, value in changes.items()
    }
    with pytest.raises(PaymentRefused) as caught:
        agreed(account, mandate, **values)
    assert caught.value.field == field
    assert AutoTopUp.objects.count() == 1


def test_only_the_kept_method_can_be_agreed_to_and_not_without_a_reason_be_ended() -> None:
    account = topping_up()
    old = kept_method(account)
    assert old is not None
    new = kept(account)
    assert in_force(account) is None
    with pytest.raises(PaymentRefused, match="changed meanwhile"):
        agreed(account, old)
    assert agreed(account, new).mandate == new
    for end in (turn_off, remove_mandate):
        with pytest.raises(PaymentRefused, match="Say why"):
            end(account, by="clerk", now=NOW, reason=" ")
    assert in_force(account) is not None
    assert not go_on(account, by="ravi", now=NOW)


def test_keeping_is_begun_once_and_asked_as_often_as_one_likes() -> None:
    account = AccountFactory.create()
    mandate = method_being_kept(account)
    assert method_being_kept(account) == mandate
    assert ask_mandate(mandate, now=NOW).state == "pending"
    choose(mandate.session_ref, how="asks", now=NOW)
    choose(mandate.session_ref, how="decline", now=NOW)

    for _ in range(2):
        mandate = ask_mandate(mandate, now=NOW)
    assert (mandate.state, str(mandate)) == ("active", "Sandbox •••• 3184")
    assert AuditEvent.objects.filter(action="mandate.kept").count() == 1


def test_what_nobody_keeps_is_asked_about_and_given_up(clock: time_machine.Traveller) -> None:
    mandate = method_being_kept(AccountFactory.create())
    asked = []
    for minute in range(0, 27 * 60, 5):
        at = NOW + timedelta(minutes=minute)
        clock.move_to(at)
        if tend_mandates(clock=lambda at=at: at):  # type: ignore[misc]  # of this round
            asked.append(minute)

    mandate.refresh_from_db()
    assert (mandate.state, mandate.next_check_at) == ("failed", None)
    assert asked[:3] == [15, 30, 45]
    assert len(asked) < 20


def test_a_gateway_that_opens_no_page_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SandboxOffSession, "keep", silent)
    with pytest.raises(GatewayUnavailable):
        method_being_kept(AccountFactory.create())
    assert Mandate.objects.get().state == "failed"
    assert not Checkout.objects.exists()
