"""Eight people and eight workers at once."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from billing.exports import make
from billing.models import Export
from tests.billing.exports.helpers import account_with_gifts, ask, work
from tests.factories import UserFactory
from tests.processes import at_once, deadlocks, kill_myself, killed

WORKERS = 8


def test_eight_requests_at_once_are_one_export(own_database: str) -> None:
    account, person = account_with_gifts(), UserFactory.create()

    asked = at_once(*[lambda: ask(account, person).pk] * WORKERS)

    assert len(set(asked)) == 1
    assert Export.objects.count() == 1
    assert deadlocks() == 0


def test_eight_workers_at_once_make_each_export_once(own_database: str, tmp_path: Path) -> None:
    account = account_with_gifts()
    for _ in range(4):
        person = UserFactory.create()
        for form in ("csv", "xlsx", "pdf"):
            ask(account, person, form=form)

    with mock.patch.object(make, "MOST_AT_ONCE", WORKERS):
        made = at_once(*[work] * WORKERS)

    assert sum(made) == 12
    assert set(Export.objects.values_list("state", "attempts")) == {("ready", 1)}
    assert len(list((tmp_path / "media" / "alpha" / "exports").iterdir())) == 12
    assert deadlocks() == 0


def test_a_worker_that_is_killed_leaves_its_export_to_the_next(own_database: str) -> None:
    export = ask(account_with_gifts(), UserFactory.create())

    def die() -> None:
        with mock.patch.object(make, "store", kill_myself):
            work()

    killed(die)

    export.refresh_from_db()
    assert (export.state, export.attempts) == ("working", 1)
    assert work() == 0
    assert work(export.due_at) == 1
