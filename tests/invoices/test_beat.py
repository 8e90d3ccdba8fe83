"""Real beat and worker processes bill a month that ends while they run: nobody calls them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing.models import DocumentFile
from certinext.audit.models import AuditEvent
from certinext.celery import app
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from invoices.models import BillingRun
from tests.database import ROOT, application_url
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.monthly import granted, invoices_of

PATIENCE_SECONDS = 90.0
# October ends at 18:30 UTC in Kolkata, and five hours later in Berlin.
END = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
SIX_SECONDS_BEFORE = "2026-10-31T18:29:54+00:00"
TASK_LINE = re.compile(r"Task (?P<name>[\w.]+)\[(?P<id>[\w-]+)\] (?P<what>received|succeeded)")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def celery(own_database: str, tmp_path: Path) -> Iterator[Start]:
    """Start Celery processes of this test's own queue and database; stop them afterwards."""
    queue = f"test-{uuid.uuid4().hex}"
    started: list[subprocess.Popen[str]] = []
    log = (tmp_path / "celery.log").open("w")

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.clocked", queue, *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                **application_url(own_database),
                "MEDIA_ROOT": str(tmp_path / "media"),
                "LOG_FORMAT": "json",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        stop(process)
    log.close()
    with app.connection_for_write() as broker:
        channel: Any = broker.default_channel
        channel.queue_delete(queue)


def stop(process: subprocess.Popen[str]) -> None:
    """End a process with its children."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def let_go(process: subprocess.Popen[str], moment: str) -> None:
    """Move the clock of a process that is ready, and let it start."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write(f"{moment}\n")
    process.stdin.flush()


def until(done: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text()[-4000:])
        time.sleep(0.1)


def test_a_month_that_ends_is_billed_by_beat_and_worker_alone(
    celery: Start, tmp_path: Path
) -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    use_tenant(Tenant.objects.get(schema_name="beta"))
    berliner = AccountFactory(german=True)
    granted(berliner)
    ChargeFactory(account=berliner)
    use_tenant(Tenant.objects.get(schema_name="alpha"))

    quiet = ("--without-mingle", "--without-gossip", "--without-heartbeat")
    worker = celery("worker", "--concurrency=1", "--loglevel=INFO", *quiet)
    beat = celery("beat", "--loglevel=INFO", f"--schedule={tmp_path / 'beat'}", "--pidfile=")
    for process in (worker, beat):
        let_go(process, SIX_SECONDS_BEFORE)
    until(DocumentFile.objects.exists, tmp_path / "celery.log")

    run = BillingRun.objects.get()
    assert (run.month, run.state, run.started_by) == ("2026-10", "closed", "monthly run")
    assert 0 <= (run.started_at - END).total_seconds() < 60
    (invoice,) = invoices_of(account)
    assert invoice.document.number == "INV/26-27/000001"
    assert invoice.document.issue_date == date(2026, 11, 1)
    stored = DocumentFile.objects.get()
    content = (tmp_path / "media" / "alpha" / stored.path).read_bytes()
    assert (stored.document, content[:5]) == (invoice.document, b"%PDF-")
    assert broken_invariants() == {}
    # Berlin's month is not over yet.
    lines = log_lines(tmp_path / "celery.log")
    assert_lines_say_whose_they_are(lines)
    issued = AuditEvent.objects.get(action="invoice.issued")
    assert issued.actor == "monthly run"
    assert issued.request_id in {line.get("task_id") for line in lines}
    use_tenant(Tenant.objects.get(schema_name="beta"))
    assert not BillingRun.objects.exists()


def log_lines(log: Path) -> list[dict[str, Any]]:
    """Return what the processes logged; banners are no lines of the log."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def assert_lines_say_whose_they_are(lines: list[dict[str, Any]]) -> None:
    """Celery's lines about a task name its tenant and its id; beat says what it sends."""
    about = [(line, TASK_LINE.match(line["message"])) for line in lines]
    tenants: dict[str, set[str]] = {}
    for line, match in about:
        if match is not None and "dispatch" not in match["name"]:
            assert line["request_id"] == line["task_id"] == match["id"]
            tenants.setdefault(match["what"], set()).add(line["tenant"])
    assert tenants == {"received": {"alpha", "beta"}, "succeeded": {"alpha", "beta"}}
    assert any("Sending due task" in line["message"] for line in lines)
