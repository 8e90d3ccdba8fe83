"""Razorpay without the customer: a registration link keeps a card, recurring payments charge it.

The link's authorization payment (one unit of currency) gives the token. Each charge is an order,
which moves nothing and can be paid once only, and a recurring payment of it. Banks in India are
told first and take a day and a half: until then the payment is under way. ("Recurring Payments:
Cards".)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import razorpay

from billing.gateways.interface import (
    Begun,
    Charge,
    Event,
    EventKind,
    GatewayRefused,
    Keeping,
    KeepOrder,
    Kept,
    cut,
)
from billing.sentences import gettext_noop

ORDER = "order_"
# Marks our charges among the orders that payment links make, whose own messages tell of them.
MARK = {"off_session": "1"}
# Paise: what the authorization payment takes, as Razorpay prescribes for cards.
AUTHORIZATION = 100
DECLINED = gettext_noop("The bank declined the payment.")
OVER = {"expired", "cancelled"}
UNKEPT = gettext_noop("Nobody kept a payment method before the page expired.")


class RazorpayOffSession:
    """What the seller's Razorpay account does without the customer."""

    _client: razorpay.Client
    _ask: Callable[..., dict[str, Any]]

    def keep(self, order: KeepOrder) -> Begun:
        """Make a registration link; nobody is told of it but the one who keeps the card."""
        link = self._ask(
            self._client.registration_link.create,
            {
                "customer": {"name": order.name[:50], "email": order.email},
                "type": "link",
                "amount": AUTHORIZATION,
                "currency": order.currency,
                "description": order.description,
                "subscription_registration": {"method": "card"},
                "receipt": order.reference,
                "email_notify": False,
                "sms_notify": False,
                "expire_by": int(order.expires_at.timestamp()),
                "notes": {"reference": order.reference},
            },
        )
        return Begun(session_ref=str(link["id"]), url=str(link["short_url"]))

    def kept(self, session_ref: str) -> Kept:
        """Ask for the link's payment and its token, which has to be confirmed for charging."""
        link = self._ask(self._client.invoice.fetch, session_ref)
        if link.get("status") in OVER:
            return Kept(state=Keeping.FAILED, reason=UNKEPT)
        if link.get("status") != "paid" or not link.get("payment_id"):
            return Kept(state=Keeping.OPEN)
        payment = self._ask(self._client.payment.fetch, link["payment_id"])
        customer, token_id = payment.get("customer_id"), payment.get("token_id")
        if not (customer and token_id):
            return Kept(state=Keeping.OPEN)
        token = self._ask(self._client.token.fetch, customer, token_id)
        status = (token.get("recurring_details") or {}).get("status")
        if status == "rejected":
            return Kept(state=Keeping.FAILED, reason=gettext_noop("The bank did not allow it."))
        if status != "confirmed":
            return Kept(state=Keeping.OPEN)
        card = token.get("card") or {}
        return Kept(
            state=Keeping.KEPT,
            customer_ref=cut(customer, 120),
            method_ref=cut(token_id, 120),
            brand=cut(card.get("network"), 40),
            last4=cut(card.get("last4"), 4),
        )

    def prepare(self, charge: Charge) -> str:
        """Make an order: nothing moves before it is paid."""
        order = self._ask(
            self._client.order.create,
            {
                "amount": charge.amount,
                "currency": charge.currency,
                "receipt": charge.reference,
                "payment_capture": True,
                "notes": {"reference": charge.reference, **MARK},
            },
        )
        return str(order["id"])

    def charge(self, session_ref: str, charge: Charge) -> Event:
        """Pay the order with the token, unless a payment of it was made already."""
        found = self._payments(session_ref)
        if found:
            return self._stands(session_ref, found)
        customer = self._ask(self._client.customer.fetch, charge.customer_ref)
        try:
            self._ask(
                self._client.payment.createRecurring,
                {
                    "email": customer.get("email"),
                    "contact": customer.get("contact"),
                    "amount": charge.amount,
                    "currency": charge.currency,
                    "order_id": session_ref,
                    "customer_id": charge.customer_ref,
                    "token": charge.method_ref,
                    "recurring": True,
                    "description": charge.description,
                    "notes": {"reference": charge.reference, **MARK},
                },
            )
        except GatewayRefused as error:
            # A payment that another asked for meanwhile, or the bank's no: the order knows.
            found = self._payments(session_ref)
            if found:
                return self._stands(session_ref, found)
            return Event(
                kind=EventKind.FAILED,
                session_ref=session_ref,
                reference=charge.reference,
                reason=cut(error, 300),
            )
        return self._stands(session_ref, self._payments(session_ref))

    def call_off(self, session_ref: str) -> Event:
        """Leave an order unpaid that nobody began to pay; what the bank has begun goes its way."""
        found = self._payments(session_ref)
        if found:
            return self._stands(session_ref, found)
        return Event(kind=EventKind.CALLED_OFF, session_ref=session_ref)

    def forget(self, *, customer_ref: str, method_ref: str) -> None:
        """Delete the token: it can never be charged again."""
        try:
            self._ask(self._client.token.delete, customer_ref, method_ref)
        except GatewayRefused:
            # Deleted before: there is nothing left to forget.
            return

    def _payments(self, session_ref: str) -> list[dict[str, Any]]:
        found = self._ask(self._client.order.payments, session_ref)
        return list(found.get("items") or [])

    def _stands(self, session_ref: str, payments: list[dict[str, Any]]) -> Event:
        """Say how an order stands by its payments: a captured one counts, then one under way."""
        order = self._ask(self._client.order.fetch, session_ref)
        captured = [payment for payment in payments if payment.get("status") == "captured"]
        if captured:
            return order_event("", EventKind.PAID, order, captured[0])
        failed = [payment for payment in payments if payment.get("status") == "failed"]
        if failed and len(failed) == len(payments):
            return order_event("", EventKind.FAILED, order, failed[-1])
        return order_event("", EventKind.IGNORED, order, {})


def is_ours(entity: dict[str, Any]) -> bool:
    """Say whether an order or payment charges a kept method, and was not made by a link."""
    notes = entity.get("notes")
    return isinstance(notes, dict) and bool(notes.get("off_session"))


def order_event(
    event_id: str, kind: EventKind, order: dict[str, Any], payment: dict[str, Any]
) -> Event:
    """Say how an order stands; `order` may be the payment's own notes where no order came along."""
    amount = payment.get("amount", order.get("amount"))
    notes = order.get("notes")
    reference = notes.get("reference") if isinstance(notes, dict) else ""
    return Event(
        event_id=event_id,
        kind=kind,
        session_ref=cut(payment.get("order_id") or order["id"], 120),
        provider_ref=cut(payment.get("id"), 120) if kind == EventKind.PAID else "",
        reference=cut(reference or order.get("receipt"), 40),
        amount=amount if isinstance(amount, int) else None,
        currency=cut(payment.get("currency") or order.get("currency"), 3),
        reason=DECLINED if kind == EventKind.FAILED else "",
    )
