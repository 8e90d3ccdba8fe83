"""Razorpay: payment links, kept cards, refunds and webhooks, through Razorpay's own SDK."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import razorpay
import requests
from razorpay.errors import (
    BadRequestError,
    GatewayError,
    ServerError,
    SignatureVerificationError,
)

from billing.gateways.interface import (
    PATIENCE_SECONDS,
    Begun,
    Event,
    EventKind,
    GatewayRefused,
    GatewayUnavailable,
    Order,
    WebhookRefused,
    cut,
    iso_minor_units,
)
from billing.gateways.razorpay_off_session import (
    ORDER,
    RazorpayOffSession,
    is_ours,
    order_event,
)
from billing.sentences import gettext_noop

SIGNATURE = re.compile(r"[0-9a-f]{64}")
LINKS = {
    "payment_link.paid": EventKind.PAID,
    "payment_link.expired": EventKind.FAILED,
    "payment_link.cancelled": EventKind.FAILED,
}
# Of a registration link, and of a charge to a kept method.
KEEPING = {"invoice.paid", "invoice.expired"}
CHARGES = {"order.paid": EventKind.PAID, "payment.failed": EventKind.FAILED}
# A link's own words for the same.
STATES = {
    "paid": EventKind.PAID,
    "expired": EventKind.FAILED,
    "cancelled": EventKind.FAILED,
}
REFUNDS = {"processed": EventKind.REFUNDED, "failed": EventKind.REFUND_FAILED}
UNPAID = gettext_noop("Nobody paid before the checkout expired.")


class RazorpayGateway(RazorpayOffSession):
    """The seller's Razorpay account: its key id and key secret."""

    def __init__(
        self,
        *,
        key_id: str,
        secret: str,
        webhook_secret: str,
        session: requests.Session | None = None,
    ) -> None:
        self._webhook_secret = webhook_secret
        self._client = razorpay.Client(session=session, auth=(key_id, secret))

    def minor_units(self, amount: Decimal, currency: str) -> int:
        """Return an amount as Razorpay counts it: paise."""
        return iso_minor_units(amount, currency)

    def begin(self, order: Order) -> Begun:
        """Make a payment link for one amount; nobody is told of it but the one who pays."""
        link = self._ask(
            self._client.payment_link.create,
            {
                "amount": order.amount,
                "currency": order.currency,
                "accept_partial": False,
                "reference_id": order.reference,
                "description": order.description,
                "customer": {"email": order.email},
                "notify": {"sms": False, "email": False},
                "reminder_enable": False,
                "notes": {"reference": order.reference},
                "callback_url": order.return_url,
                "callback_method": "get",
                "expire_by": int(order.expires_at.timestamp()),
            },
        )
        return Begun(session_ref=str(link["id"]), url=str(link["short_url"]))

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Verify `X-Razorpay-Signature`, an HMAC-SHA256 of the body, and say what it means.

        The event's id is the body's digest: the one that Razorpay sends stands in a header which
        nothing signs, so that anybody with one message could send it again under another id.
        """
        signature = headers.get("X-Razorpay-Signature", "")
        if not SIGNATURE.fullmatch(signature):
            raise WebhookRefused("X-Razorpay-Signature is missing.")
        try:
            self._client.utility.verify_webhook_signature(
                body.decode(), signature, self._webhook_secret
            )
            event_id = hashlib.sha256(body).hexdigest()
            return _read_event(event_id, json.loads(body))
        except SignatureVerificationError as error:
            raise WebhookRefused(str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WebhookRefused("The message is no event of Razorpay's.") from error

    def state_of(self, session_ref: str) -> Event:
        """Ask for a payment link, or for the order that charges a kept method."""
        if session_ref.startswith(ORDER):
            return self._stands(session_ref, self._payments(session_ref))
        link = self._ask(self._client.payment_link.fetch, session_ref)
        kind = STATES.get(str(link.get("status")), EventKind.IGNORED)
        # A failed try stands in the list too, before the one that went through.
        captured = [p for p in link.get("payments") or [] if p.get("status") == "captured"]
        payment = {"id": captured[0].get("payment_id")} if captured else {}
        return _link_event("", kind, link, payment)

    def refund(self, *, provider_ref: str, amount: int, currency: str, reference: str) -> Event:
        """Refund a payment, in part or in full."""
        refund = self._ask(
            self._client.payment.refund,
            provider_ref,
            {"amount": amount, "receipt": reference, "notes": {"reference": reference}},
            headers={"X-Refund-Idempotency": reference},
        )
        return _refund_event("", refund)

    def refund_state(self, refund_ref: str) -> Event:
        """Ask for a refund."""
        return _refund_event("", self._ask(self._client.refund.fetch, refund_ref))

    def _ask(self, call: Callable[..., Any], *values: Any, **options: Any) -> dict[str, Any]:
        """Call the SDK with patience that ends, and turn its errors into ours."""
        try:
            answer = call(*values, timeout=PATIENCE_SECONDS, **options)
        except BadRequestError as error:
            raise GatewayRefused(
                gettext_noop("Razorpay does not take it: %(reason)s"), reason=cut(error, 200)
            ) from error
        except (GatewayError, ServerError, requests.RequestException, ValueError) as error:
            raise GatewayUnavailable(gettext_noop("Razorpay does not answer.")) from error
        if not isinstance(answer, dict):
            raise GatewayUnavailable(gettext_noop("Razorpay does not answer."))
        return answer


def _read_event(event_id: str, event: dict[str, Any]) -> Event:
    name, payload = str(event["event"]), event["payload"]
    if name in LINKS:
        payment = (payload.get("payment") or {}).get("entity") or {}
        return _link_event(event_id, LINKS[name], payload["payment_link"]["entity"], payment)
    if name in {"refund.processed", "refund.failed"}:
        return _refund_event(event_id, payload["refund"]["entity"])
    if name in KEEPING:
        invoice = payload["invoice"]["entity"]
        return Event(
            event_id=event_id,
            kind=EventKind.KEEPING,
            session_ref=cut(invoice["id"], 120),
            reference=cut(invoice.get("receipt"), 40),
        )
    if name in CHARGES:
        payment = payload["payment"]["entity"]
        order = (payload.get("order") or {}).get("entity") or payment
        if is_ours(order):
            return order_event(event_id, CHARGES[name], order, payment)
    return Event(event_id=event_id, kind=EventKind.IGNORED, reason=cut(name, 300))


def _link_event(
    event_id: str, kind: EventKind, link: dict[str, Any], payment: dict[str, Any]
) -> Event:
    # What was paid, not what was asked for: the two are compared with ours.
    amount = payment.get("amount", link.get("amount_paid"))
    return Event(
        event_id=event_id,
        kind=kind,
        session_ref=cut(link["id"], 120),
        provider_ref=cut(payment.get("id"), 120),
        reference=cut(link.get("reference_id"), 40),
        amount=amount if isinstance(amount, int) else None,
        currency=cut(payment.get("currency") or link.get("currency"), 3),
        reason=UNPAID if kind == EventKind.FAILED else "",
    )


def _refund_event(event_id: str, refund: dict[str, Any]) -> Event:
    amount = refund.get("amount")
    notes = refund.get("notes")
    return Event(
        event_id=event_id,
        kind=REFUNDS.get(str(refund.get("status")), EventKind.IGNORED),
        provider_ref=cut(refund["id"], 120),
        # An empty list stands for no notes.
        reference=cut(notes.get("reference") if isinstance(notes, dict) else "", 40),
        amount=amount if isinstance(amount, int) else None,
        currency=cut(refund.get("currency"), 3),
    )
