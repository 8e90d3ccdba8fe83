"""`run.py demo`: the whole portal with two sellers, in the foreground."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from certinext.launch import libraries, packages, paths
from certinext.launch.console import LaunchError, meaning_of, say, tail
from certinext.launch.locks import Claim, exclusively
from certinext.launch.processes import Processes, run_watched, stop_leftovers
from certinext.launch.programs import Command
from certinext.launch.servers import Servers
from certinext.launch.variables import demo_variables, port_wanted

DIRECTORY = paths.RUN / "demo"
_WEB_PATIENCE_SECONDS = 90.0
_OWNERS_VARIABLES = {"DATABASE_OWNER_URL", "DATABASE_ROLE"}


@dataclass(frozen=True)
class Step:
    """A management command of the demo. A quiet one shows its output only when it fails."""

    title: str
    command: list[str]
    as_owner: bool = False
    quiet: bool = False


BEFORE_START = [
    Step(
        "Migrating the database",
        ["migrate_schemas", "--noinput"],
        as_owner=True,
        quiet=True,
    ),
    Step("Collecting static files", ["collectstatic", "--noinput"], quiet=True),
    Step("Creating two sellers and their data", ["demo"], as_owner=True),
]
AFTER_START = [
    Step("Running last month's invoices through the worker", ["demo_run"]),
    Step("The portal is up", ["demo_guide"]),
]
SELF_CHECK = Step("Signing in and comparing downloads over HTTP", ["demo_check"])


def run_demo(*, leave: bool) -> None:
    """Set up and run the portal until Ctrl-C; with `leave`, until its self-check is done.

    Raises LaunchError when something it needs is missing, fails or dies.
    """
    port = port_wanted(os.environ)
    with _only_demo():
        stop_leftovers(DIRECTORY)
        require_free_port(port)
        libraries_found = prepared()
        with Servers(DIRECTORY, durable=True) as servers:
            owner = {
                **demo_variables(DIRECTORY, port=port),
                **libraries_found,
                **servers.variables,
                "DATABASE_ROLE": "owner",
            }
            # As in production, the programs do not even know the owner's address.
            application = {k: v for k, v in owner.items() if k not in _OWNERS_VARIABLES}
            with Processes(DIRECTORY, env=application, cwd=paths.ROOT) as processes:
                demo = _Demo(servers, processes, owner=owner, application=application)
                demo.carry_out(BEFORE_START)
                demo.start_programs(port)
                demo.carry_out(AFTER_START)
                if leave:
                    demo.carry_out([SELF_CHECK])
                else:
                    say(f"Ctrl-C stops everything. Logs are in {processes.logs}")
                    demo.watch_for_ever()


def prepared() -> dict[str, str]:
    """Install what is missing; return the variables that the libraries need.

    Raises LaunchError when something cannot be installed.
    """
    with exclusively(paths.RUN / "setup.lock"):
        packages.ensure_environment()
        return libraries.ensure_libraries(libraries.PANGO)


def programs(port: int) -> dict[str, Command]:
    """Return the portal's long-running programs by name."""
    celery: list[str | Path] = [paths.PYTHON, "-m", "celery", "-A", "certinext"]
    gunicorn: list[str | Path] = [paths.PYTHON, "-m", "gunicorn", "certinext.wsgi"]
    gunicorn += ["-c", "certinext/gunicorn.py"]
    return {
        "web": [*gunicorn, "-w", "2", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}"],
        "worker": [*celery, "worker", "-c", "2", "-l", "info"],
        "beat": [*celery, "beat", "-l", "info", "-s", DIRECTORY / "beat-schedule"],
    }


def require_free_port(port: int) -> None:
    """Raise LaunchError when another program listens on the port."""
    with socket.socket() as probe:
        # Like gunicorn: connections of an earlier run that are just closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LaunchError(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose"
                f" another one with PORT={port + 1 if port < 65535 else port - 1}."
            ) from error


class _Demo:
    """The steps of a demo whose servers run."""

    def __init__(
        self,
        servers: Servers,
        processes: Processes,
        *,
        owner: dict[str, str],
        application: dict[str, str],
    ) -> None:
        self._servers = servers
        self._processes = processes
        self._owner = owner
        self._application = application

    def carry_out(self, steps: list[Step]) -> None:
        """Run management commands one after the other. Raises LaunchError when one fails."""
        for step in steps:
            say(step.title)
            log = self._processes.log_of(step.command[0]) if step.quiet else None
            code = run_watched(
                [paths.PYTHON, "manage.py", *step.command],
                env=self._owner if step.as_owner else self._application,
                cwd=paths.ROOT,
                log=log,
                watch=self.check,
            )
            if code:
                raise _failed(step, log, code)

    def start_programs(self, port: int) -> None:
        """Start web, worker and beat, and wait until the portal answers."""
        for name, command in programs(port).items():
            say(f"Starting the {name}")
            self._processes.start(name, command)
        deadline = time.monotonic() + _WEB_PATIENCE_SECONDS
        while not _web_answers(port):
            self.check()
            if time.monotonic() > deadline:
                log = self._processes.log_of("web")
                raise LaunchError(f"The web does not answer. The end of {log}:\n{tail(log)}")
            time.sleep(0.2)

    def watch_for_ever(self) -> NoReturn:
        """Raise LaunchError when a program or a server dies."""
        while True:
            self.check()
            time.sleep(1)

    def check(self) -> None:
        """Raise LaunchError when a program or a server has died."""
        self._processes.check()
        for server in self._servers.ours:
            if not server.answers():
                raise LaunchError(
                    f"{server.name} does not answer. The end of {server.log}:\n{tail(server.log)}"
                )


@contextmanager
def _only_demo() -> Iterator[None]:
    claim = Claim(claim_file())
    if not claim.take():
        raise LaunchError(
            f"The demo runs already, as process {claim.holder()}: `python3 run.py stop` stops it."
        )
    try:
        yield
    finally:
        claim.release()


def claim_file() -> Path:
    """Return the file that says which process runs the demo."""
    return DIRECTORY / "demo.lock"


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _failed(step: Step, log: Path | None, code: int) -> LaunchError:
    if log is None:
        return LaunchError(f"{step.title}: failed with code {code}; what it said is above.")
    said = tail(log)
    reason = meaning_of(said) or f"The end of {log}:\n{said}"
    return LaunchError(f"{step.title}: failed. {reason}")
