"""Cases of the guards of gateways and their messages."""

from __future__ import annotations

from typing import Any

from billing.models import GatewayAccount, SandboxSession, WebhookDelivery
from tests.billing.guards.registry import refuses, table
from tests.billing.guards.scenes import sql
from tests.invoices.helpers import NOW


def message(**changes: Any) -> WebhookDelivery:
    """Store a message of the sandbox."""
    values = {"provider": "sandbox", "event_id": "e1", "body": b"{}", "received_at": NOW, **changes}
    return WebhookDelivery.objects.create(kind="paid", **values)


table(
    {
        ("gateway_enabled_is_complete", "no secret"): lambda: GatewayAccount.objects.create(
            provider="stripe", enabled=True
        ),
        ("delivery_outcome_is_dated", "no day"): lambda: message(outcome="applied"),
        ("delivery_outcome_is_dated", "no outcome"): lambda: message(worked_off_at=NOW),
        ("sandbox_amount_positive", "0"): lambda: SandboxSession.objects.create(
            session_ref="s", amount=0, currency="INR", expires_at=NOW
        ),
        ("delivery_is_never_emptied", "truncate"): lambda: sql("TRUNCATE billing_webhookdelivery"),
    }
)


@refuses("delivery_keeps_its_words", "another amount")
def _another_amount() -> None:
    message(amount=1)
    sql("UPDATE billing_webhookdelivery SET amount = 2")


@refuses("delivery_keeps_its_words", "another body")
def _another_body() -> None:
    message()
    sql("UPDATE billing_webhookdelivery SET body = 'x'")


@refuses("delivery_keeps_its_words", "a second outcome")
def _second_outcome() -> None:
    message(outcome="unknown", worked_off_at=NOW)
    sql("UPDATE billing_webhookdelivery SET outcome = 'applied'")


@refuses("delivery_is_never_deleted", "delete")
def _deleted() -> None:
    message()
    sql("DELETE FROM billing_webhookdelivery")
