"""What a task logs and records says whose it is, and which request had it sent."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from contextvars import ContextVar
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun, task_received
from django_tenants.utils import get_public_schema_name

from certinext.audit.trail import SYSTEM, acting
from certinext.tenancy.tasks import TENANT_HEADER, header_of
from certinext.web import logs

REQUEST_HEADER = "asked_in_request"

logger = logging.getLogger(__name__)


@before_task_publish.connect
def send_along(headers: dict[str, Any], **_kwargs: Any) -> None:
    """Send the id of the request along, also from one task to the next.

    A task that nobody's request had sent keeps its own id to itself: the next one has its own.
    """
    known = logs.request_id.get()
    if known not in {logs.NOBODYS, logs.task_id.get()}:
        headers.setdefault(REQUEST_HEADER, known)


@task_received.connect
def note_received(request: Any, **_kwargs: Any) -> None:
    """Log that a task came in. Celery's own line, which the settings mute, cannot say whose."""
    headers = request.request_dict
    known = {
        "tenant": headers.get(TENANT_HEADER) or get_public_schema_name(),
        "request_id": headers.get(REQUEST_HEADER) or request.id,
        "task_id": request.id,
    }
    logger.info("Task %s[%s] received", request.name, request.id, extra=known)


@task_prerun.connect
def begin(task_id: str, task: Any, **_kwargs: Any) -> None:
    """Name the lines and events that follow."""
    known = str(header_of(task.request, REQUEST_HEADER) or task_id)
    task.request.log_context = context = ExitStack()
    _set(context, logs.request_id, known)
    _set(context, logs.task_id, task_id)
    _set(context, logs.tenant, str(header_of(task.request, TENANT_HEADER) or ""))
    context.enter_context(acting(getattr(task, "actor", SYSTEM.actor), request_id=known))


@task_postrun.connect
def end(task: Any, **_kwargs: Any) -> None:
    """Give all back: the next line belongs to nobody, or to whoever called the task."""
    task.request.log_context.close()


def _set(context: ExitStack, variable: ContextVar[str], value: str) -> None:
    context.callback(variable.reset, variable.set(value))
