"""The outbox: what issued documents still ask for. The database remembers, Celery only wakes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from celery.exceptions import OperationalError
from django.db import transaction
from django.db.models import Exists, OuterRef

from billing.models import Document, OutboxMessage, RegistrationRequest
from billing.unforeseen import note_unforeseen
from certinext.tenancy.schema import active_schema
from certinext.tenancy.tasks import TenantTask

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def work_off_outbox(
    *, handle: Callable[[Document], object], now: Callable[[], datetime], limit: int = 200
) -> int:
    """Handle due messages one transaction each; return how many succeeded.

    The attempt is noted and its wait begins before the work: a document that kills its worker
    (memory) waits like one that fails, twice as long each time, and never blocks the others. The
    row lock keeps two workers from the same message. Safe to run twice: `handle` must be.
    """
    done = 0
    for _ in range(limit):
        outcome = _handle_next(handle, now())
        if outcome is None:
            break
        done += outcome
    return done


def wake_after_commit(task: TenantTask) -> None:
    """Send a task once the transaction is committed; a dead broker loses nothing but time."""
    transaction.on_commit(partial(_wake, task, active_schema()))


def _wake(task: TenantTask, schema: str) -> None:
    try:
        task.apply_async(headers={"tenant": schema})
    except (OperationalError, OSError):
        logger.warning("The broker does not answer: the sweeper will do %s.", task.name)


def _handle_next(handle: Callable[[Document], object], now: datetime) -> bool | None:
    claimed = _claim(now)
    if claimed is None:
        return None
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(of=("self",))
            .select_related("document")
            .get(pk=claimed.pk)
        )
        if message.done_at is not None:
            return True
        try:
            with transaction.atomic():
                handle(message.document)
        except Exception:
            # Whatever went wrong is noted with the message and tried again; the others go on.
            what = f"Outbox message {message.topic} of {message.document} failed."
            message.error = note_unforeseen(logger, what)
            message.save(update_fields=["error"])
            return False
        message.done_at, message.error = now, ""
        message.save(update_fields=["done_at", "error"])
        return True


@transaction.atomic
def _claim(now: datetime) -> OutboxMessage | None:
    message = (
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True, next_attempt_at__lte=now)
        # What is not registered yet cannot be rendered: it is not tried, and no error.
        .exclude(Exists(RegistrationRequest.objects.unanswered().filter(pk=OuterRef("document"))))
        .order_by("next_attempt_at", "id")
        .first()
    )
    if message is not None:
        message.attempts = min(message.attempts + 1, 32_767)
        wait = min(FIRST_WAIT * 2 ** min(message.attempts, 10), LONGEST_WAIT)
        message.next_attempt_at = now + wait
        message.save(update_fields=["attempts", "next_attempt_at"])
    return message
