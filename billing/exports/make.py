"""Making exports: each is claimed in the database, written with flat memory, and stored.

A worker that dies leaves its export behind with a moment from which another may take it; one that
was only slow finds that its attempt does not count any more, and drops what it made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing.exports.files import KEPT_FOR, Stored, attempt_path, delete_file, store
from billing.exports.kinds import kind_of
from billing.models import Export
from billing.models.exports import ExportQuerySet
from billing.models.seller import current_seller
from billing.unforeseen import note_unforeseen

logger = logging.getLogger(__name__)

State = Export.State
Clock = Callable[[], datetime]
# Longer than a worker is ever silent: between two thousand rows, or while a workbook is packed.
LOST_AFTER = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
MOST_ATTEMPTS = 3
# Of one seller; the other workers stay free for invoices.
MOST_AT_ONCE = 2
# Rows between two words about the progress.
ROWS_A_WORD = 2000


class TakenOver(Exception):
    """Another worker makes this export by now."""


def work_off_exports(*, clock: Clock, limit: int = 10) -> int:
    """Make the exports that are due, oldest first; return how many became ready.

    No more than some in one go, which stays well below the time that a task may take.
    Safe to run twice and at once: each export is taken by one.
    """
    made = 0
    for _attempt in range(limit):
        export = _claim(clock())
        if export is None:
            break
        made += _make(export, clock)
    return made


@transaction.atomic
def _claim(now: datetime) -> Export | None:
    """Take the next export for an attempt, or nothing while enough are being made.

    What broke off as often as it may be tried has failed: it kills whoever makes it.
    """
    if Export.objects.filter(state=State.WORKING, due_at__gt=now).count() >= MOST_AT_ONCE:
        return None
    due = Export.objects.pending().filter(due_at__lte=now).order_by("due_at", "id")
    for export in due.select_for_update(skip_locked=True, of=("self",))[:MOST_AT_ONCE]:
        delete_file(attempt_path(export))
        if export.attempts < MOST_ATTEMPTS:
            export.state, export.due_at = State.WORKING, now + LOST_AFTER
            export.attempts, export.rows_done = export.attempts + 1, 0
            export.save(update_fields=["state", "due_at", "attempts", "rows_done"])
            return export
        export.state, export.finished_at = State.FAILED, now
        export.error = _("It broke off %(times)s times. Please tell us.") % {
            "times": export.attempts
        }
        export.save(update_fields=["state", "finished_at", "error"])
    return None


def _make(export: Export, clock: Clock) -> bool:
    """Write the file and store it; return whether that made the export ready."""
    try:
        # As the page that it was asked for on: in its language, in the seller's zone.
        with (
            translation.override(export.language),
            timezone.override(current_seller().zone),
            kind_of(export).write(export, clock(), _Progress(export, clock)) as file,
        ):
            stored = store(export, file)
    except TakenOver:
        logger.warning("The export %s is made by another worker by now.", export.pk)
        return False
    except Exception:
        # Whatever went wrong is noted with the export and tried again; the others go on.
        reference = note_unforeseen(logger, f"The export {export.pk} could not be made.")
        delete_file(attempt_path(export))
        _put_off(export, reference, clock())
        return False
    return _finish(export, stored, clock())


def _finish(export: Export, stored: Stored, now: datetime) -> bool:
    done = _mine(export).update(
        state=State.READY,
        path=stored.path,
        size=stored.size,
        sha256=stored.sha256,
        finished_at=now,
        expires_at=now + KEPT_FOR,
        error="",
    )
    if not done:
        delete_file(stored.path)
    return bool(done)


def _put_off(export: Export, reference: str, now: datetime) -> None:
    """Have it tried again later, or leave it at that."""
    with translation.override(export.language):
        error = _("An unexpected error stopped it. It is in the log as %(reference)s.") % {
            "reference": reference
        }
    if export.attempts >= MOST_ATTEMPTS:
        _mine(export).update(state=State.FAILED, finished_at=now, error=error)
    else:
        wait = FIRST_WAIT * 2 ** (export.attempts - 1)
        _mine(export).update(state=State.WAITING, due_at=now + wait, error=error)


def _mine(export: Export) -> ExportQuerySet:
    """Return the export while it is still this attempt's; to be updated."""
    return Export.objects.filter(pk=export.pk, state=State.WORKING, attempts=export.attempts)


class _Progress:
    """Counts rows, says now and then how many, and that the worker lives."""

    def __init__(self, export: Export, clock: Clock) -> None:
        self._export = export
        self._clock = clock
        self._rows = 0

    def __call__(self) -> None:
        """Count a row; raises `TakenOver`."""
        self._rows += 1
        if self._rows % ROWS_A_WORD:
            return
        alive = {"rows_done": self._rows, "due_at": self._clock() + LOST_AFTER}
        if not _mine(self._export).update(**alive):
            raise TakenOver
