"""Writing the trail: one call, inside the transaction that makes the fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from certinext.audit.models import AuditEvent


@dataclass(frozen=True)
class Origin:
    """Where an action came from: the person or program, the address and the request."""

    actor: str = "system"
    actor_id: str = ""
    address: str | None = None
    request_id: str = ""


# The middleware says who asks, tasks and commands say what they are; else it was the "system".
SYSTEM = Origin()
origin: ContextVar[Origin] = ContextVar("audit_origin", default=SYSTEM)


@contextmanager
def acting(actor: str, *, request_id: str = "") -> Iterator[None]:
    """Have a program named in what is recorded meanwhile, such as "monthly run"."""
    token = origin.set(Origin(actor=actor, request_id=request_id))
    try:
        yield
    finally:
        origin.reset(token)


def record(action: str, **facts: Any) -> AuditEvent:
    """Append one event to the trail of the active schema; `facts` are those of `event_of`."""
    event = event_of(action, **facts)
    event.save(force_insert=True)
    return event


def record_all(events: Iterable[AuditEvent]) -> None:
    """Append many events (`event_of`) in one statement."""
    AuditEvent.objects.bulk_create(events)


def event_of(
    action: str,
    *,
    on: models.Model | None = None,
    label: str = "",
    actor: str = "",
    by: str = "",
    account_number: str = "",
    **details: Any,
) -> AuditEvent:
    """Return an event of the trail that is not written yet.

    `action` is `<object>.<past participle>`. Who signed in to the request did it; elsewhere it was
    who the verb says, `by`, and otherwise the program. `actor` overrides them all (a person who is
    just signing in). `details` must be JSON values.
    """
    source = origin.get()
    if not source.actor_id:
        actor = actor or by
    return AuditEvent(
        actor=(actor or source.actor)[:254],
        actor_id="" if actor else source.actor_id,
        action=action,
        object_type=on._meta.label_lower if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        object_label=(label or (str(on) if on is not None else ""))[:254],
        account_number=account_number,
        details=details,
        address=source.address,
        request_id=source.request_id[:64],
    )
