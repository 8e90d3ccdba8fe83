"""The Razorpay adapter against the documented wire format, without a network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
import requests

from billing.gateways.interface import (
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    WebhookRefused,
)
from billing.gateways.via_razorpay import RazorpayGateway
from tests.billing.gateways.test_stripe import ORDER
from tests.billing.gateways.wires import RazorpayWire

SECRET = "webhook secret"
LINK = {
    "id": "plink_1",
    "short_url": "https://rzp.io/i/abc",
    "reference_id": "PABCDEFGH23",
    "amount": 1053150,
    "amount_paid": 1053150,
    "currency": "INR",
    "status": "paid",
    "payments": [
        {"payment_id": "pay_0", "amount": 1053150, "status": "failed"},
        {"payment_id": "pay_1", "amount": 1053150, "status": "captured"},
    ],
}
PAYMENT = {"id": "pay_1", "amount": 1053150, "currency": "INR", "status": "captured"}
REFUND = {
    "id": "rfnd_1",
    "amount": 5000,
    "currency": "INR",
    "payment_id": "pay_1",
    "status": "processed",
    "notes": {"reference": "PREFUND2345"},
}


def gateway(*answers: Any) -> tuple[RazorpayGateway, RazorpayWire]:
    wire = RazorpayWire(list(answers))
    made = RazorpayGateway(
        key_id="rzp_test", secret="key", webhook_secret=SECRET, session=wire.session()
    )
    return made, wire


def signature(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    return {
        "X-Razorpay-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "X-Razorpay-Event-Id": "evt_unsigned",
    }


def event(name: str, **entities: dict[str, Any]) -> bytes:
    payload = {kind: {"entity": entity} for kind, entity in entities.items()}
    return json.dumps({"entity": "event", "event": name, "payload": payload}).encode()


def test_a_payment_link_asks_for_the_amount_and_tells_nobody_else() -> None:
    razorpay_gateway, wire = gateway({**LINK, "status": "created"})

    begun = razorpay_gateway.begin(ORDER)

    assert (begun.session_ref, begun.url) == ("plink_1", "https://rzp.io/i/abc")
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("POST", "/v1/payment_links")
    assert asked.body["amount"] == 1053150
    assert asked.body["currency"] == "INR"
    assert asked.body["reference_id"] == "PABCDEFGH23"
    assert asked.body["accept_partial"] is False
    assert asked.body["notify"] == {"sms": False, "email": False}
    assert asked.body["callback_url"] == ORDER.return_url
    assert asked.body["expire_by"] == 1791504000
    credentials = base64.b64encode(b"rzp_test:key").decode()
    assert asked.headers["Authorization"] == f"Basic {credentials}"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("payment_link.paid", EventKind.PAID),
        ("payment_link.expired", EventKind.FAILED),
        ("payment_link.cancelled", EventKind.FAILED),
    ],
)
def test_a_message_says_how_the_link_went(name: str, meaning: EventKind) -> None:
    body = event(name, payment_link=LINK, payment=PAYMENT)

    found = gateway()[0].read_webhook(body, signature(body))

    assert (found.kind, found.session_ref, found.provider_ref) == (meaning, "plink_1", "pay_1")
    assert (found.reference, found.amount, found.currency) == ("PABCDEFGH23", 1053150, "INR")


def test_a_message_is_known_by_what_is_signed_of_it() -> None:
    body = event("payment_link.paid", payment_link=LINK, payment=PAYMENT)
    headers = signature(body)

    first = gateway()[0].read_webhook(body, headers)
    again = gateway()[0].read_webhook(body, {**headers, "X-Razorpay-Event-Id": "evt_another"})

    assert first.event_id == again.event_id == hashlib.sha256(body).hexdigest()


def test_a_message_about_a_refund_names_the_refund() -> None:
    body = event("refund.processed", refund=REFUND, payment=PAYMENT)
    found = gateway()[0].read_webhook(body, signature(body))
    assert (found.kind, found.provider_ref) == (EventKind.REFUNDED, "rfnd_1")
    assert (found.reference, found.amount) == ("PREFUND2345", 5000)

    body = event("refund.failed", refund={**REFUND, "status": "failed", "notes": []})
    found = gateway()[0].read_webhook(body, signature(body))
    assert (found.kind, found.reference) == (EventKind.REFUND_FAILED, "")


def test_other_messages_are_taken_and_mean_nothing() -> None:
    body = event("payment.authorized", payment=PAYMENT)
    assert gateway()[0].read_webhook(body, signature(body)).kind == EventKind.IGNORED


def test_what_razorpay_did_not_sign_is_refused() -> None:
    body = event("payment_link.paid", payment_link=LINK, payment=PAYMENT)
    forged = [
        {},
        {"X-Razorpay-Signature": ""},
        {"X-Razorpay-Signature": "é" * 64},
        signature(body, secret="another"),
        signature(body + b" "),
    ]
    for headers in forged:
        with pytest.raises(WebhookRefused):
            gateway()[0].read_webhook(body, headers)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"event": "payment_link.paid"}'])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        gateway()[0].read_webhook(body, signature(body))


def test_asking_tells_how_a_link_stands_and_which_try_went_through() -> None:
    razorpay_gateway, wire = gateway(
        LINK,
        {**LINK, "status": "created", "payments": None},
        {**LINK, "status": "expired", "payments": []},
    )

    found = [razorpay_gateway.state_of("plink_1") for _ in range(3)]

    assert [event.kind for event in found] == [
        EventKind.PAID,
        EventKind.IGNORED,
        EventKind.FAILED,
    ]
    assert found[0].provider_ref == "pay_1"
    assert wire.asked[0].path == "/v1/payment_links/plink_1"


def test_a_refund_is_asked_for_once_and_can_be_looked_up() -> None:
    razorpay_gateway, wire = gateway({**REFUND, "status": "pending"}, REFUND)

    begun = razorpay_gateway.refund(
        provider_ref="pay_1", amount=5000, currency="INR", reference="PREFUND2345"
    )
    later = razorpay_gateway.refund_state("rfnd_1")

    assert (begun.kind, later.kind) == (EventKind.IGNORED, EventKind.REFUNDED)
    assert wire.asked[0].path == "/v1/payments/pay_1/refund"
    assert wire.asked[0].body == {
        "amount": 5000,
        "receipt": "PREFUND2345",
        "notes": {"reference": "PREFUND2345"},
    }
    assert wire.asked[0].headers["X-Refund-Idempotency"] == "PREFUND2345"


def test_a_no_is_told_from_a_silence() -> None:
    no = {"error": {"code": "BAD_REQUEST_ERROR", "description": "The amount is too small."}}
    with pytest.raises(GatewayRefused, match="too small"):
        gateway((400, no))[0].begin(ORDER)

    failures: list[Any] = [
        requests.ConnectionError("reset"),
        requests.Timeout("slow"),
        (500, {"error": {"code": "SERVER_ERROR", "description": "We are busy."}}),
    ]
    for failure in failures:
        with pytest.raises(GatewayUnavailable) as caught:
            gateway(failure)[0].begin(ORDER)
        assert not isinstance(caught.value, GatewayRefused)
