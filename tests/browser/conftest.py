"""A real browser at a real portal: its own processes, database, files and queue."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from billing.periods import Month, day_start, local_date
from certinext.tenancy.models import Domain, Tenant
from certinext.tenancy.schema import use_public, use_tenant
from tests.browser.portal import HOST, Portal, running_portal
from tests.browser.screens import Screens
from tests.browser.visitor import Visitor, arriving
from tests.browser.world import World, build_world
from tests.database import QUICK_HASHERS, connected_to, copy_of_template

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--screens DIRECTORY`."""
    parser.addoption("--screens", metavar="DIR", help="store a picture of every main page there")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the portal keeps its documents."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="package")
def portal_database(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the template for the portal."""
    with django_db_blocker.unblock(), copy_of_template(template_database) as name:
        with connected_to(name, role="owner"):
            alpha = Tenant.objects.get(schema_name="alpha")
            Domain.objects.create(domain=HOST, tenant=alpha, is_primary=False)
        yield name


@pytest.fixture(scope="package")
def world(portal_database: str, media: Path, django_db_blocker: DjangoDbBlocker) -> World:
    """Some months of business. Its messages are dropped: whoever downloads first renders."""
    with (
        django_db_blocker.unblock(),
        connected_to(portal_database),
        override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=QUICK_HASHERS),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("billing.outbox._wake", lambda *_: None)
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        return build_world(timezone.now())


@pytest.fixture(scope="package")
def portal(
    world: World, portal_database: str, media: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The portal's programs."""
    directory = tmp_path_factory.mktemp("portal")
    with running_portal(portal_database, media=media, directory=directory) as running:
        yield running


@pytest.fixture(scope="package")
def next_month(
    world: World, portal_database: str, media: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The same portal on the second day of the next month."""
    zone = ZoneInfo("Asia/Kolkata")
    start = day_start(Month.of(local_date(world.now, zone)).next().first_day, zone)
    directory = tmp_path_factory.mktemp("next-month")
    with running_portal(
        portal_database, media=media, directory=directory, clock=start + timedelta(days=1, hours=9)
    ) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=ARGUMENTS
        )
        # Its driver runs an event loop in this thread; Django would refuse to be asked here.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        yield chromium
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        chromium.close()


@pytest.fixture
def visit(portal: Portal, browser: Browser, data: None) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser window: `visit(java_script_enabled=False)`."""
    with ExitStack() as windows:

        def opened(*, at: Portal = portal, **options: Any) -> Visitor:
            return windows.enter_context(arriving(browser, at, **options))

        yield opened


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> Screens:
    """Where pictures go, if anybody wants them."""
    return Screens(request.config.getoption("screens", default=None))


@pytest.fixture
def data(world: World, portal_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The portal's database under this test's feet, with its tenant active."""
    with django_db_blocker.unblock(), connected_to(portal_database):
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        yield
        use_public()


@pytest.fixture(autouse=True)
def _own_surroundings(settings: Settings, media: Path) -> None:
    """Take the place of the fixture for all tests: these look at the portal's files."""
    settings.MEDIA_ROOT = media
    settings.PASSWORD_HASHERS = QUICK_HASHERS
