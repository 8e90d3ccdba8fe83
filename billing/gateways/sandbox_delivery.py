"""Carrying the sandbox's messages to the inbox, signed like a real gateway's: its network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from billing.gateways.accounts import allowed_providers, webhook_secret_of
from billing.gateways.inbox import receive
from billing.gateways.sandbox_off_session import keeping_message
from billing.gateways.via_sandbox import signed
from billing.models import GatewayAccount, Provider, SandboxMessage, SandboxMethod


def deliver_due(*, clock: Callable[[], datetime], limit: int = 100) -> int:
    """Deliver messages whose time has come; return how many. Two deliverers share them out."""
    account = GatewayAccount.objects.filter(provider=Provider.SANDBOX).first()
    if account is None or Provider.SANDBOX not in allowed_providers():
        return 0
    secret = webhook_secret_of(account)
    delivered = 0
    while delivered < limit and _deliver_next(secret, clock()):
        delivered += 1
    return delivered


def deliver_keeping(method: SandboxMethod, *, now: datetime) -> None:
    """Tell that keeping a payment method came to an end."""
    account = GatewayAccount.objects.filter(provider=Provider.SANDBOX).first()
    if account is None or method.state == SandboxMethod.State.OPEN:
        return
    body = json.dumps(keeping_message(method)).encode()
    secret = webhook_secret_of(account)
    receive(Provider.SANDBOX, body=body, headers=signed(body, secret=secret, now=now), now=now)


@transaction.atomic
def _deliver_next(secret: str, now: datetime) -> bool:
    message = (
        SandboxMessage.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(delivered_at=None, due_at__lte=now)
        .order_by("due_at", "id")
        .first()
    )
    if message is None:
        return False
    body = message.body.encode()
    receive(Provider.SANDBOX, body=body, headers=signed(body, secret=secret, now=now), now=now)
    message.delivered_at = now
    message.save(update_fields=["delivered_at"])
    return True
