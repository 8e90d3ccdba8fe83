"""The sandbox's books: how a checkout or a charge stands there, in the words of its messages."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from billing.gateways.interface import Event, EventKind, cut
from billing.models import SandboxMessage, SandboxMethod, SandboxSession
from billing.sentences import gettext_noop

DECLINED = gettext_noop("The bank declined the payment.")
ASKS = gettext_noop("The bank wants the payment confirmed by you.")
UNPAID = gettext_noop("Nobody paid before the checkout expired.")


def tell(session: SandboxSession, *, now: datetime, due: datetime) -> None:
    """Write the messages that tell how a session stands: one a payment made, or one at all."""
    for charge in session.charges or [{}]:
        state = {**state_as_message(session, now=now), **paid_by(charge)}
        message = {**state, "id": f"sbe_{secrets.token_hex(8)}"}
        SandboxMessage.objects.create(session=session, body=json.dumps(message), due_at=due)


def state_as_message(session: SandboxSession, *, now: datetime) -> dict[str, Any]:
    """Say how a checkout stands, as a message would."""
    kind, reason = EventKind.IGNORED, ""
    if session.state == SandboxSession.State.PAID:
        kind = EventKind.PAID
    elif session.state == SandboxSession.State.DECLINED:
        kind, reason = EventKind.FAILED, _why(session)
    elif session.state == SandboxSession.State.CALLED_OFF:
        kind = EventKind.CALLED_OFF
    elif session.expires_at <= now:
        kind, reason = EventKind.FAILED, UNPAID
    return {
        "id": "",
        "kind": str(kind),
        "session": session.session_ref,
        "reference": session.reference,
        "amount": session.amount,
        "currency": session.currency,
        "reason": reason,
        **paid_by(session.charges[0] if session.charges else {}),
    }


def paid_by(charge: dict[str, Any]) -> dict[str, Any]:
    """Say which payment a message tells of, and what it brought."""
    return {"payment": charge["id"], "amount": charge["amount"]} if charge else {}


def event_from(message: dict[str, Any]) -> Event:
    """Say what a message means; raises `KeyError`, `TypeError` and `ValueError` for another."""
    amount = message["amount"]
    if not isinstance(amount, int):
        raise TypeError("An amount is a whole number of minor units.")
    return Event(
        event_id=cut(message["id"], 200),
        kind=EventKind(message["kind"]),
        session_ref=cut(message["session"], 120),
        provider_ref=cut(message.get("payment"), 120),
        reference=cut(message["reference"], 40),
        amount=amount,
        currency=cut(message["currency"], 3),
        reason=cut(message["reason"], 300),
    )


def _why(session: SandboxSession) -> str:
    method = session.method
    asks = method is not None and method.behaviour == SandboxMethod.Behaviour.ASKS
    return ASKS if asks else DECLINED
