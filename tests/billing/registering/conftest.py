"""A portal on this machine, and the seller's access to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from billing.registering.session import forget_tokens
from tests.billing.registering.portal import Portal, open_portal, write_credentials


@pytest.fixture
def portal(tmp_path: Path, settings: Settings) -> Iterator[Portal]:
    """Have a portal listen, and the active tenant's access point to it."""
    forget_tokens()
    with open_portal() as opened:
        settings.REGISTRY_CREDENTIALS = tmp_path / "access"
        write_credentials(tmp_path / "access", opened.address)
        yield opened
    forget_tokens()
