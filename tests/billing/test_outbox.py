"""The outbox: what documents still ask for is done once, whatever fails or dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from billing.models import Document, DocumentFile, OutboxMessage
from billing.outbox import LONGEST_WAIT, wake_after_commit, work_off_outbox
from billing.tasks import render_outbox
from tests.billing.guards.scenes import file_of, issued
from tests.invoices.helpers import NOW
from tests.processes import at_once, kill_myself, killed


def work_off(handle: object, *, now: datetime = NOW, limit: int = 200) -> int:
    return work_off_outbox(handle=handle, now=lambda: now, limit=limit)  # type: ignore[arg-type]


def message_of(document: Document) -> OutboxMessage:
    return OutboxMessage.objects.get(document=document)


def test_every_document_is_handled_once_and_marked_as_done(db: None) -> None:
    documents = [issued().document for _ in range(3)]
    handled: list[Document] = []

    assert work_off(handled.append) == 3
    assert work_off(handled.append) == 0

    assert handled == documents
    assert {message_of(document).done_at for document in documents} == {NOW}


def test_no_more_are_handled_than_asked_for(db: None) -> None:
    for _ in range(3):
        issued()

    assert work_off(lambda document: None, limit=2) == 2
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 1


def test_a_message_that_is_not_due_waits(db: None) -> None:
    issued()
    handled: list[Document] = []

    assert work_off(handled.append, now=NOW - timedelta(seconds=1)) == 0


def test_a_failing_document_leads_to_the_log_and_the_others_go_on(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = issued().document, issued().document
    handled: list[Document] = []

    def handle(document: Document) -> None:
        if document == bad:
            raise MemoryError("the page is endless")
        handled.append(document)

    assert work_off(handle) == 1

    assert handled == [good]
    message = message_of(bad)
    assert (message.attempts, message.done_at) == (1, None)
    (line,) = [record for record in caplog.records if record.exc_info]
    assert f"(reference {message.error})" in line.getMessage()
    assert "the page is endless" in str(line.exc_info)


def test_what_a_failing_handler_wrote_is_undone(db: None) -> None:
    issued()

    def handle(document: Document) -> None:
        file_of(document)
        raise ValueError("the disk is full")

    work_off(handle)

    assert not DocumentFile.objects.exists()


def test_a_failing_document_waits_twice_as_long_each_time_up_to_an_hour(db: None) -> None:
    document = issued().document
    waits = []
    now = NOW
    for _ in range(9):
        work_off(mock.Mock(side_effect=ValueError("x")), now=now)
        due = message_of(document).next_attempt_at
        waits.append(due - now)
        now = due

    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert waits[-1] == LONGEST_WAIT


def test_success_after_a_failure_clears_the_error(db: None) -> None:
    document = issued().document
    work_off(mock.Mock(side_effect=ValueError("x")))
    later = NOW + timedelta(minutes=1)

    assert work_off(lambda document: None, now=later) == 1
    message = message_of(document)
    assert (message.attempts, message.done_at, message.error) == (2, later, "")


def test_workers_at_once_never_handle_one_document_twice(own_database: str) -> None:
    documents = [issued().document for _ in range(12)]

    def work() -> list[int]:
        handled: list[int] = []
        work_off(lambda document: handled.append(document.pk))
        return handled

    handled = [pk for of_one in at_once(work, work, work) for pk in of_one]

    assert sorted(handled) == sorted(document.pk for document in documents)


def test_a_document_that_kills_its_worker_waits_and_blocks_nobody(own_database: str) -> None:
    deadly, good = issued().document, issued().document

    def handle(document: Document) -> None:
        if document == deadly:
            kill_myself()

    killed(lambda: work_off(handle))
    message = message_of(deadly)
    assert (message.attempts, message.done_at) == (1, None)
    assert message.next_attempt_at == NOW + timedelta(minutes=1)

    assert work_off(handle) == 1
    assert message_of(good).done_at == NOW


def test_the_task_renders_what_is_due(db: None) -> None:
    issued()
    with mock.patch("billing.tasks.ensure_file") as ensure_file:
        render_outbox()

    assert ensure_file.call_count == 1


# ── Waking up
def test_the_worker_is_woken_after_the_commit_with_the_tenants_name(own_database: str) -> None:
    with mock.patch.object(render_outbox, "apply_async") as sent, transaction.atomic():
        wake_after_commit(render_outbox)
        assert not sent.called

    sent.assert_called_once_with(headers={"tenant": "alpha"})


def test_nobody_is_woken_for_what_was_rolled_back(own_database: str) -> None:
    with mock.patch.object(render_outbox, "apply_async") as sent, transaction.atomic():
        wake_after_commit(render_outbox)
        transaction.set_rollback(True)

    assert not sent.called


@pytest.mark.parametrize("error", [OperationalError("no broker"), ConnectionRefusedError()])
def test_a_dead_broker_loses_nothing_but_time(own_database: str, error: Exception) -> None:
    with mock.patch.object(render_outbox, "apply_async", side_effect=error):
        document = issued().document

    assert message_of(document).done_at is None
    assert work_off(lambda document: None) == 1
