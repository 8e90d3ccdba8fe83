"""The portal's programs are started together, watched and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from certinext.launch.console import LaunchError
from certinext.launch.processes import Processes, run_watched, state_of, stop_leftovers

PATIENCE_SECONDS = 20


def test_a_program_that_dies_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    with Processes(tmp_path, env=os.environ, cwd=tmp_path) as processes:
        processes.start("beat", ["sleep", "600"])
        processes.start("worker", ["sh", "-c", "echo cannot reach the broker; exit 3"])

        until(lambda: died(processes))
        with pytest.raises(LaunchError) as caught:
            processes.check()

    log = tmp_path / "log" / "worker.log"
    assert str(caught.value) == (
        f"The worker ended with code 3. The end of {log}:\ncannot reach the broker"
    )


def test_a_killed_program_is_told_from_one_that_gave_up(tmp_path: Path) -> None:
    with Processes(tmp_path, env=os.environ, cwd=tmp_path) as processes:
        processes.start("web", ["sh", "-c", "kill -KILL $$"])

        until(lambda: died(processes))
        with pytest.raises(LaunchError, match="The web was killed by signal 9"):
            processes.check()


def test_leaving_stops_programs_and_what_they_started(tmp_path: Path) -> None:
    with Processes(tmp_path, env=os.environ, cwd=tmp_path) as processes:
        processes.start("web", ["sh", "-c", "sleep 600 & echo $! > child; wait"])
        until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text() != "")
        child = int((tmp_path / "child").read_text())
        assert lives(child)

    until(lambda: not lives(child))
    assert not (tmp_path / "processes.json").exists()


def test_the_next_start_stops_what_a_killed_launcher_left_running(tmp_path: Path) -> None:
    launcher = (
        "import os, sys, time; from pathlib import Path;"
        "from certinext.launch.processes import Processes;"
        "where = Path(sys.argv[1]); processes = Processes(where, env=os.environ, cwd=where);"
        "processes.__enter__(); processes.start('web', ['sleep', '600']);"
        "print(processes._running['web'].pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", launcher, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        left = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    assert lives(left)

    stop_leftovers(tmp_path)

    assert not lives(left)
    stop_leftovers(tmp_path)


def test_a_process_that_only_got_the_same_number_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
        (tmp_path / "processes.json").write_text(
            f'[{{"pid": {stranger.pid}, "born": "1", "boot": "another"}}]'
        )

        stop_leftovers(tmp_path)

        assert stranger.poll() is None
        stranger.kill()


def test_a_record_cut_off_by_a_crash_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "processes.json").write_text('[{"pid": 1')

    stop_leftovers(tmp_path)

    assert not (tmp_path / "processes.json").exists()


def test_a_watched_step_returns_its_code_and_keeps_its_output(tmp_path: Path) -> None:
    log = tmp_path / "migrate.log"

    code = run_watched(
        ["sh", "-c", "echo done; exit 4"], env=os.environ, cwd=tmp_path, log=log, watch=nothing
    )

    assert code == 4
    assert log.read_text() == "done\n"


def test_a_step_ends_when_a_program_that_it_waits_for_dies(tmp_path: Path) -> None:
    def worker_died() -> None:
        raise LaunchError("The worker died.")

    with pytest.raises(LaunchError, match="The worker died"):
        run_watched(
            ["sh", "-c", "echo $$ > step; exec sleep 600"],
            env=os.environ,
            cwd=tmp_path,
            log=None,
            watch=worker_died,
        )

    assert not lives(int((tmp_path / "step").read_text()))


def died(processes: Processes) -> bool:
    try:
        processes.check()
    except LaunchError:
        return True
    return False


def lives(pid: int) -> bool:
    return state_of(pid) not in {None, "Z"}


def until(condition: Callable[[], bool]) -> None:
    """Wait for what is bound to come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


def nothing() -> None:
    """Watch nothing."""
