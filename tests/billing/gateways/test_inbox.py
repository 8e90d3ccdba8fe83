"""Messages of a gateway: forged, repeated, shuffled, about other money; the effect is one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.test import Client

from billing.gateways import tasks
from billing.gateways.accounts import set_up
from billing.gateways.effects import apply_event
from billing.gateways.inbox import receive, work_off_left_behind
from billing.gateways.interface import Event
from billing.gateways.sandbox_delivery import deliver_due
from billing.gateways.via_sandbox import signed
from billing.models import (
    Allocation,
    Document,
    GatewayAccount,
    LedgerEntry,
    Payment,
    Provider,
    SandboxMessage,
    WebhookDelivery,
)
from billing.payments.owed import position_of
from billing.payments.settle import reject
from certinext.audit.models import AuditEvent
from tests.billing.gateways.scenes import NOW, SECRET, bodies, changed, delivered, online
from tests.billing.payments.test_settle import invoiced, state_of
from tests.database import TENANTS
from tests.factories import AccountFactory
from tests.invariants import broken_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
URL = "/webhooks/sandbox/"
INVOICE = "10531.50"


@pytest.fixture(autouse=True)
def _today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def posted(body: bytes, headers: dict[str, str], *, host: str = TENANTS["alpha"]) -> int:
    browser = Client(HTTP_HOST=host, enforce_csrf_checks=True)
    answer = browser.post(URL, body, content_type="application/json", headers=headers)
    return answer.status_code


def test_a_paid_message_settles_the_payment_and_is_kept_as_it_came() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    payment = online(account, INVOICE, invoices=[invoice])
    (body,) = bodies(payment, "pay")

    assert posted(body, signed(body, secret=SECRET, now=NOW)) == 200

    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert state_of(invoice) == ("paid", "0.00")
    kept = WebhookDelivery.objects.get()
    assert bytes(kept.body) == body
    assert (kept.outcome, kept.payment_id) == ("applied", payment.pk)
    assert broken_invariants() == {}


def test_twenty_deliveries_have_one_effect() -> None:
    account = AccountFactory.create()
    payment = online(account, INVOICE, invoices=[invoiced(account)])
    (body,) = bodies(payment, "pay")

    for second in range(20):
        now = NOW + timedelta(seconds=second)
        assert posted(body, signed(body, secret=SECRET, now=now)) == 200

    assert WebhookDelivery.objects.count() == 1
    assert Allocation.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="payment").count() == 1
    assert Document.objects.filter(kind="receipt").count() == 1


def test_words_in_any_order_end_alike() -> None:
    account = AccountFactory.create()
    dice = random.Random(20261008)
    for order in itertools.permutations(range(3)):
        payment = online(account, "100.00", kind=Payment.Kind.TOP_UP)
        (failed,) = bodies(payment, "decline")
        (paid,) = bodies(payment, "pay")[1:]
        told_again = changed(paid, id=f"again{payment.reference}")
        messages = [failed, paid, told_again]
        replayed = [messages[index] for index in order] * 7
        dice.shuffle(replayed)
        for body in replayed:
            delivered(body)
        payment.refresh_from_db()
        assert payment.state == "succeeded"
    assert position_of(account).credits == Decimal("600.00")
    assert broken_invariants() == {}


def test_what_is_not_signed_leaves_nothing() -> None:
    payment = online(AccountFactory.create(), INVOICE)
    (body,) = bodies(payment, "pay")
    good = signed(body, secret=SECRET, now=NOW)["Sandbox-Signature"]
    old = signed(body, secret=SECRET, now=NOW - timedelta(seconds=301))["Sandbox-Signature"]
    other = signed(body, secret="another", now=NOW)["Sandbox-Signature"]
    late = signed(body + b" ", secret=SECRET, now=NOW)["Sandbox-Signature"]

    for header in ("", "nonsense", "t=1", good[:-1], old, other, late, "t=\u0661,v1=a", "t=é,v1=é"):
        headers = {"Sandbox-Signature": header.encode().decode("latin-1")}
        assert posted(body, headers) == 400
    assert posted(body, {}) == 400

    payment.refresh_from_db()
    assert payment.state == "initiated"
    assert not WebhookDelivery.objects.exists()


def test_a_gateway_without_a_secret_has_no_address() -> None:
    body = b"{}"
    browser = Client(HTTP_HOST=TENANTS["alpha"])
    for provider in ("stripe", "razorpay", "nobody", "sandbox-2"):
        answer = browser.post(f"/webhooks/{provider}/", body, content_type="application/json")
        assert answer.status_code == 404
    assert browser.get(URL).status_code == 405


def test_another_tenants_secret_signs_nothing_here() -> None:
    payment = online(AccountFactory.create(), INVOICE)
    (body,) = bodies(payment, "pay")
    assert posted(body, signed(body, secret=SECRET, now=NOW), host=TENANTS["beta"]) == 404
    assert posted(body, signed(body, secret="beta's", now=NOW)) == 400


def test_a_large_body_is_not_even_read() -> None:
    body = b" " * (256 * 1024 + 1)
    assert posted(body, signed(body, secret=SECRET, now=NOW)) == 413


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": 1053149}, "reports 10531.49 INR instead of 10531.50 INR"),
        ({"amount": 1053151}, "reports 10531.51 INR instead of 10531.50 INR"),
        ({"currency": "USD"}, "reports 10531.50 USD instead of 10531.50 INR"),
        ({"currency": "???"}, "reports 1053150 '???' instead of 10531.50 INR"),
    ],
)
def test_other_money_than_was_asked_for_is_held_and_nothing_is_posted(
    change: dict[str, object], said: str
) -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    payment = online(account, INVOICE, invoices=[invoice])
    (body,) = bodies(payment, "pay")
    wrong = changed(body, **change)

    assert delivered(wrong).outcome == "mismatch"

    payment.refresh_from_db()
    assert payment.state == "pending_approval"
    assert said in payment.reason
    assert state_of(invoice) == ("issued", INVOICE)
    assert not LedgerEntry.objects.filter(kind="payment").exists()
    assert AuditEvent.objects.filter(action="payment.held").count() == 1
    # What a clerk has to look at is not wiped out by a failure; the right message still counts.
    assert delivered(changed(body, id="f", kind="failed", payment="")).outcome == "known"
    assert delivered(changed(body, id="right")).outcome == "applied"
    assert state_of(invoice) == ("paid", "0.00")


def test_the_same_money_under_another_payments_number_pays_once() -> None:
    account = AccountFactory.create()
    first, second = (online(account, "50.00", kind=Payment.Kind.TOP_UP) for _ in range(2))
    (body,) = bodies(first, "pay")

    delivered(body)
    outcome = delivered(
        changed(body, id="other", reference=second.reference, session=second.session_ref)
    ).outcome

    assert outcome == "known"
    second.refresh_from_db()
    assert second.state == "initiated"
    assert position_of(account).credits == Decimal("50.00")


def test_what_is_paid_twice_becomes_credit_once() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    payment = online(account, INVOICE, invoices=[invoice])

    outcomes = [delivered(body).outcome for body in bodies(payment, "pay_twice") * 3]

    assert outcomes == ["applied", "applied"] * 3
    further = Payment.objects.get(paid_beyond=payment)
    assert (further.kind, further.state, further.amount) == (
        "top_up",
        "succeeded",
        Decimal(INVOICE),
    )
    assert state_of(invoice) == ("paid", "0.00")
    assert position_of(account).credits == Decimal(INVOICE)
    assert further.receipt.credit_amount == Decimal(INVOICE)
    assert broken_invariants() == {}


def test_further_money_in_another_currency_is_only_written_down() -> None:
    account = AccountFactory.create()
    payment = online(account, INVOICE, invoices=[invoiced(account)])
    first, second = bodies(payment, "pay_twice")
    delivered(first)

    assert delivered(changed(second, currency="USD")).outcome == "unexpected"

    assert not Payment.objects.filter(paid_beyond=payment).exists()
    assert position_of(account).credits == 0
    event = AuditEvent.objects.get(action="payment.held")
    assert "10531.50 USD" in event.details["reason"]


def test_a_word_without_a_transaction_of_its_own_waits_for_a_clerk() -> None:
    account = AccountFactory.create()
    payment = online(account, INVOICE, invoices=[invoiced(account)])
    (body,) = bodies(payment, "pay")
    delivered(body)

    assert delivered(changed(body, id="again", payment="")).outcome == "unexpected"

    further = Payment.objects.get(paid_beyond=payment)
    assert further.state == "pending_approval"
    assert f"Paid beyond {payment.reference}; confirm" in further.reason
    assert position_of(account).credits == 0


def test_money_for_a_rejected_payment_waits_for_a_clerk() -> None:
    account = AccountFactory.create()
    payment = online(account, "80.00", kind=Payment.Kind.TOP_UP)
    reject(payment, reason="Asked to", by="clerk", now=NOW)

    delivered(bodies(payment, "pay")[0])

    assert Payment.objects.get(state="pending_approval").amount == Decimal("80.00")
    assert position_of(account).credits == 0


def test_a_message_about_nothing_we_know_is_kept_and_answered() -> None:
    payment = online(AccountFactory.create(), INVOICE)
    (body,) = bodies(payment, "pay")
    unknown = changed(body, reference="PUNKNOWN222", session="sbx_unknown")

    assert posted(unknown, signed(unknown, secret=SECRET, now=NOW)) == 200

    assert WebhookDelivery.objects.get().outcome == "unknown"
    payment.refresh_from_db()
    assert payment.state == "initiated"


def test_paid_comes_before_the_checkouts_number_is_stored() -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    (body,) = bodies(payment, "pay")
    Payment.objects.filter(pk=payment.pk).update(session_ref="")

    assert delivered(body).outcome == "applied"
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_what_a_crash_left_in_the_inbox_is_worked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    (body,) = bodies(payment, "pay")
    with monkeypatch.context() as patch:
        patch.setattr("billing.gateways.inbox.work_off", lambda *_, **__: None)
        receive("sandbox", body=body, headers=signed(body, secret=SECRET, now=NOW), now=NOW)
    assert WebhookDelivery.objects.get().outcome == ""

    assert work_off_left_behind(now=NOW + timedelta(seconds=59)) == 0
    assert work_off_left_behind(now=NOW + timedelta(seconds=60)) == 1
    assert work_off_left_behind(now=NOW + timedelta(seconds=60)) == 0

    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_the_sandbox_delivers_later_when_asked_to() -> None:
    payment = online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP)
    bodies(payment, "pay_later")

    assert deliver_due(clock=lambda: NOW) == 0
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert deliver_due(clock=lambda: NOW + timedelta(minutes=2)) == 1
    assert SandboxMessage.objects.get().delivered_at == NOW + timedelta(minutes=2)
    payment.refresh_from_db()
    assert payment.state == "succeeded"


def test_secrets_are_sealed_and_kept_when_left_empty() -> None:
    account = GatewayAccount.objects.get(pk="sandbox")
    assert SECRET not in account.sealed_webhook_secret
    set_up(Provider.SANDBOX, enabled=False, by="clerk")
    assert GatewayAccount.objects.get().sealed_webhook_secret == account.sealed_webhook_secret
    event = AuditEvent.objects.filter(action="gateway.changed").latest("id")
    assert SECRET not in str(event.details)


def test_a_second_word_that_names_what_the_first_did_not_waits_for_a_clerk() -> None:
    """It may be the same money, told better."""
    account = AccountFactory.create()
    payment = online(account, INVOICE, invoices=[invoiced(account)])
    (body,) = bodies(payment, "pay")
    delivered(changed(body, payment=""))

    assert delivered(changed(body, id="again")).outcome == "unexpected"

    assert Payment.objects.get(paid_beyond=payment).state == "pending_approval"
    assert position_of(account).credits == 0


def test_a_message_that_cannot_be_worked_off_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poison, sound = (
        online(AccountFactory.create(), "20.00", kind=Payment.Kind.TOP_UP) for _ in range(2)
    )
    with monkeypatch.context() as patch:
        patch.setattr("billing.gateways.inbox.work_off", lambda *_, **__: None)
        for payment in (poison, sound):
            (body,) = bodies(payment, "pay")
            receive("sandbox", body=body, headers=signed(body, secret=SECRET, now=NOW), now=NOW)

    def failing(event: Event, **facts: Any) -> Any:
        if event.reference == poison.reference:
            raise ValueError("nobody foresaw this")
        return apply_event(event, **facts)

    with monkeypatch.context() as patch:
        patch.setattr("billing.gateways.inbox.apply_event", failing)
        assert work_off_left_behind(now=NOW + timedelta(minutes=1)) == 2

    assert "could not be worked off" in caplog.text
    assert Payment.objects.get(pk=sound.pk).state == "succeeded"
    assert Payment.objects.get(pk=poison.pk).state == "initiated"
    assert work_off_left_behind(now=NOW + timedelta(minutes=2)) == 1
    assert Payment.objects.get(pk=poison.pk).state == "succeeded"


def test_a_step_of_the_task_that_fails_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = []
    monkeypatch.setattr(tasks, "work_off_left_behind", mock.Mock(side_effect=ValueError))
    monkeypatch.setattr(tasks, "give_up_unsent", lambda **_facts: done.append("given up"))
    tasks.ask_gateways.run()
    assert done == ["given up"]
