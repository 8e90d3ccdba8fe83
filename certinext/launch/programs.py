"""Running a program whose output goes to a log, and is explained when it fails."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from certinext.launch.account import Account
from certinext.launch.console import LaunchError, meaning_of

Command = Sequence[str | Path]


def run_logged(
    command: Command,
    *,
    purpose: str,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
) -> None:
    """Run a program to its end, with its output appended to `log`.

    Raises LaunchError, which says that `purpose` failed and why, when the program fails.
    """
    written = append_output(command, log=log, env=env, cwd=cwd, account=account)
    if written is not None:
        reason = meaning_of(written) or last_line(written)
        raise LaunchError(f"{purpose} failed. {reason} Details: {log}")


def append_output(
    command: Command,
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
) -> str | None:
    """Run a program like `run_logged`; return None, or what it printed when it failed.

    A file takes the output, not a pipe: a server that the program leaves behind would keep a
    pipe open for ever.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = output.tell()
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if env is None else env),
            cwd=cwd,
            check=False,
            **(account or Account.mine()).as_arguments(),
        )
    if done.returncode == 0:
        return None
    with log.open("rb") as output:
        output.seek(start)
        return output.read().decode(errors="replace")


def last_line(text: str) -> str:
    """Return the last line that says something, as a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[-1] if lines[-1].endswith((".", "!")) else lines[-1] + "."
