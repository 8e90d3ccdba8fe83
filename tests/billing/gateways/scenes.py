"""Payments on their way through a gateway."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing.gateways.accounts import set_up, webhook_secret_of
from billing.gateways.checkouts import open_checkout
from billing.gateways.inbox import receive
from billing.gateways.via_sandbox import act, signed
from billing.models import (
    Account,
    GatewayAccount,
    Payment,
    Provider,
    SandboxMessage,
    WebhookDelivery,
)
from billing.payments.begin import begin_payment

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
SECRET = "5ecret" * 8


def sandbox_account() -> GatewayAccount:
    """Switch the sandbox on."""
    return set_up(Provider.SANDBOX, enabled=True, webhook_secret=SECRET, by="clerk@example.com")


def online(account: Account, amount: str, *, now: datetime = NOW, **changes: Any) -> Payment:
    """Begin a payment through the sandbox, as far as its page."""
    values: dict[str, Any] = {
        "kind": Payment.Kind.INVOICES,
        "method": Payment.Method.GATEWAY,
        "provider": Provider.SANDBOX.value,
        "amount": Decimal(amount),
        "currency": account.currency,
        "by": "ana@example.com",
        "now": now,
        **changes,
    }
    payment = begin_payment(account, **values)
    open_checkout(
        payment, description="Invoices", email="a@example.com", return_url="/payments/", now=now
    )
    payment.refresh_from_db()
    return payment


def bodies(payment: Payment, how: str, *, now: datetime = NOW) -> list[bytes]:
    """Do something on the sandbox's page; return its messages, not yet delivered."""
    session = act(payment.session_ref, how=how, now=now)
    found = SandboxMessage.objects.filter(session=session).order_by("id")
    return [message.body.encode() for message in found]


def delivered(body: bytes, *, secret: str = SECRET, now: datetime | None = None) -> WebhookDelivery:
    """Deliver a message to the inbox, signed now."""
    now = now or timezone.now()
    return receive("sandbox", body=body, headers=signed(body, secret=secret, now=now), now=now)


def changed(body: bytes, **changes: Any) -> bytes:
    """Return a message that says something else; its signature is made when it is delivered."""
    return json.dumps({**json.loads(body), **changes}).encode()


def stored_secret() -> str:
    """Return the sandbox's webhook secret as it can be opened."""
    return webhook_secret_of(GatewayAccount.objects.get(pk="sandbox"))


def paid_beyond(payment: Payment) -> None:
    """Have a gateway tell twice that it was paid, the first time without its transaction.

    Whether the second is other money nobody can tell: it is held for a clerk.
    """
    (body,) = bodies(payment, "pay")
    for told in (changed(body, payment=""), changed(body, id="again")):
        delivered(told, now=NOW)
