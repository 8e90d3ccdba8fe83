"""One world for all walks: built once, in a database of its own, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from certinext.tenancy.schema import use_public
from certinext.tenancy.tasks import TenantTask
from tests.access.markers import Markers
from tests.access.walk import Walk
from tests.access.world import build_world
from tests.database import QUICK_HASHERS, connected_to, copy_of_template


@pytest.fixture(scope="session")
def world_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the world's documents are stored."""
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="session")
def world_database(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the template for the world."""
    with django_db_blocker.unblock(), copy_of_template(template_database) as name:
        yield name


@pytest.fixture(scope="session")
def the_walk(world_database: str, world_media: Path, django_db_blocker: DjangoDbBlocker) -> Walk:
    """The world and everything that was asked in it so far."""
    with (
        django_db_blocker.unblock(),
        connected_to(world_database),
        override_settings(MEDIA_ROOT=world_media, PASSWORD_HASHERS=QUICK_HASHERS),
        patch.object(TenantTask, "apply_async"),
    ):
        world = build_world()
    return Walk(world, Markers(world))


@pytest.fixture(scope="module")
def _in_world(
    the_walk: Walk, world_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Connect a module's tests to the world; nothing that they ask for wakes a worker."""
    with (
        django_db_blocker.unblock(),
        connected_to(world_database),
        patch.object(TenantTask, "apply_async"),
    ):
        yield


@pytest.fixture
def walk(the_walk: Walk, _in_world: None) -> Iterator[Walk]:
    """The walk, with the connection back in the public schema afterwards."""
    yield the_walk
    use_public()


@pytest.fixture(autouse=True)
def _own_surroundings(settings: Settings, world_media: Path) -> None:
    """Take the place of the fixture for all tests: these share the world's files and no cache."""
    settings.MEDIA_ROOT = world_media
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    settings.PASSWORD_HASHERS = QUICK_HASHERS
