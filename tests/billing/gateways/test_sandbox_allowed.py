"""The sandbox is there only where the installation allows it, and says that no money moved."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from billing.gateways.accounts import NoSuchGateway, enabled_gateways, gateway_at, set_up
from billing.gateways.refunds import refund_payment, refundable
from billing.gateways.sandbox_delivery import deliver_due
from billing.models import Payment, Provider
from billing.payments.errors import PaymentRefused
from billing.statement.read import read_statement
from billing.statement.span import usual_span
from billing.statement.words import text_of
from certinext.launch import paths
from certinext.launch.variables import production_variables
from tests.billing.gateways.scenes import NOW, bodies, delivered, online, sandbox_account
from tests.billing.payments.test_receipts import printed
from tests.billing.payments.test_settle import settled
from tests.customers import Customer, SignIn, words
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def paid(customer: Customer) -> Payment:
    """Return a payment that the sandbox said was paid."""
    payment = online(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
    delivered(bodies(payment, "pay")[0], now=NOW)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    return payment


def test_an_account_that_was_switched_on_before_settles_nothing_any_more(
    settings: Settings, sign_in: SignIn
) -> None:
    customer = Customer()
    sandbox_account()
    done, begun = paid(customer), online(customer.account, "30.00", kind=Payment.Kind.TOP_UP)
    settings.SANDBOX_GATEWAY = False

    assert enabled_gateways() == []
    with pytest.raises(NoSuchGateway):
        gateway_at("sandbox")
    with pytest.raises(NoSuchGateway):
        delivered(bodies(begun, "pay")[0], now=NOW)
    assert deliver_due(clock=timezone.now) == 0
    begun.refresh_from_db()
    assert begun.state == "initiated"
    assert refundable(done) == 0
    with pytest.raises(PaymentRefused):
        refund_payment(done, amount=Decimal(1), ordinal=1, by="c", now=NOW)

    browser = sign_in(customer.person())
    assert browser.get(begun.checkout.url).status_code == 404
    assert browser.post(begun.checkout.url, {"how": "pay"}).status_code == 404
    assert browser.post("/webhooks/sandbox/", b"{}", "application/json").status_code == 404
    page = words(browser.get("/credits/add/"))
    assert "Sandbox" not in page
    refused = browser.post("/credits/add/", {"way": "sandbox", "amount": "5.00"})
    assert "way" in refused.context["form"].errors


def test_staff_cannot_switch_it_on_where_it_is_not_allowed(
    settings: Settings, sign_in: SignIn
) -> None:
    settings.SANDBOX_GATEWAY = False
    staff = sign_in(UserFactory.create(is_staff=True))
    assert "Sandbox" not in words(staff.get("/backoffice/gateways/"))
    assert staff.get("/backoffice/gateways/sandbox/").status_code == 404
    assert staff.post("/backoffice/gateways/sandbox/", {"enabled": "on"}).status_code == 404
    with pytest.raises(NoSuchGateway):
        set_up(Provider.SANDBOX, enabled=True, by="c")


@pytest.mark.parametrize(
    ("variables", "allowed"),
    [
        ({}, False),
        ({"SANDBOX_GATEWAY": "0", "DEBUG": "1"}, False),
        ({"DEBUG": "1"}, True),
        ({"SANDBOX_GATEWAY": "1"}, True),
    ],
)
def test_production_has_none_unless_it_asks_for_it(
    tmp_path: Any, variables: dict[str, str], *, allowed: bool
) -> None:
    code = "from certinext import settings; print(settings.SANDBOX_GATEWAY)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **production_variables(tmp_path), **variables},
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == str(allowed)


def test_every_page_and_the_receipt_of_an_imitated_payment_say_so(sign_in: SignIn) -> None:
    customer = Customer()
    sandbox_account()
    payment = paid(customer)
    receipt = printed(payment.receipt.document)
    assert "No money moved: this payment was imitated in the sandbox." in receipt
    assert "Received with thanks" not in receipt

    browser = sign_in(customer.person())
    notice = "No money moved: this payment went through the sandbox."
    assert notice in words(browser.get(f"/payments/{payment}/"))
    assert "Sandbox, no money moved" in words(browser.get("/payments/"))
    assert "Sandbox (no money moves)" in words(browser.get("/credits/add/"))
    staff = sign_in(UserFactory.create(is_staff=True))
    assert notice in words(staff.get(f"/backoffice/payments/{payment}/"))
    (row,) = read_statement(customer.account, usual_span(NOW.date()))[:]
    assert "no money moved" in text_of(row)


def test_what_really_came_in_says_nothing_of_it(sign_in: SignIn) -> None:
    customer = Customer()
    payment = settled(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
    assert "No money moved" not in printed(payment.receipt.document)
    assert "o money moved" not in words(sign_in(customer.person()).get(f"/payments/{payment}/"))
