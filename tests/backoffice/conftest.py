"""A clerk at work on 10 November 2026, 12:00 in Kolkata."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from certinext.identity.models import User
from tests.factories import UserFactory
from tests.invoices.monthly import at

NOW = at("2026-11-10 12:00")


@pytest.fixture(autouse=True)
def _working_day() -> Iterator[None]:
    """Stand still in time."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meera(db: None) -> User:
    """Somebody of the seller's staff."""
    person: User = UserFactory.create(
        email="meera@aravalli.example", full_name="Meera Iyer", is_staff=True
    )
    return person


@pytest.fixture
def staff(meera: User, sign_in: Callable[..., Client]) -> Client:
    """Meera's browser."""
    return sign_in(meera)
