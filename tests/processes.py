"""Real processes on a database of the test's own: they race, and they die.

A process is forked, so that it starts at once and may run any function of the test. It gets a
connection of its own; its database is `own_database`, in tenant `alpha`. Its messages to the broker
are dropped: the database holds the truth.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from typing import Any
from unittest import mock

from django.db import connection

FORK = multiprocessing.get_context("fork")
PATIENCE_SECONDS = 60.0

Job = Callable[[], Any]


class JobFailed(AssertionError):
    """A process ended with an error, or not at all."""


def at_once(*jobs: Job, patience: float = PATIENCE_SECONDS) -> list[Any]:
    """Run each job in a process of its own, all let go at one moment; return their results.

    A job that says nothing for `patience` seconds has failed. Results travel between processes:
    numbers, texts and lists of them. Raises `JobFailed` with the error's own words.
    """
    barrier = FORK.Barrier(len(jobs))
    started = [_start(job, barrier) for job in jobs]
    outcomes = [_outcome(process, pipe, patience) for process, pipe in started]
    failures = [text for is_failure, text in outcomes if is_failure]
    if failures:
        raise JobFailed("\n".join(failures))
    return [result for _, result in outcomes]


def killed(job: Job) -> None:
    """Run a job that kills its own process (`kill_myself`); return when the database knows."""
    process, pipe = _start(job, FORK.Barrier(1))
    process.join(PATIENCE_SECONDS)
    code = process.exitcode
    if code != -signal.SIGKILL:
        process.kill()
        raise JobFailed(f"The process was not killed, it ended with {code}: {_said(pipe)}")
    _wait_until_alone()


def kill_myself(*_args: object, **_kwargs: object) -> None:
    """What `kill -9` does, at exactly this point."""
    os.kill(os.getpid(), signal.SIGKILL)


def deadlocks() -> int:
    """Return how often PostgreSQL had to break a deadlock in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _start(job: Job, barrier: Barrier) -> tuple[BaseProcess, Connection]:
    # The connection is this process's: two processes must not speak over one socket.
    connection.close()
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_work, args=(job, barrier, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(job: Job, barrier: Barrier, pipe: Connection) -> None:
    try:
        with mock.patch("billing.outbox._wake"):
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            result = job()
    except BaseException as error:
        pipe.send((True, f"{type(error).__name__}: {error}"))
    else:
        pipe.send((False, result))
    finally:
        connection.close()
        pipe.close()
        # No clean-up of the test session in a copy of its process.
        os._exit(0)


def _outcome(
    process: BaseProcess, pipe: Connection, patience: float = PATIENCE_SECONDS
) -> tuple[bool, Any]:
    said = _said(pipe, patience)
    process.join(PATIENCE_SECONDS)
    if process.exitcode is None:
        process.kill()
    return said or (True, f"A process ended with {process.exitcode} and said nothing.")


def _said(pipe: Connection, patience: float = PATIENCE_SECONDS) -> tuple[bool, Any] | None:
    try:
        return pipe.recv() if pipe.poll(patience) else None
    except EOFError:
        return None


def _wait_until_alone() -> None:
    """Wait until PostgreSQL has rolled back what dead processes left open."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone() or (0,)
        if not others:
            return
        time.sleep(0.01)
    raise JobFailed("A dead process still holds its connection.")
