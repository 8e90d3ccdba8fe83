"""Stripe: Checkout sessions, kept cards, refunds and webhooks, through Stripe's own SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import stripe

from billing.gateways.interface import (
    PATIENCE_SECONDS,
    Begun,
    Event,
    EventKind,
    Order,
    WebhookRefused,
    cut,
    in_minor_units,
)
from billing.gateways.stripe_off_session import (
    INTENT,
    StripeOffSession,
    asking,
    intent_event,
    is_ours,
)
from billing.money import decimals_of
from billing.sentences import gettext_noop

# Where Stripe counts otherwise than ISO 4217 ("Supported currencies", special cases).
DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
# A signature older than this is a replay ("Verify webhook signatures").
TOLERANCE_SECONDS = 300
INTENTS = {
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
}
REFUNDS = {
    "succeeded": EventKind.REFUNDED,
    "failed": EventKind.REFUND_FAILED,
    "canceled": EventKind.REFUND_FAILED,
}


class StripeGateway(StripeOffSession):
    """The seller's Stripe account."""

    def __init__(
        self, *, secret: str, webhook_secret: str, http_client: stripe.HTTPClient | None = None
    ) -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret or "none",
            max_network_retries=1,
            http_client=http_client or stripe.RequestsClient(timeout=PATIENCE_SECONDS),
        )

    def minor_units(self, amount: Decimal, currency: str) -> int:
        """Return an amount as Stripe counts it."""
        return in_minor_units(amount, DECIMALS.get(currency, decimals_of(currency)))

    def begin(self, order: Order) -> Begun:
        """Open a Checkout session that asks for one amount."""
        with asking():
            session = self._client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": order.reference,
                    "customer_email": order.email,
                    "success_url": order.return_url,
                    "cancel_url": order.return_url,
                    "expires_at": int(order.expires_at.timestamp()),
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.currency.lower(),
                                "unit_amount": order.amount,
                                "product_data": {"name": order.description},
                            },
                        }
                    ],
                    "metadata": {"reference": order.reference},
                    "payment_intent_data": {"metadata": {"reference": order.reference}},
                },
                options={"idempotency_key": order.reference},
            )
        return Begun(session_ref=session.id, url=session.url or "")

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Verify `Stripe-Signature` and say what the event means."""
        try:
            stripe.WebhookSignature.verify_header(
                body.decode(),
                headers.get("Stripe-Signature", ""),
                self._webhook_secret,
                TOLERANCE_SECONDS,
            )
            event = json.loads(body)
            return _read_event(event)
        except stripe.SignatureVerificationError as error:
            raise WebhookRefused(str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WebhookRefused("The message is no event of Stripe's.") from error

    def state_of(self, session_ref: str) -> Event:
        """Ask for a Checkout session, or for the PaymentIntent that charges a kept method."""
        if session_ref.startswith(INTENT):
            return intent_event("", self._intent(session_ref))
        with asking():
            session = self._client.v1.checkout.sessions.retrieve(session_ref)
        return _session_event("", session.to_dict(), expired=session.status == "expired")

    def refund(self, *, provider_ref: str, amount: int, currency: str, reference: str) -> Event:
        """Refund a PaymentIntent, in part or in full."""
        with asking():
            refund = self._client.v1.refunds.create(
                params={
                    "payment_intent": provider_ref,
                    "amount": amount,
                    "metadata": {"reference": reference},
                },
                options={"idempotency_key": reference},
            )
        return _refund_event("", refund.to_dict())

    def refund_state(self, refund_ref: str) -> Event:
        """Ask for a refund."""
        with asking():
            refund = self._client.v1.refunds.retrieve(refund_ref)
        return _refund_event("", refund.to_dict())


def _read_event(event: dict[str, Any]) -> Event:
    event_id, kind, found = str(event["id"]), str(event["type"]), event["data"]["object"]
    if kind in {"checkout.session.completed", "checkout.session.async_payment_succeeded"}:
        return _session_event(event_id, found)
    if kind == "checkout.session.expired":
        return _session_event(event_id, found, expired=True)
    if kind == "checkout.session.async_payment_failed":
        return _session_event(event_id, found, declined=True)
    if kind in {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}:
        return _refund_event(event_id, found)
    if kind in INTENTS and is_ours(found):
        return intent_event(event_id, found)
    return Event(event_id=cut(event_id, 200), kind=EventKind.IGNORED, reason=cut(kind, 300))


def _session_event(
    event_id: str, session: dict[str, Any], *, expired: bool = False, declined: bool = False
) -> Event:
    kind, reason = EventKind.IGNORED, ""
    if session.get("mode") == "setup":
        kind = EventKind.KEEPING
    elif session.get("payment_status") == "paid":
        kind = EventKind.PAID
    elif expired:
        kind, reason = EventKind.FAILED, gettext_noop("Nobody paid before the checkout expired.")
    elif declined:
        kind, reason = EventKind.FAILED, gettext_noop("The bank declined the payment.")
    metadata = session.get("metadata") or {}
    return Event(
        event_id=cut(event_id, 200),
        kind=kind,
        session_ref=cut(session["id"], 120),
        provider_ref=cut(session.get("payment_intent"), 120),
        reference=cut(session.get("client_reference_id") or metadata.get("reference"), 40),
        amount=_whole(session.get("amount_total")),
        currency=cut(session.get("currency"), 3).upper(),
        reason=reason,
    )


def _refund_event(event_id: str, refund: dict[str, Any]) -> Event:
    return Event(
        event_id=cut(event_id, 200),
        kind=REFUNDS.get(str(refund.get("status")), EventKind.IGNORED),
        provider_ref=cut(refund["id"], 120),
        reference=cut((refund.get("metadata") or {}).get("reference"), 40),
        amount=_whole(refund.get("amount")),
        currency=cut(refund.get("currency"), 3).upper(),
        reason=cut(refund.get("failure_reason"), 300),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
