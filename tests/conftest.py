"""Fixtures for every test: the database, the active tenant, signed-in clients."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from certinext.identity.models import User
from certinext.settings import CACHES
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_public, use_tenant
from tests.database import (
    QUICK_HASHERS,
    TENANTS,
    connected_to,
    copy_of_template,
    make_template,
    owner_conninfo,
)

# Folders whose tests share one expensive world, and files that share one expensive fixture.
TOGETHER = (
    "tests/access/",
    "tests/browser/",
    "tests/demo/",
    "tests/billing/test_guards.py",
    "tests/launch/test_servers.py",
    "tests/tenancy/test_create_tenant.py",
    "tests/test_deployment_files.py",
)


class WorldScheduling(LoadScopeScheduling):
    """Each shared world goes to one worker, every other test to whoever is free."""

    # Not xdist_group: its marks ride on names that pytest 9 no longer lets a plugin change.
    def _split_scope(self, nodeid: str) -> str:
        return next((shared for shared in TOGETHER if nodeid.startswith(shared)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WorldScheduling:
    """Let `-n` share the tests out by the worlds they need."""
    return WorldScheduling(config, log)


@pytest.fixture(scope="session")
def template_database(django_db_blocker: DjangoDbBlocker) -> str:
    """The template's name; made on first use."""
    if "DATABASE_OWNER_URL" not in os.environ:
        pytest.exit("Tests need PostgreSQL: run them with `python3 run.py test`.", returncode=2)
    with django_db_blocker.unblock():
        return make_template()


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One copy of the template for all tests that roll back."""
    with (
        django_db_blocker.unblock(),
        copy_of_template(template_database) as name,
        connected_to(name),
    ):
        yield


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking through all that was imported, test after test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def uses_database(request: pytest.FixtureRequest) -> bool:
    """Tell whether a test asked for a database, of its own or with all others."""
    asked = {"db", "template_database"} & set(request.fixturenames)
    return bool(asked or request.node.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def _active_tenant(request: pytest.FixtureRequest) -> Iterator[None]:
    """Work inside tenant `alpha` in every test that asked for the common database."""
    marked = request.node.get_closest_marker("django_db")
    if not (marked or "db" in request.fixturenames):
        yield
        return
    request.getfixturevalue("db")
    use_tenant(Tenant.objects.get(schema_name="alpha"))
    yield
    use_public()


@pytest.fixture
def own_database(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of one's own for tests that commit or start processes; `alpha` is active.

    Do not combine it with `db`.
    """
    with (
        django_db_blocker.unblock(),
        copy_of_template(template_database) as name,
        connected_to(name),
    ):
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        yield name


@pytest.fixture
def as_owner(own_database: str) -> Iterator[psycopg.Connection]:
    """A connection as the database's owner to `own_database`, in `alpha`'s schema."""
    with psycopg.connect(owner_conninfo(own_database), autocommit=True) as owner:
        owner.execute("SET search_path = alpha, public")
        yield owner


@pytest.fixture
def client() -> Client:
    """A browser at tenant `alpha`'s host, signed out."""
    return Client(HTTP_HOST=TENANTS["alpha"])


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """Return a function that signs a person in: `sign_in(user)`, `sign_in(user, host=…)`."""

    def signed_in(user: User, *, host: str = TENANTS["alpha"]) -> Client:
        browser = Client(HTTP_HOST=host)
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return browser

    return signed_in


@pytest.fixture(autouse=True)
def _own_surroundings(request: pytest.FixtureRequest) -> None:
    """Keep each test's files and its cache to itself; hash passwords in no time.

    What the cache of one holds back (rate limits) holds back no other. Tests of plain arithmetic
    have no surroundings: thousands of directories would be made for nothing.
    """
    if not uses_database(request):
        return
    settings = request.getfixturevalue("settings")
    settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "media"
    settings.CACHES = {"default": {**CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}
    settings.PASSWORD_HASHERS = QUICK_HASHERS
