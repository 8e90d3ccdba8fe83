"""Stripe without the customer: Checkout in setup mode keeps a card, PaymentIntents charge it.

A PaymentIntent is created unconfirmed, which moves nothing, and confirmed by its id, which Stripe
does once. ("Save a customer's payment method without making a payment"; "Charge a saved card".)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from billing.gateways.interface import (
    Begun,
    Charge,
    Event,
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    Keeping,
    KeepOrder,
    Kept,
    cut,
)
from billing.sentences import gettext_noop

# Whatever else goes wrong may have gone wrong after it was done.
SAYS_NO = (
    stripe.AuthenticationError,
    stripe.CardError,
    stripe.InvalidRequestError,
    stripe.PermissionError,
)
INTENT = "pi_"
# Marks our charges among the intents that Checkout makes, whose own messages tell of them.
MARK = {"off_session": "1"}
UNCONFIRMED = "requires_confirmation"
KINDS = {
    "succeeded": EventKind.PAID,
    "requires_payment_method": EventKind.FAILED,
    # Nobody is there to authenticate: it will not be paid.
    "requires_action": EventKind.FAILED,
    "canceled": EventKind.CALLED_OFF,
}
DECLINED = gettext_noop("The bank declined the payment.")
ASKS = gettext_noop("The bank wants the payment confirmed by you.")


class StripeOffSession:
    """What the seller's Stripe account does without the customer."""

    _client: stripe.StripeClient

    def keep(self, order: KeepOrder) -> Begun:
        """Open a Checkout session in setup mode; it makes the Customer that the card belongs to."""
        with asking():
            session = self._client.v1.checkout.sessions.create(
                params={
                    "mode": "setup",
                    "allowed_payment_method_types": ["card"],
                    "currency": order.currency.lower(),
                    "client_reference_id": order.reference,
                    "customer_creation": "always",
                    "customer_email": order.email,
                    "success_url": order.return_url,
                    "cancel_url": order.return_url,
                    "expires_at": int(order.expires_at.timestamp()),
                    "metadata": {"reference": order.reference},
                    "setup_intent_data": {
                        "description": order.description,
                        "metadata": {"reference": order.reference},
                    },
                },
                options={"idempotency_key": order.reference},
            )
        return Begun(session_ref=session.id, url=session.url or "")

    def kept(self, session_ref: str) -> Kept:
        """Ask for the session with its payment method."""
        with asking():
            session = self._client.v1.checkout.sessions.retrieve(
                session_ref, params={"expand": ["setup_intent.payment_method"]}
            ).to_dict()
        intent = session.get("setup_intent") or {}
        method = intent.get("payment_method") or {}
        if session["status"] == "complete" and intent.get("status") == "succeeded":
            card = method.get("card") or {}
            return Kept(
                state=Keeping.KEPT,
                customer_ref=cut(session.get("customer"), 120),
                method_ref=cut(method["id"], 120),
                brand=cut(card.get("display_brand") or card.get("brand"), 40).title(),
                last4=cut(card.get("last4"), 4),
            )
        if session["status"] == "expired":
            return Kept(
                state=Keeping.FAILED,
                reason=gettext_noop("Nobody kept a payment method before the page expired."),
            )
        return Kept(state=Keeping.OPEN)

    def prepare(self, charge: Charge) -> str:
        """Create an unconfirmed PaymentIntent."""
        with asking():
            intent = self._client.v1.payment_intents.create(
                params={
                    "amount": charge.amount,
                    "currency": charge.currency.lower(),
                    "customer": charge.customer_ref,
                    "payment_method": charge.method_ref,
                    "allowed_payment_method_types": ["card"],
                    "description": charge.description,
                    "metadata": {"reference": charge.reference, **MARK},
                },
                options={"idempotency_key": charge.reference},
            )
        return intent.id

    def charge(self, session_ref: str, charge: Charge) -> Event:
        """Confirm the PaymentIntent, unless that was done: its state says so."""
        intent = self._intent(session_ref)
        if intent["status"] != UNCONFIRMED:
            return intent_event("", intent)
        with asking():
            try:
                confirmed = self._client.v1.payment_intents.confirm(
                    session_ref,
                    params={"off_session": True},
                    options={"idempotency_key": f"{charge.reference}-confirm"},
                )
            except stripe.CardError:
                # What the bank answered stands in the intent.
                return intent_event("", self._intent(session_ref))
        return intent_event("", confirmed.to_dict())

    def call_off(self, session_ref: str) -> Event:
        """Cancel the PaymentIntent; one that succeeded refuses that, and says so."""
        with asking():
            try:
                canceled = self._client.v1.payment_intents.cancel(session_ref)
            except stripe.InvalidRequestError:
                return intent_event("", self._intent(session_ref))
        return intent_event("", canceled.to_dict())

    def forget(self, *, customer_ref: str, method_ref: str) -> None:
        """Detach the payment method from its Customer: it can never be charged again."""
        with asking():
            try:
                self._client.v1.payment_methods.detach(method_ref)
            except stripe.InvalidRequestError:
                # Detached before: there is nothing left to forget.
                return

    def _intent(self, session_ref: str) -> dict[str, Any]:
        with asking():
            return self._client.v1.payment_intents.retrieve(session_ref).to_dict()


@contextmanager
def asking() -> Iterator[None]:
    """Turn Stripe's errors into ours."""
    try:
        yield
    except stripe.StripeError as error:
        raise (GatewayRefused if isinstance(error, SAYS_NO) else GatewayUnavailable)(
            gettext_noop("Stripe does not take it: %(reason)s"),
            reason=cut(error.user_message or type(error).__name__, 200),
        ) from error


def is_ours(intent: dict[str, Any]) -> bool:
    """Say whether a PaymentIntent charges a kept method, and was not made by a Checkout."""
    return bool((intent.get("metadata") or {}).get("off_session"))


def intent_event(event_id: str, intent: dict[str, Any]) -> Event:
    """Say how a PaymentIntent stands."""
    kind = KINDS.get(str(intent.get("status")), EventKind.IGNORED)
    amount = intent.get("amount_received") if kind == EventKind.PAID else intent.get("amount")
    return Event(
        event_id=cut(event_id, 200),
        kind=kind,
        session_ref=cut(intent["id"], 120),
        provider_ref=cut(intent["id"], 120) if kind == EventKind.PAID else "",
        reference=cut((intent.get("metadata") or {}).get("reference"), 40),
        amount=amount if isinstance(amount, int) and not isinstance(amount, bool) else None,
        currency=cut(intent.get("currency"), 3).upper(),
        reason=_reason(intent) if kind == EventKind.FAILED else "",
    )


def _reason(intent: dict[str, Any]) -> str:
    code = (intent.get("last_payment_error") or {}).get("code")
    asks = code == "authentication_required" or intent.get("status") == "requires_action"
    return ASKS if asks else DECLINED
