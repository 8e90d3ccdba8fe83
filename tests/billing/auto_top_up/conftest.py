"""The sandbox, switched on, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.billing.auto_top_up.scenes import NOW
from tests.billing.gateways.scenes import sandbox_account


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The moment of these tests."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sandbox(db: None, _active_tenant: None, clock: time_machine.Traveller) -> None:
    """The sandbox, switched on."""
    sandbox_account()
