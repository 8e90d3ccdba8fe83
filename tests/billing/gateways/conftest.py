"""Nothing here may open a socket to a gateway."""

from __future__ import annotations

import socket

import pytest

from tests.billing.gateways.scenes import sandbox_account


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an attempt to connect somewhere else than to this machine's own sockets fail."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple):
            assert address[0] in {"127.0.0.1", "localhost", "::1"}, f"{address} was called"
        connect(self, address)  # type: ignore[arg-type]  # whatever its family takes

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def sandbox(db: None, _active_tenant: None) -> None:
    """The sandbox, switched on."""
    sandbox_account()
