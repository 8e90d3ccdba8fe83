"""A decline is told once, with the way to pay by hand; several in a row are a pause."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from billing.auto_top_up.terms import go_on, in_force, turn_off
from billing.gateways.interface import GatewayRefused, GatewayUnavailable
from billing.gateways.sandbox_delivery import deliver_due
from billing.gateways.sandbox_off_session import SandboxOffSession
from billing.models import Account, AutoTopUp, DeclinedTopUpMail, Payment, SandboxSession
from billing.payments.owed import position_of
from billing.payments.settle import settle
from billing.sentences import gettext_noop
from certinext.audit.models import AuditEvent
from tests.billing.auto_top_up.scenes import (
    NOW,
    agreed,
    change,
    charged,
    kept,
    top_ups,
    topping_up,
    work,
)
from tests.billing.gateways.scenes import online

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]


def fall(account: Account) -> int:
    """Bring the credits up, let them fall, and return how many e-mails went out."""
    change(account, "1000")
    change(account, f"{900 - position_of(account).credits}")
    return work()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("declines", "The bank declined the payment."),
        ("asks", "The bank wants the payment confirmed by you."),
    ],
)
def test_a_decline_is_told_once_with_a_link_to_pay_by_hand(how: str, reason: str) -> None:
    account = topping_up(how)
    change(account, "-600")
    assert work() == 1
    # The gateway's message tells of it once more, and the worker looks once more.
    deliver_due(clock=lambda: NOW)
    assert work() == 0

    (payment,) = top_ups(account)
    assert (payment.state, payment.reason) == ("failed", reason)
    (sent,) = mail.outbox
    assert sent.subject == "Your automatic top-up was declined - Aravalli Trust"
    assert sent.to == [account.billing_email]
    assert "₹5,000.00 could not be charged to Sandbox •••• " in sent.body
    assert reason in sent.body
    assert "₹900.00 is left to spend." in sent.body
    assert "http://alpha.testserver/credits/add/?amount=5000.00" in sent.body
    assert "is paused" not in sent.body
    assert isinstance(sent, EmailMultiAlternatives)
    html, _kind = sent.alternatives[0]
    assert "Ravi &lt;Shankar&gt;" in str(html)
    assert "add/?amount=5000.00" in str(html)
    assert charged() == []
    assert AuditEvent.objects.filter(action="auto_top_up.declined").count() == 1
    assert AuditEvent.objects.filter(action="auto_top_up.mail_sent").count() == 1


def test_the_same_fall_is_not_tried_again() -> None:
    account = topping_up("declines")
    change(account, "-600")
    work()
    change(account, "-100")
    assert work(NOW + timedelta(days=2)) == 0
    assert len(top_ups(account)) == 1


def test_three_declines_in_a_row_are_a_pause_until_somebody_goes_on() -> None:
    account = topping_up("declines", monthly_limit=Decimal("5000.00"))
    assert [fall(account) for _ in range(4)] == [1, 1, 1, 0]

    found = in_force(account)
    assert found is not None
    assert found.paused_at == NOW
    assert "automatic top-up is paused" in mail.outbox[-1].body
    assert "automatic top-up is paused" not in mail.outbox[-2].body
    assert len(top_ups(account)) == 3

    assert go_on(account, by="ravi", now=NOW + timedelta(seconds=1))
    work(NOW + timedelta(seconds=1))
    assert len(top_ups(account)) == 4
    assert not AutoTopUp.objects.exclude(paused_at=None).exists()


def test_a_success_between_ends_the_row() -> None:
    account = topping_up("declines")
    assert fall(account) + fall(account) == 2
    pays = SandboxSession.objects.filter(method__isnull=False).first()
    assert pays is not None
    assert pays.method is not None
    pays.method.behaviour = "pays"
    pays.method.save()
    fall(account)
    pays.method.behaviour = "declines"
    pays.method.save()
    fall(account)
    fall(account)

    found = in_force(account)
    assert found is not None
    assert found.paused_at is None
    assert [payment.state for payment in top_ups(account)] == [
        "failed",
        "failed",
        "succeeded",
        "failed",
        "failed",
    ]


def test_another_method_begins_a_new_row() -> None:
    account = topping_up("declines")
    for _ in range(3):
        fall(account)
    agreed(account, kept(account, "pays"))
    fall(account)
    assert top_ups(account)[-1].state == "succeeded"


def test_nothing_is_said_where_it_was_paid_after_all() -> None:
    account = topping_up("declines")
    Account.objects.filter(pk=account.pk).update(billing_email="")
    change(account, "-600")
    work()
    assert "enter one" in DeclinedTopUpMail.objects.get().error

    (payment,) = top_ups(account)
    settle(payment, now=NOW, by="sandbox", provider_ref="late")
    work(NOW + timedelta(minutes=5))
    assert DeclinedTopUpMail.objects.get().state == "dropped"


def test_a_charge_that_the_gateway_does_not_take_is_a_decline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuses(*_args: object, **_options: object) -> Any:
        raise GatewayRefused(gettext_noop("No such customer."))

    monkeypatch.setattr(SandboxOffSession, "prepare", refuses)
    account = topping_up()
    change(account, "-600")
    assert work() == 1
    assert top_ups(account)[0].reason == "No such customer."


def test_a_silent_gateway_is_asked_again_and_nobody_is_written_to(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    def silent(*_args: object, **_options: object) -> Any:
        raise GatewayUnavailable(gettext_noop("No answer."))

    account = topping_up()
    change(account, "-600")
    for step in ("prepare", "charge"):
        with monkeypatch.context() as patch:
            patch.setattr(SandboxOffSession, step, silent)
            assert work() == 0
    later = NOW + timedelta(minutes=15)
    clock.move_to(later)
    work(later)

    assert [payment.state for payment in top_ups(account)] == ["succeeded"]
    assert charged() == [500000]


def test_a_decline_of_a_payment_by_hand_is_nobodys_automatic_top_up() -> None:
    account = topping_up()
    payment = online(account, "100.00", kind=Payment.Kind.TOP_UP)
    SandboxSession.objects.filter(pk=payment.session_ref).update(state="declined")
    work(NOW + timedelta(minutes=15))
    payment.refresh_from_db()
    assert payment.state == "failed"
    assert not DeclinedTopUpMail.objects.exists()


def test_turning_off_while_it_is_declined_is_not_undone() -> None:
    account = topping_up("declines")
    for _ in range(2):
        fall(account)
    turn_off(account, by="ravi", now=NOW)
    fall(account)
    assert in_force(account) is None
    assert len(top_ups(account)) == 2
