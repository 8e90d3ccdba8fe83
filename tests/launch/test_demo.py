"""What the demo does, in which order and in whose role."""

from __future__ import annotations

from certinext.launch import demo


def test_only_what_changes_tables_and_creates_sellers_is_done_as_the_owner() -> None:
    steps = [*demo.BEFORE_START, *demo.AFTER_START, demo.SELF_CHECK]

    assert [step.command[0] for step in steps if step.as_owner] == ["migrate_schemas", "demo"]


def test_invoices_are_run_when_the_worker_is_there_and_checked_last() -> None:
    before = [step.command[0] for step in demo.BEFORE_START]
    after = [step.command[0] for step in demo.AFTER_START]

    assert before == ["migrate_schemas", "collectstatic", "demo"]
    assert after == ["demo_run", "demo_guide"]
    assert demo.SELF_CHECK.command == ["demo_check"]


def test_the_portal_listens_on_this_machine_only() -> None:
    command = [str(part) for part in demo.programs(8123)["web"]]

    assert command[-2:] == ["-b", "127.0.0.1:8123"]
