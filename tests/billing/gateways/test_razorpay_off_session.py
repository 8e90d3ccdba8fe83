"""Razorpay without the customer, against the documented wire format, without a network."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from billing.gateways.interface import (
    Charge,
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    Keeping,
)
from tests.billing.gateways.test_razorpay import event, gateway, signature
from tests.billing.gateways.test_stripe_off_session import ORDER
from tests.billing.gateways.wires import Asked

CHARGE = Charge(
    reference="PABCDEFGH23",
    description="Credits for Meridian",
    amount=500000,
    currency="INR",
    customer_ref="cust_1",
    method_ref="token_1",
)
LINK: dict[str, Any] = {
    "id": "inv_1",
    "entity": "invoice",
    "receipt": "MABCDEFGH23",
    "customer_id": "cust_1",
    "order_id": "order_auth",
    "payment_id": None,
    "status": "issued",
    "amount": 100,
    "currency": "INR",
    "short_url": "https://rzp.io/i/VSri",
    "type": "link",
    "notes": {"reference": "MABCDEFGH23"},
}
AUTHORIZED = {
    "id": "pay_auth",
    "entity": "payment",
    "status": "captured",
    "customer_id": "cust_1",
    "token_id": "token_1",
}
TOKEN: dict[str, Any] = {
    "id": "token_1",
    "entity": "token",
    "method": "card",
    "card": {"last4": "8950", "network": "Visa"},
    "recurring": True,
    "recurring_details": {"status": "confirmed", "failure_reason": None},
}
MARKED = {"reference": "PABCDEFGH23", "off_session": "1"}
MADE = {
    "id": "order_9",
    "entity": "order",
    "amount": 500000,
    "amount_paid": 0,
    "currency": "INR",
    "receipt": "PABCDEFGH23",
    "status": "created",
    "notes": MARKED,
}
CUSTOMER = {"id": "cust_1", "email": "ana@example.com", "contact": "+919000000000"}
RECURRED = {"razorpay_payment_id": "pay_9", "razorpay_order_id": "order_9"}
PAYMENT = {
    "id": "pay_9",
    "entity": "payment",
    "order_id": "order_9",
    "amount": 500000,
    "currency": "INR",
    "status": "captured",
    "notes": MARKED,
}
NO = {"error": {"code": "BAD_REQUEST_ERROR", "description": "The token is not confirmed."}}


def listed(*payments: dict[str, Any]) -> dict[str, Any]:
    return {"entity": "collection", "count": len(payments), "items": list(payments)}


def paths(asked: list[Asked]) -> list[str]:
    return [f"{one.method} {one.path}" for one in asked]


def test_a_registration_link_keeps_a_card_and_tells_nobody_else() -> None:
    razorpay_gateway, wire = gateway(LINK)

    begun = razorpay_gateway.keep(ORDER)

    assert (begun.session_ref, begun.url) == ("inv_1", "https://rzp.io/i/VSri")
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("POST", "/v1/subscription_registration/auth_links")
    assert asked.body == {
        "customer": {"name": "Meridian Ltd", "email": "ana@example.com"},
        "type": "link",
        "amount": 100,
        "currency": "INR",
        "description": "Automatic top-up of Meridian",
        "subscription_registration": {"method": "card"},
        "receipt": "MABCDEFGH23",
        "email_notify": False,
        "sms_notify": False,
        "expire_by": 1791504000,
        "notes": {"reference": "MABCDEFGH23"},
    }


def test_a_card_is_kept_once_its_token_is_confirmed() -> None:
    paid = {**LINK, "status": "paid", "payment_id": "pay_auth"}
    razorpay_gateway, wire = gateway(paid, AUTHORIZED, TOKEN)

    kept = razorpay_gateway.kept("inv_1")

    assert (kept.state, kept.customer_ref, kept.method_ref) == (Keeping.KEPT, "cust_1", "token_1")
    assert (kept.brand, kept.last4) == ("Visa", "8950")
    assert paths(wire.asked) == [
        "GET /v1/invoices/inv_1",
        "GET /v1/payments/pay_auth",
        "GET /v1/customers/cust_1/tokens/token_1",
    ]


def test_until_then_it_is_not() -> None:
    paid = {**LINK, "status": "paid", "payment_id": "pay_auth"}
    initiated = {**TOKEN, "recurring_details": {"status": "initiated"}}
    rejected = {**TOKEN, "recurring_details": {"status": "rejected"}}
    razorpay_gateway, _wire = gateway(
        LINK,
        {**LINK, "status": "expired"},
        *(paid, {**AUTHORIZED, "token_id": None}),
        *(paid, AUTHORIZED, initiated),
        *(paid, AUTHORIZED, rejected),
    )

    states = [razorpay_gateway.kept("inv_1").state for _ in range(5)]

    assert states == [
        Keeping.OPEN,
        Keeping.FAILED,
        Keeping.OPEN,
        Keeping.OPEN,
        Keeping.FAILED,
    ]


@pytest.mark.parametrize("name", ["invoice.paid", "invoice.expired"])
def test_a_message_tells_that_keeping_came_to_an_end(name: str) -> None:
    body = event(name, invoice=LINK)

    found = gateway()[0].read_webhook(body, signature(body))

    assert (found.kind, found.reference) == (EventKind.KEEPING, "MABCDEFGH23")


def test_a_charge_is_prepared_as_an_order_which_moves_no_money() -> None:
    razorpay_gateway, wire = gateway(MADE)

    assert razorpay_gateway.prepare(CHARGE) == "order_9"
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("POST", "/v1/orders")
    assert asked.body == {
        "amount": 500000,
        "currency": "INR",
        "receipt": "PABCDEFGH23",
        "payment_capture": True,
        "notes": MARKED,
    }


def test_charging_pays_the_order_with_the_token() -> None:
    razorpay_gateway, wire = gateway(listed(), CUSTOMER, RECURRED, listed(PAYMENT), MADE)

    paid = razorpay_gateway.charge("order_9", CHARGE)

    assert (paid.kind, paid.provider_ref) == (EventKind.PAID, "pay_9")
    assert (paid.session_ref, paid.reference) == ("order_9", "PABCDEFGH23")
    assert (paid.amount, paid.currency) == (500000, "INR")
    assert paths(wire.asked) == [
        "GET /v1/orders/order_9/payments",
        "GET /v1/customers/cust_1",
        "POST /v1/payments/create/recurring",
        "GET /v1/orders/order_9/payments",
        "GET /v1/orders/order_9",
    ]
    assert wire.asked[2].body == {
        "email": "ana@example.com",
        "contact": "+919000000000",
        "amount": 500000,
        "currency": "INR",
        "order_id": "order_9",
        "customer_id": "cust_1",
        "token": "token_1",
        "recurring": True,
        "description": "Credits for Meridian",
        "notes": MARKED,
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("captured", EventKind.PAID),
        ("failed", EventKind.FAILED),
        # A bank that is told first takes a day and a half.
        ("created", EventKind.IGNORED),
        ("authorized", EventKind.IGNORED),
    ],
)
def test_an_order_that_was_asked_to_be_paid_is_never_paid_again(
    status: str, kind: EventKind
) -> None:
    razorpay_gateway, wire = gateway(listed({**PAYMENT, "status": status}), MADE)

    assert razorpay_gateway.charge("order_9", CHARGE).kind == kind
    assert all(asked.method == "GET" for asked in wire.asked)


def test_a_refused_payment_is_a_decline_unless_the_order_knows_another() -> None:
    razorpay_gateway, _wire = gateway(listed(), CUSTOMER, (400, NO), listed())
    failed = razorpay_gateway.charge("order_9", CHARGE)
    assert (failed.kind, failed.reference) == (EventKind.FAILED, "PABCDEFGH23")
    assert "not confirmed" in failed.reason

    razorpay_gateway, _wire = gateway(listed(), CUSTOMER, (400, NO), listed(PAYMENT), MADE)
    assert razorpay_gateway.charge("order_9", CHARGE).kind == EventKind.PAID


def test_how_a_charge_stands_is_asked_like_a_link() -> None:
    razorpay_gateway, _wire = gateway(listed(PAYMENT), MADE, listed(), MADE)

    assert razorpay_gateway.state_of("order_9").kind == EventKind.PAID
    assert razorpay_gateway.state_of("order_9").kind == EventKind.IGNORED


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        (event("order.paid", order=MADE, payment=PAYMENT), EventKind.PAID),
        (event("payment.failed", payment={**PAYMENT, "status": "failed"}), EventKind.FAILED),
        # A link's own order and payment: the link tells of them.
        (event("order.paid", order={**MADE, "notes": []}, payment=PAYMENT), EventKind.IGNORED),
        (event("payment.failed", payment={**PAYMENT, "notes": []}), EventKind.IGNORED),
    ],
)
def test_messages_about_our_orders_count_and_others_do_not(body: bytes, meaning: EventKind) -> None:
    found = gateway()[0].read_webhook(body, signature(body))

    assert found.kind == meaning
    if meaning != EventKind.IGNORED:
        assert (found.session_ref, found.reference) == ("order_9", "PABCDEFGH23")


def test_calling_off_leaves_an_order_unpaid_that_nobody_began_to_pay() -> None:
    razorpay_gateway, _wire = gateway(listed(), listed({**PAYMENT, "status": "created"}), MADE)

    kinds = [razorpay_gateway.call_off("order_9").kind for _ in range(2)]

    assert kinds == [EventKind.CALLED_OFF, EventKind.IGNORED]


def test_forgetting_deletes_the_token_once() -> None:
    razorpay_gateway, wire = gateway({"deleted": True}, (400, NO))

    for _ in range(2):
        razorpay_gateway.forget(customer_ref="cust_1", method_ref="token_1")

    assert paths(wire.asked)[0] == "DELETE /v1/customers/cust_1/tokens/token_1"


def test_a_silence_says_nothing_about_the_charge() -> None:
    razorpay_gateway, _wire = gateway(listed(), CUSTOMER, requests.Timeout("slow"))

    with pytest.raises(GatewayUnavailable) as caught:
        razorpay_gateway.charge("order_9", CHARGE)
    assert not isinstance(caught.value, GatewayRefused)
