"""The servers of one environment: started when first needed, stopped by their last user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from certinext.launch.console import LaunchError, say
from certinext.launch.home import Home
from certinext.launch.locks import SharedUse, exclusively
from certinext.launch.postgres import APPLICATION, OWNER, Postgres
from certinext.launch.signals import undisturbed
from certinext.launch.valkey import Valkey


class Server(Protocol):
    """A server that this launcher starts, asks and stops."""

    name: str
    log: Path

    def answers(self) -> bool:
        """Tell whether the server lives."""

    def start(self) -> None:
        """Start the server, and return when it answers."""

    def stop(self) -> None:
        """Stop the server, and return when it has stopped."""


class Servers:
    """PostgreSQL and Valkey below one directory, unless the user's variables name others.

    A context manager: inside it the servers run. Several launchers can be inside at once.
    """

    def __init__(self, directory: Path, *, durable: bool) -> None:
        self._directory = directory
        home = Home.below(directory) if durable else Home.in_memory(directory)
        self._home = home
        self._postgres = Postgres(home, durable=durable)
        self._valkey = Valkey(home, durable=durable)
        self.ours = self._chosen(os.environ)

    @property
    def variables(self) -> dict[str, str]:
        """The addresses of the servers, as the settings read them."""
        found = addresses_given(os.environ)
        if self._postgres in self.ours:
            found["DATABASE_URL"] = self._postgres.url(APPLICATION)
            found["DATABASE_OWNER_URL"] = self._postgres.url(OWNER)
        if self._valkey in self.ours:
            found["REDIS_URL"] = self._valkey.url
            found["CELERY_BROKER_URL"] = self._valkey.broker_url
        return found

    def __enter__(self) -> Self:
        self._use = SharedUse(self._directory / "users.lock")
        try:
            self._start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def stop(self) -> None:
        """Stop those of these servers that run, whoever uses them."""
        with undisturbed(), exclusively(self._directory / "servers.lock"):
            for server in (self._valkey, self._postgres):
                if server.answers():
                    server.stop()

    def forget(self) -> None:
        """Throw away what was kept in memory for the next time."""
        self._home.empty_closet()

    def _start(self) -> None:
        with exclusively(self._directory / "servers.lock"):
            self._home.prepare()
            for server in self.ours:
                if not server.answers():
                    say(f"Starting {server.name}")
                    server.start()

    def _leave(self) -> None:
        if self._use.is_last():
            self.stop()
        self._use.close()

    def _chosen(self, environment: Mapping[str, str]) -> list[Server]:
        chosen: list[Server] = []
        if not environment.get("DATABASE_URL"):
            chosen.append(self._postgres)
        if not environment.get("REDIS_URL"):
            chosen.append(self._valkey)
        return chosen


def addresses_given(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of servers of the user's own.

    Raises LaunchError when one is given without its other half.
    """
    given: dict[str, str] = {}
    for name, partner in (
        ("DATABASE_URL", "DATABASE_OWNER_URL"),
        ("REDIS_URL", "CELERY_BROKER_URL"),
    ):
        if not environment.get(name):
            continue
        if not environment.get(partner):
            raise LaunchError(f"{name} is set: set {partner} too, or neither of them.")
        given |= {name: environment[name], partner: environment[partner]}
    return given
