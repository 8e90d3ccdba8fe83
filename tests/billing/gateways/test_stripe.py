"""The Stripe adapter against the documented wire format, without a network."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import stripe

from billing.gateways.interface import (
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    Order,
    WebhookRefused,
)
from billing.gateways.via_stripe import StripeGateway
from tests.billing.gateways.wires import CutWire, StripeWire

SECRET = "whsec_test"
ORDER = Order(
    reference="PABCDEFGH23",
    description="INV/26-27/000001",
    amount=1053150,
    currency="INR",
    email="ana@example.com",
    return_url="https://portal.example/payments/PABCDEFGH23/",
    expires_at=datetime(2026, 10, 9, tzinfo=UTC),
)
SESSION = {
    "id": "cs_test_a1",
    "object": "checkout.session",
    "url": "https://checkout.stripe.com/c/pay/cs_test_a1",
    "client_reference_id": "PABCDEFGH23",
    "payment_status": "paid",
    "status": "complete",
    "payment_intent": "pi_1",
    "amount_total": 1053150,
    "currency": "inr",
    "metadata": {"reference": "PABCDEFGH23"},
}
REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 5000,
    "currency": "inr",
    "payment_intent": "pi_1",
    "status": "succeeded",
    "metadata": {"reference": "PREFUND2345"},
}


def gateway(*answers: Any) -> tuple[StripeGateway, StripeWire]:
    wire = StripeWire(*answers)
    return StripeGateway(secret="sk_test", webhook_secret=SECRET, http_client=wire), wire


def signature(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    header = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int(at or time.time())
    )
    return {"Stripe-Signature": header}


def event(kind: str, found: dict[str, Any]) -> bytes:
    return json.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "data": {"object": found}}
    ).encode()


def test_a_checkout_asks_for_the_amount_once() -> None:
    stripe_gateway, wire = gateway(SESSION)

    begun = stripe_gateway.begin(ORDER)

    assert (begun.session_ref, begun.url) == ("cs_test_a1", SESSION["url"])
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("post", "/v1/checkout/sessions")
    assert asked.body == {
        "mode": "payment",
        "client_reference_id": "PABCDEFGH23",
        "customer_email": "ana@example.com",
        "success_url": ORDER.return_url,
        "cancel_url": ORDER.return_url,
        "expires_at": "1791504000",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "inr",
        "line_items[0][price_data][unit_amount]": "1053150",
        "line_items[0][price_data][product_data][name]": "INV/26-27/000001",
        "metadata[reference]": "PABCDEFGH23",
        "payment_intent_data[metadata][reference]": "PABCDEFGH23",
    }
    assert asked.headers["Idempotency-Key"] == "PABCDEFGH23"
    assert asked.headers["Authorization"] == "Bearer sk_test"


@pytest.mark.parametrize(
    ("kind", "changes", "meaning"),
    [
        ("checkout.session.completed", {}, EventKind.PAID),
        ("checkout.session.completed", {"payment_status": "unpaid"}, EventKind.IGNORED),
        ("checkout.session.async_payment_succeeded", {}, EventKind.PAID),
        (
            "checkout.session.async_payment_failed",
            {"payment_status": "unpaid"},
            EventKind.FAILED,
        ),
        ("checkout.session.expired", {"payment_status": "unpaid"}, EventKind.FAILED),
    ],
)
def test_a_message_says_how_the_checkout_went(
    kind: str, changes: dict[str, str], meaning: EventKind
) -> None:
    body = event(kind, {**SESSION, **changes})

    found = gateway()[0].read_webhook(body, signature(body))

    assert (found.event_id, found.kind, found.session_ref) == ("evt_1", meaning, "cs_test_a1")
    assert (found.provider_ref, found.reference) == ("pi_1", "PABCDEFGH23")
    assert (found.amount, found.currency) == (1053150, "INR")


def test_a_message_about_a_refund_names_the_refund() -> None:
    body = event("refund.updated", REFUND)

    found = gateway()[0].read_webhook(body, signature(body))

    assert (found.kind, found.provider_ref) == (EventKind.REFUNDED, "re_1")
    assert (found.reference, found.amount) == ("PREFUND2345", 5000)


def test_other_messages_are_taken_and_mean_nothing() -> None:
    body = event("customer.created", {"id": "cus_1"})
    assert gateway()[0].read_webhook(body, signature(body)).kind == EventKind.IGNORED


def test_what_stripe_did_not_sign_is_refused() -> None:
    body = event("checkout.session.completed", SESSION)
    forged = [
        {},
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "nonsense"},
        {"Stripe-Signature": "t=abc,v1=abc"},
        signature(body, secret="whsec_another"),
        signature(body, at=time.time() - 301),
        signature(body + b" "),
    ]
    for headers in forged:
        with pytest.raises(WebhookRefused):
            gateway()[0].read_webhook(body, headers)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id": "evt"}', b"null"])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    headers = signature(body) if body != b"\xff" else {"Stripe-Signature": "t=1,v1=a"}
    with pytest.raises(WebhookRefused):
        gateway()[0].read_webhook(body, headers)


def test_asking_tells_how_a_checkout_stands() -> None:
    unpaid = {**SESSION, "payment_status": "unpaid", "payment_intent": None}
    stripe_gateway, wire = gateway(
        SESSION, {**unpaid, "status": "open"}, {**unpaid, "status": "expired"}
    )

    kinds = [stripe_gateway.state_of("cs_test_a1").kind for _ in range(3)]

    assert kinds == [EventKind.PAID, EventKind.IGNORED, EventKind.FAILED]
    assert wire.asked[0].path == "/v1/checkout/sessions/cs_test_a1"


def test_a_refund_is_asked_for_once_and_can_be_looked_up() -> None:
    stripe_gateway, wire = gateway({**REFUND, "status": "pending"}, REFUND)

    begun = stripe_gateway.refund(
        provider_ref="pi_1", amount=5000, currency="INR", reference="PREFUND2345"
    )
    later = stripe_gateway.refund_state("re_1")

    assert (begun.kind, later.kind) == (EventKind.IGNORED, EventKind.REFUNDED)
    assert begun.provider_ref == "re_1"
    assert wire.asked[0].body == {
        "payment_intent": "pi_1",
        "amount": "5000",
        "metadata[reference]": "PREFUND2345",
    }
    assert wire.asked[0].headers["Idempotency-Key"] == "PREFUND2345"
    assert wire.asked[1].path == "/v1/refunds/re_1"


def test_a_no_is_told_from_a_silence() -> None:
    refusal = {"error": {"type": "invalid_request_error", "message": "Amount too small."}}
    with pytest.raises(GatewayRefused, match="Amount too small"):
        gateway((400, refusal))[0].begin(ORDER)

    cut = StripeGateway(secret="sk", webhook_secret=SECRET, http_client=CutWire())
    with pytest.raises(GatewayUnavailable) as caught:
        cut.state_of("cs_test_a1")
    assert not isinstance(caught.value, GatewayRefused)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("10531.50", "INR", 1053150),
        ("1500", "JPY", 1500),
        ("1.250", "KWD", 1250),
        # Stripe's own special cases.
        ("1500", "UGX", 150000),
        ("1500", "ISK", 150000),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(amount: str, currency: str, units: int) -> None:
    assert gateway()[0].minor_units(Decimal(amount), currency) == units
