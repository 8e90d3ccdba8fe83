"""Writing the trail: one call, inside the transaction that makes the fact."""

from __future__ import annotations

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


# Set by the middleware for a request; a task or command keeps the default, "system".
SYSTEM = Origin()
origin: ContextVar[Origin] = ContextVar("audit_origin", default=SYSTEM)


def record(
    action: str,
    *,
    on: models.Model | None = None,
    label: str = "",
    actor: str = "",
    account_number: str = "",
    **details: Any,
) -> AuditEvent:
    """Append one event to the trail of the active schema.

    `action` is `<object>.<past participle>`; `actor` overrides who the request says it was (a
    program's name, a person who is signing in). `details` must be JSON values.
    """
    source = origin.get()
    return AuditEvent.objects.create(
        actor=(actor or source.actor)[:254],
        actor_id="" if actor else source.actor_id,
        action=action,
        object_type=on._meta.label_lower if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        object_label=(label or (str(on) if on is not None else ""))[:254],
        account_number=account_number,
        details=details,
        address=source.address,
        request_id=source.request_id,
    )
