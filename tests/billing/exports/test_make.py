"""A worker makes each export once, whatever breaks off, and its files do not stay."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from openpyxl import load_workbook

from billing.exports import make
from billing.exports.ask import MOST_PENDING, TooManyExports, ask_again
from billing.exports.files import KEPT_FOR, delete_expired, open_checked
from billing.exports.make import LOST_AFTER, MOST_ATTEMPTS
from billing.exports.tasks import (
    delete_expired_exports,
    dispatch_expired_exports,
    dispatch_exports,
    make_exports,
)
from billing.models import Export
from billing.rendering import StoredFileDamaged
from certinext.audit.models import AuditEvent
from certinext.identity.models import User
from tests.billing.exports.helpers import MINUTE, NOW, account_with_gifts, ask, work
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

State = Export.State


@pytest.fixture
def person() -> User:
    """Somebody who asks."""
    user: User = UserFactory.create()
    return user


def content_of(export: Export) -> bytes:
    with open_checked(export) as file:
        return file.read()


def files() -> set[str]:
    return (
        set(default_storage.listdir("exports")[1]) if default_storage.exists("exports") else set()
    )


def test_a_csv_is_stored_with_its_size_and_digest(person: User) -> None:
    export = ask(account_with_gifts(), person)
    assert (export.state, export.rows) == (State.WAITING, 3)

    assert work() == 1

    export.refresh_from_db()
    content = content_of(export)
    assert (export.state, export.size) == (State.READY, len(content))
    assert export.sha256 == hashlib.sha256(content).hexdigest()
    assert export.expires_at == NOW + KEPT_FOR
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[2:5]] == [f"Credits given: Gift {n}" for n in range(3)]


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_workbooks_and_pdfs_are_made_too(person: User, form: str, begins: bytes) -> None:
    export = ask(account_with_gifts(), person, form=form)

    assert work() == 1

    export.refresh_from_db()
    content = content_of(export)
    assert content.startswith(begins)
    if form == "xlsx":
        assert load_workbook(io.BytesIO(content)).active["B3"].value == "Credits given: Gift 0"


def test_the_same_request_while_one_is_pending_gives_that_one(person: User) -> None:
    account = account_with_gifts()

    first, second = ask(account, person), ask(account, person)

    assert first == second
    assert AuditEvent.objects.filter(action="export.asked").count() == 1
    assert ask(account, person, form="xlsx") != first
    assert ask(account, person, is_staffs=True) != first
    assert ask(account, UserFactory.create()) != first


def test_a_finished_one_is_made_anew_with_what_was_booked_since(person: User) -> None:
    account = account_with_gifts()
    first = ask(account, person)
    work()

    second = ask(account, person)

    assert second != first
    assert work() == 1


def test_one_person_waits_for_some_at_a_time(person: User) -> None:
    for _ in range(MOST_PENDING):
        ask(account_with_gifts(1), person)

    with pytest.raises(TooManyExports):
        ask(account_with_gifts(1), person)
    assert Export.objects.count() == MOST_PENDING


def test_working_again_makes_nothing_twice(person: User) -> None:
    ask(account_with_gifts(), person)

    assert (work(), work()) == (1, 0)
    assert len(files()) == 1


def test_what_a_dead_worker_left_behind_is_taken_once_its_time_is_over(person: User) -> None:
    export = ask(account_with_gifts(), person)
    make._claim(NOW)
    default_storage.save(f"exports/{export.pk}-1.csv", io.BytesIO(b"half"))

    assert work(NOW + LOST_AFTER - MINUTE) == 0
    assert work(NOW + LOST_AFTER) == 1

    export.refresh_from_db()
    assert (export.state, export.attempts) == (State.READY, 2)
    assert files() == {f"{export.pk}-2.csv"}


def test_what_kills_every_worker_fails_at_last(person: User) -> None:
    export = ask(account_with_gifts(), person)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        make._claim(now)
        now += LOST_AFTER

    assert work(now) == 0

    export.refresh_from_db()
    assert (export.state, export.error) == (
        State.FAILED,
        "It broke off 3 times. Please tell us.",
    )


def test_a_slow_worker_that_was_given_up_drops_what_it_made(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(account_with_gifts(), person)
    slow = make._claim(NOW)
    assert slow is not None
    assert work(NOW + LOST_AFTER) == 1

    assert make._make(slow, lambda: NOW + LOST_AFTER) is False

    export.refresh_from_db()
    assert (export.state, export.attempts, files()) == (
        State.READY,
        2,
        {f"{export.pk}-2.csv"},
    )
    monkeypatch.setattr(make, "ROWS_A_WORD", 1)
    assert make._make(slow, lambda: NOW + LOST_AFTER) is False
    assert files() == {f"{export.pk}-2.csv"}


def test_the_progress_says_how_many_rows_are_written(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(account_with_gifts(4), person)
    monkeypatch.setattr(make, "ROWS_A_WORD", 2)
    seen: list[Any] = []

    def store(stored: Export, file: Any) -> Any:
        seen.append(Export.objects.values_list("rows_done", "state").get(pk=stored.pk))
        raise OSError("The disk is full.")

    monkeypatch.setattr(make, "store", store)
    work()

    # Four entries between the head, the opening and the closing balance.
    assert seen == [(6, State.WORKING)]
    export.refresh_from_db()
    assert export.state == State.WAITING


def test_an_error_is_tried_again_later_and_then_told(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(account_with_gifts(), person)
    monkeypatch.setattr(make, "store", Mock(side_effect=OSError("The disk is full.")))
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert work(now) == 0
        assert work(now) == 0
        export.refresh_from_db()
        assert export.attempts == attempt
        now += timedelta(minutes=10)

    assert export.state == State.FAILED
    assert export.error.startswith("An unexpected error stopped it. It is in the log as ")
    assert "disk" not in export.error

    monkeypatch.undo()
    again = ask_again(export, language="en", by=person, now=now)
    assert again != export
    assert work(now) == 1


def test_no_more_than_some_are_made_at_a_time(person: User) -> None:
    for _ in range(3):
        ask(account_with_gifts(1), person)

    claimed = [make._claim(NOW) for _ in range(3)]

    assert [export is not None for export in claimed] == [True, True, False]


def test_files_are_deleted_when_their_days_are_over(person: User) -> None:
    export = ask(account_with_gifts(), person)
    work()

    assert delete_expired(now=NOW + KEPT_FOR - MINUTE) == 0
    assert len(files()) == 1
    assert delete_expired(now=NOW + KEPT_FOR) == 1
    assert delete_expired(now=NOW + KEPT_FOR) == 0

    export.refresh_from_db()
    assert (export.state, export.path, files()) == (State.DELETED, "", set())


def test_bytes_that_are_not_those_that_were_stored_are_not_handed_out(person: User) -> None:
    export = ask(account_with_gifts(), person)
    work()
    export.refresh_from_db()
    with default_storage.open(export.path, "wb") as file:
        file.write(b"something else")

    with pytest.raises(StoredFileDamaged, match="sha256 differs"):
        open_checked(export)
    default_storage.delete(export.path)
    with pytest.raises(StoredFileDamaged, match="missing"):
        open_checked(export)


def test_beat_has_every_tenant_make_and_delete(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str]] = []
    for task in (make_exports, delete_expired_exports):
        monkeypatch.setattr(
            task,
            "apply_async",
            lambda name=task.name, **options: sent.append((name, options["headers"]["tenant"])),
        )

    dispatch_exports()
    dispatch_expired_exports()

    names = (make_exports.name, delete_expired_exports.name)
    assert sent == [(name, tenant) for name in names for tenant in ("alpha", "beta")]


def test_the_task_finds_what_no_message_told_of(person: User) -> None:
    export = ask(account_with_gifts(), person)

    make_exports()

    export.refresh_from_db()
    assert export.state == State.READY
