"""The sandbox: a gateway that moves no money, with its page inside the portal.

It keeps its own books (`SandboxSession`) and speaks as a real one would: signed messages, which may
come twice, late, or with another amount. For demonstrations and tests.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.gateways.interface import (
    Begun,
    Event,
    EventKind,
    GatewayRefused,
    Order,
    WebhookRefused,
    iso_minor_units,
)
from billing.gateways.sandbox_books import event_from, state_as_message, tell
from billing.gateways.sandbox_off_session import SandboxOffSession
from billing.models import SandboxSession
from billing.sentences import gettext_noop

TOLERANCE_SECONDS = 300
# How late "later" is: the customer is back long before.
LATE = timedelta(minutes=2)
ACTS = ("pay", "decline", "pay_twice", "pay_less", "pay_later")


class SandboxGateway(SandboxOffSession):
    """The seller's account at the sandbox."""

    def __init__(self, *, webhook_secret: str) -> None:
        self._webhook_secret = webhook_secret

    def minor_units(self, amount: Decimal, currency: str) -> int:
        """Return an amount in ISO 4217's minor units."""
        return iso_minor_units(amount, currency)

    def begin(self, order: Order) -> Begun:
        """Open a checkout on the sandbox's page."""
        session, _made = SandboxSession.objects.get_or_create(
            reference=order.reference,
            defaults={
                "session_ref": f"sbx_{secrets.token_hex(12)}",
                "description": order.description[:200],
                "amount": order.amount,
                "currency": order.currency,
                "success_url": order.return_url[:500],
                "expires_at": order.expires_at,
            },
        )
        return Begun(session_ref=session.session_ref, url=f"/sandbox/{session.session_ref}/")

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Verify `Sandbox-Signature` (`t=<seconds>,v1=<HMAC-SHA256>`) and say what it means."""
        parts = dict(
            part.split("=", 1)
            for part in headers.get("Sandbox-Signature", "").split(",")
            if "=" in part
        )
        sent = parts.get("t", "")
        if not (sent.isascii() and sent.isdecimal() and len(sent) < 15):
            raise WebhookRefused("Sandbox-Signature is missing.")
        wanted = _signature(self._webhook_secret, sent, body)
        if not hmac.compare_digest(wanted.encode(), parts.get("v1", "").encode()):
            raise WebhookRefused("Sandbox-Signature is wrong.")
        if abs(timezone.now().timestamp() - int(sent)) > TOLERANCE_SECONDS:
            raise WebhookRefused("Sandbox-Signature is too old.")
        try:
            return event_from(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise WebhookRefused("The message is no event of the sandbox.") from error

    def state_of(self, session_ref: str) -> Event:
        """Look a checkout up in the sandbox's books."""
        session = SandboxSession.objects.filter(pk=session_ref).first()
        if session is None:
            raise GatewayRefused(gettext_noop("The sandbox knows no such checkout."))
        return event_from(state_as_message(session, now=timezone.now()))

    def refund(self, *, provider_ref: str, amount: int, currency: str, reference: str) -> Event:
        """Give money back that never was."""
        with transaction.atomic():
            session = (
                SandboxSession.objects.select_for_update(no_key=True)
                .filter(charges__contains=[{"id": provider_ref}])
                .first()
            )
            if session is None:
                raise GatewayRefused(gettext_noop("The sandbox knows no such payment."))
            found = [refund for refund in session.refunds if refund["reference"] == reference]
            if not found:
                found = [
                    {
                        "id": f"sbr_{secrets.token_hex(8)}",
                        "reference": reference,
                        "amount": amount,
                        "currency": currency,
                    }
                ]
                session.refunds = [*session.refunds, *found]
                session.save(update_fields=["refunds"])
        return _refund_event(found[0])

    def refund_state(self, refund_ref: str) -> Event:
        """Look a refund up in the sandbox's books."""
        session = SandboxSession.objects.filter(refunds__contains=[{"id": refund_ref}]).first()
        if session is None:
            raise GatewayRefused(gettext_noop("The sandbox knows no such refund."))
        return _refund_event(next(r for r in session.refunds if r["id"] == refund_ref))


@transaction.atomic
def act(session_ref: str, *, how: str, now: datetime) -> SandboxSession:
    """Do what the customer chose on the sandbox's page, and write the messages that tell of it.

    `how` is one of `ACTS`. A checkout that is paid stays so.
    """
    session = SandboxSession.objects.select_for_update(no_key=True).get(pk=session_ref)
    if session.state == SandboxSession.State.PAID or session.expires_at <= now:
        return session
    if how == "decline":
        session.state = SandboxSession.State.DECLINED
    else:
        amounts = {
            "pay_twice": [session.amount, session.amount],
            "pay_less": [max(session.amount // 2, 1)],
        }.get(how, [session.amount])
        session.state = SandboxSession.State.PAID
        session.charges = [
            {"id": f"sbp_{secrets.token_hex(8)}", "amount": amount} for amount in amounts
        ]
    session.save()
    due = now + LATE if how == "pay_later" else now
    tell(session, now=now, due=due)
    return session


def signed(body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """Return the headers with which the sandbox sends a message."""
    sent = str(int(now.timestamp()))
    return {"Sandbox-Signature": f"t={sent},v1={_signature(secret, sent, body)}"}


def _signature(secret: str, sent: str, body: bytes) -> str:
    return hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()


def _refund_event(refund: dict[str, Any]) -> Event:
    return Event(
        kind=EventKind.REFUNDED,
        provider_ref=refund["id"],
        reference=refund["reference"],
        amount=refund["amount"],
        currency=refund["currency"],
    )
