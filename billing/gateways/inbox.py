"""The inbox of gateways' messages: stored as they arrive, worked off once, kept for good.

A message is committed before it is worked off: a crash between the two loses nothing, because the
gateway sends it again and the sweeper finds it. Locks: message, account, payment.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from billing.gateways.accounts import allowed_providers, gateway_at
from billing.gateways.effects import apply_event
from billing.gateways.interface import Event, EventKind
from billing.models import WebhookDelivery
from billing.unforeseen import note_unforeseen

logger = logging.getLogger(__name__)

# Whoever received a message works it off at once: what is older was left behind.
LEFT_BEHIND = timedelta(minutes=1)


def receive(
    provider: str, *, body: bytes, headers: Mapping[str, str], now: datetime
) -> WebhookDelivery:
    """Store a message and do what it says; return it with its outcome. Safe to repeat, forever.

    Raises `NoSuchGateway`, and `WebhookRefused` for what the gateway did not sign.
    """
    event = gateway_at(provider).read_webhook(body, headers)
    key = event.event_id or hashlib.sha256(body).hexdigest()
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                provider=provider,
                event_id=key,
                body=body,
                received_at=now,
                kind=event.kind.value,
                session_ref=event.session_ref,
                provider_ref=event.provider_ref,
                reference=event.reference,
                amount=event.amount,
                currency=event.currency,
                reason=event.reason,
            )
        ],
        ignore_conflicts=True,
    )
    return work_off(provider, key, now=now)


@transaction.atomic
def work_off(provider: str, event_id: str, *, now: datetime) -> WebhookDelivery:
    """Do what a stored message says, unless that was done; return it with its outcome."""
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=(provider, event_id))
    if delivery.outcome:
        return delivery
    event = Event(
        event_id=delivery.event_id,
        kind=EventKind(delivery.kind),
        session_ref=delivery.session_ref,
        provider_ref=delivery.provider_ref,
        reference=delivery.reference,
        amount=delivery.amount,
        currency=delivery.currency,
        reason=delivery.reason,
    )
    outcome, payment = apply_event(event, provider=provider, gateway=gateway_at(provider), now=now)
    delivery.outcome, delivery.payment, delivery.worked_off_at = outcome, payment, now
    delivery.save(update_fields=["outcome", "payment", "worked_off_at"])
    return delivery


def work_off_left_behind(*, now: datetime, limit: int = 200) -> int:
    """Work off messages that a crash left behind; return how many there were."""
    left = WebhookDelivery.objects.filter(
        outcome="", received_at__lte=now - LEFT_BEHIND, provider__in=allowed_providers()
    )
    keys = list(left.order_by("received_at").values_list("provider", "event_id")[:limit])
    for provider, event_id in keys:
        try:
            work_off(provider, event_id, now=now)
        except Exception:
            # It stays in the inbox, and keeps no other message from having its effect.
            note_unforeseen(logger, f"Message {event_id} of {provider} could not be worked off.")
    return len(keys)
