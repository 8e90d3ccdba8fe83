"""The portal's own programs: started together, watched, and stopped together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from certinext.launch.console import LaunchError, meaning_of, say, tail
from certinext.launch.programs import Command
from certinext.launch.signals import undisturbed

# A worker finishes the task at hand; a rendering takes a few seconds.
_PATIENCE_SECONDS = 20.0


class Processes:
    """Long-running programs with a log file each. A context manager: leaving it stops them.

    What runs is written down, so that the next start finds what a killed one left behind.
    """

    def __init__(self, directory: Path, *, env: Mapping[str, str], cwd: Path) -> None:
        self._records = directory / "processes.json"
        self.logs = directory / "log"
        self._env = env
        self._cwd = cwd
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def log_of(self, name: str) -> Path:
        """Return the log file of a program."""
        return self.logs / f"{name}.log"

    def start(self, name: str, command: Command) -> None:
        """Start a program in a process group of its own, with a fresh log file."""
        with self.log_of(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self._env),
                cwd=self._cwd,
                start_new_session=True,
            )
        identities = [_identity(process.pid) for process in self._running.values()]
        self._records.write_text(json.dumps(identities))

    def check(self) -> None:
        """Raise LaunchError, with the end of its log, when a program has died."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                raise died(name, self.log_of(name), code)

    def stop(self) -> None:
        """Stop all programs, the last started first; whoever is too slow is killed."""
        with undisturbed():
            self._stop()

    def _stop(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for process in reversed(self._running.values()):
            process.terminate()
        for process in reversed(self._running.values()):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # Also what a program's own children left running.
            _kill_group(process.pid)
            process.wait()
        self._running.clear()
        self._records.unlink(missing_ok=True)


def died(name: str, log: Path, code: int) -> LaunchError:
    """Return the error that says which program died, how, and what it said last."""
    said = tail(log)
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    reason = meaning_of(said)
    return LaunchError(
        f"The {name} {how}.{' ' + reason if reason else ''} The end of {log}:\n{said}"
    )


def stop_leftovers(directory: Path) -> None:
    """Stop what a killed launcher left running. Safe to run when there is nothing."""
    records = directory / "processes.json"
    if not records.exists():
        return
    for identity in _read(records):
        if _is_free_or_same(identity):
            _stop_group(identity["pid"])
    records.unlink(missing_ok=True)


def run_watched(
    command: Command,
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None,
    watch: Callable[[], None],
) -> int:
    """Run a program to its end and return its code, calling `watch` meanwhile.

    Its output goes to `log`, or to the terminal without one. Whatever `watch` raises (another
    program has died) stops the program and goes on to the caller.
    """
    output = log.open("wb") if log else None
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
    )
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(timeout=0.5)
            watch()
    finally:
        if output:
            output.close()
        with undisturbed():
            _stop_group(process.pid)
            process.wait()


def run_in_foreground(command: Command, *, env: Mapping[str, str], cwd: Path) -> int:
    """Run a program that owns the terminal; return its code. Ctrl-C is for the program alone."""
    process = subprocess.Popen([str(part) for part in command], env=dict(env), cwd=cwd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


def _stop_group(group: int) -> None:
    """Ask a process group to end, and kill what has not when its leader has or is too slow."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
    while state_of(group) not in {None, "Z"} and time.monotonic() < deadline:
        time.sleep(0.02)
    # Also what the group's leader left running.
    _kill_group(group)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _identity(pid: int) -> dict[str, Any]:
    """Return what tells a process from a later one that got its number."""
    return {"pid": pid, "born": _born(pid), "boot": _boot()}


def _is_free_or_same(identity: dict[str, Any]) -> bool:
    """Tell whether a process group is still the one that was written down.

    Its leader can be gone while others of the group live on: the system gives a number to
    nobody else as long as a group has it.
    """
    return identity["boot"] == _boot() and _born(identity["pid"]) in {None, identity["born"]}


def state_of(pid: int) -> str | None:
    """Return the letter of a process's state ("Z": dead, but not asked about); None if absent."""
    fields = _stat(pid)
    return fields[0] if fields else None


def _born(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[19] if fields else None


def _stat(pid: int) -> list[str]:
    """Return what the system knows about a process, from its state on (man 5 proc)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _read(records: Path) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(records.read_text())
    except json.JSONDecodeError:  # the crash came in the middle of writing it
        say(f"{records} cannot be read: what a crash left running is not known")
        return []
    return found
