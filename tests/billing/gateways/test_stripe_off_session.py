"""Stripe without the customer, against the documented wire format, without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.gateways.interface import (
    Charge,
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    Keeping,
    KeepOrder,
)
from billing.gateways.via_stripe import StripeGateway
from tests.billing.gateways.test_stripe import SECRET, event, gateway, signature
from tests.billing.gateways.wires import CutWire

ORDER = KeepOrder(
    reference="MABCDEFGH23",
    description="Automatic top-up of Meridian",
    name="Meridian Ltd",
    email="ana@example.com",
    currency="INR",
    return_url="https://portal.example/credits/auto-top-up/method/MABCDEFGH23/back/",
    expires_at=datetime(2026, 10, 9, tzinfo=UTC),
)
CHARGE = Charge(
    reference="PABCDEFGH23",
    description="Credits for Meridian",
    amount=500000,
    currency="INR",
    customer_ref="cus_1",
    method_ref="pm_1",
)
SETUP = {
    "id": "cs_test_s1",
    "object": "checkout.session",
    "url": "https://checkout.stripe.com/c/pay/cs_test_s1",
    "mode": "setup",
    "client_reference_id": "MABCDEFGH23",
    "payment_status": "no_payment_required",
    "status": "complete",
    "customer": "cus_1",
    "payment_intent": None,
    "amount_total": None,
    "currency": "inr",
    "metadata": {"reference": "MABCDEFGH23"},
}
KEPT = {
    **SETUP,
    "setup_intent": {
        "id": "seti_1",
        "object": "setup_intent",
        "status": "succeeded",
        "payment_method": {
            "id": "pm_1",
            "object": "payment_method",
            "type": "card",
            "card": {"brand": "visa", "display_brand": "visa", "last4": "4242"},
        },
    },
}
INTENT: dict[str, Any] = {
    "id": "pi_9",
    "object": "payment_intent",
    "amount": 500000,
    "amount_received": 0,
    "currency": "inr",
    "status": "requires_confirmation",
    "last_payment_error": None,
    "metadata": {"reference": "PABCDEFGH23", "off_session": "1"},
}
PAID = {**INTENT, "status": "succeeded", "amount_received": 500000}
DECLINED = {
    **INTENT,
    "status": "requires_payment_method",
    "last_payment_error": {"code": "card_declined", "type": "card_error"},
}
ASKS = {
    **INTENT,
    "status": "requires_payment_method",
    "last_payment_error": {"code": "authentication_required", "type": "card_error"},
}


def refusal(code: str, intent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    error = {"type": "card_error", "code": code, "message": "No.", "payment_intent": intent}
    return 402, {"error": error}


def test_a_page_in_setup_mode_keeps_a_card_for_later() -> None:
    stripe_gateway, wire = gateway(SETUP)

    begun = stripe_gateway.keep(ORDER)

    assert (begun.session_ref, begun.url) == ("cs_test_s1", SETUP["url"])
    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("post", "/v1/checkout/sessions")
    assert asked.body == {
        "mode": "setup",
        "allowed_payment_method_types[0]": "card",
        "currency": "inr",
        "client_reference_id": "MABCDEFGH23",
        "customer_creation": "always",
        "customer_email": "ana@example.com",
        "success_url": ORDER.return_url,
        "cancel_url": ORDER.return_url,
        "expires_at": "1791504000",
        "metadata[reference]": "MABCDEFGH23",
        "setup_intent_data[description]": "Automatic top-up of Meridian",
        "setup_intent_data[metadata][reference]": "MABCDEFGH23",
    }
    assert asked.headers["Idempotency-Key"] == "MABCDEFGH23"


def test_asking_tells_which_card_is_kept() -> None:
    stripe_gateway, wire = gateway(
        KEPT,
        {**SETUP, "status": "open", "setup_intent": {"id": "seti_1", "status": "x"}},
        {**SETUP, "status": "expired", "setup_intent": None},
    )

    kept, still_open, expired = (stripe_gateway.kept("cs_test_s1") for _ in range(3))

    assert (kept.state, kept.customer_ref, kept.method_ref) == (Keeping.KEPT, "cus_1", "pm_1")
    assert (kept.brand, kept.last4) == ("Visa", "4242")
    assert (still_open.state, expired.state) == (Keeping.OPEN, Keeping.FAILED)
    assert "expired" in expired.reason
    assert wire.asked[0].path == (
        "/v1/checkout/sessions/cs_test_s1?expand[0]=setup_intent.payment_method"
    )


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.expired"])
def test_a_message_tells_that_keeping_came_to_an_end(kind: str) -> None:
    body = event(kind, SETUP)

    found = gateway()[0].read_webhook(body, signature(body))

    assert (found.kind, found.reference) == (EventKind.KEEPING, "MABCDEFGH23")


def test_a_charge_is_prepared_without_moving_money() -> None:
    stripe_gateway, wire = gateway(INTENT)

    assert stripe_gateway.prepare(CHARGE) == "pi_9"

    (asked,) = wire.asked
    assert (asked.method, asked.path) == ("post", "/v1/payment_intents")
    assert asked.body == {
        "amount": "500000",
        "currency": "inr",
        "customer": "cus_1",
        "payment_method": "pm_1",
        "allowed_payment_method_types[0]": "card",
        "description": "Credits for Meridian",
        "metadata[reference]": "PABCDEFGH23",
        "metadata[off_session]": "1",
    }
    assert "confirm" not in asked.body
    assert asked.headers["Idempotency-Key"] == "PABCDEFGH23"


def test_charging_confirms_the_prepared_intent_without_the_customer() -> None:
    stripe_gateway, wire = gateway(INTENT, PAID)

    paid = stripe_gateway.charge("pi_9", CHARGE)

    assert (paid.kind, paid.provider_ref, paid.session_ref) == (EventKind.PAID, "pi_9", "pi_9")
    assert (paid.amount, paid.currency, paid.reference) == (500000, "INR", "PABCDEFGH23")
    looked, confirmed = wire.asked
    assert (looked.method, looked.path) == ("get", "/v1/payment_intents/pi_9")
    assert confirmed.path == "/v1/payment_intents/pi_9/confirm"
    assert confirmed.body == {"off_session": "true"}
    assert confirmed.headers["Idempotency-Key"] == "PABCDEFGH23-confirm"


@pytest.mark.parametrize(
    ("intent", "kind"),
    [
        (PAID, EventKind.PAID),
        (DECLINED, EventKind.FAILED),
        ({**INTENT, "status": "processing"}, EventKind.IGNORED),
        ({**INTENT, "status": "canceled"}, EventKind.CALLED_OFF),
    ],
)
def test_what_was_confirmed_before_is_never_confirmed_again(
    intent: dict[str, Any], kind: EventKind
) -> None:
    stripe_gateway, wire = gateway(intent)

    assert stripe_gateway.charge("pi_9", CHARGE).kind == kind
    assert [asked.method for asked in wire.asked] == ["get"]


@pytest.mark.parametrize(
    ("code", "intent", "reason"),
    [
        ("card_declined", DECLINED, "The bank declined the payment."),
        ("authentication_required", ASKS, "The bank wants the payment confirmed by you."),
    ],
)
def test_a_banks_no_is_an_end_with_its_reason(
    code: str, intent: dict[str, Any], reason: str
) -> None:
    stripe_gateway, _wire = gateway(INTENT, refusal(code, intent), intent)

    failed = stripe_gateway.charge("pi_9", CHARGE)

    assert (failed.kind, failed.reason, failed.provider_ref) == (EventKind.FAILED, reason, "")


@pytest.mark.parametrize(
    ("kind", "intent", "meaning"),
    [
        ("payment_intent.succeeded", PAID, EventKind.PAID),
        ("payment_intent.payment_failed", ASKS, EventKind.FAILED),
        ("payment_intent.canceled", {**INTENT, "status": "canceled"}, EventKind.CALLED_OFF),
        # A Checkout's own intent: its session tells of it.
        ("payment_intent.succeeded", {**PAID, "metadata": {}}, EventKind.IGNORED),
    ],
)
def test_messages_about_our_intents_count_and_others_do_not(
    kind: str, intent: dict[str, Any], meaning: EventKind
) -> None:
    body = event(kind, intent)
    assert gateway()[0].read_webhook(body, signature(body)).kind == meaning


def test_how_a_charge_stands_is_asked_like_a_checkout() -> None:
    stripe_gateway, wire = gateway(PAID)

    assert stripe_gateway.state_of("pi_9").kind == EventKind.PAID
    assert wire.asked[0].path == "/v1/payment_intents/pi_9"


def test_calling_off_cancels_unless_the_money_has_moved() -> None:
    no = {"error": {"type": "invalid_request_error", "message": "Already succeeded."}}
    stripe_gateway, wire = gateway({**INTENT, "status": "canceled"}, (400, no), PAID)

    called_off, paid = (stripe_gateway.call_off("pi_9") for _ in range(2))

    assert (called_off.kind, paid.kind) == (EventKind.CALLED_OFF, EventKind.PAID)
    assert wire.asked[0].path == "/v1/payment_intents/pi_9/cancel"


def test_forgetting_detaches_the_card_once() -> None:
    no = {"error": {"type": "invalid_request_error", "message": "Not attached."}}
    stripe_gateway, wire = gateway({"id": "pm_1", "object": "payment_method"}, (400, no))

    for _ in range(2):
        stripe_gateway.forget(customer_ref="cus_1", method_ref="pm_1")

    assert wire.asked[0].path == "/v1/payment_methods/pm_1/detach"


def test_a_no_is_told_from_a_silence() -> None:
    no = {"error": {"type": "invalid_request_error", "message": "No such customer."}}
    with pytest.raises(GatewayRefused, match="No such customer"):
        gateway((400, no))[0].prepare(CHARGE)

    cut = StripeGateway(secret="sk", webhook_secret=SECRET, http_client=CutWire())
    with pytest.raises(GatewayUnavailable) as caught:
        cut.charge("pi_9", CHARGE)
    assert not isinstance(caught.value, GatewayRefused)
