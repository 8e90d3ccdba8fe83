"""Money that is held for a clerk: what its customer reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine

from billing.models import Payment
from billing.payments.begin import begin_payment
from tests.billing.gateways.scenes import (
    NOW,
    bodies,
    changed,
    delivered,
    online,
    paid_beyond,
    sandbox_account,
)
from tests.billing.payments.test_settle import settled
from tests.customers import Customer, SignIn, words

pytestmark = pytest.mark.django_db
# Of what is said to staff.
CLERKS = ("confirm it", "reject it", "The gateway reports", "not what was asked for", "Paid beyond")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer() -> Customer:
    sandbox_account()
    return Customer()


def said_of(payment: Payment, customer: Customer, sign_in: SignIn) -> str:
    page = words(sign_in(customer.person()).get(f"/payments/{payment}/"))
    assert not [phrase for phrase in CLERKS if phrase in page]
    return page


def test_another_amount_than_was_asked_for(sign_in: SignIn, customer: Customer) -> None:
    payment = online(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
    delivered(changed(bodies(payment, "pay")[0], amount=1999), now=NOW)
    page = said_of(payment, customer, sign_in)
    assert "Another amount arrived than we asked for." in page
    assert "You need not pay again." in page


def test_more_than_was_asked_for(sign_in: SignIn, customer: Customer) -> None:
    payment = online(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
    paid_beyond(payment)
    further = Payment.objects.get(state="pending_approval")
    page = said_of(further, customer, sign_in)
    assert "You paid more than we asked for." in page
    assert "adds it to your credits or sends it back" in page


def test_a_refund_that_a_clerk_must_look_at(sign_in: SignIn, customer: Customer) -> None:
    came = settled(customer.account, "20.00", kind=Payment.Kind.TOP_UP)
    refund = begin_payment(
        customer.account,
        kind=Payment.Kind.REFUND,
        method=Payment.Method.GATEWAY,
        provider="sandbox",
        amount=Decimal(5),
        currency="INR",
        by="c",
        now=NOW,
        state=Payment.State.PENDING_APPROVAL,
        refund_of=came,
        reason="The gateway gave back 4.00 INR.",
    )
    page = said_of(refund, customer, sign_in)
    assert "The refund is being checked." in page
    assert "gave back 4.00" not in page
