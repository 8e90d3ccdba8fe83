"""The whole demo, made once for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from django_tenants.utils import tenant_context
from pytest_django import DjangoDbBlocker

from billing.periods import Month
from billing.registering.work_off import work_off_registrations
from certinext.backoffice.demo.make import make_demo
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from certinext.tenancy.models import Tenant
from invoices.monthly_run import start_run, work_off
from tests.database import QUICK_HASHERS, connected_to, copy_of_template

# A Sunday in the middle of a month, in no financial year's first quarter.
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LAST_MONTH = Month(2026, 10)


@pytest.fixture(scope="session")
def demo_database(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database with the demo as `manage.py demo` leaves it, and last month run and registered."""
    with django_db_blocker.unblock(), copy_of_template(template_database) as name:
        with connected_to(name, role="owner"), override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
            make_demo(now=NOW)
        with connected_to(name):
            for seller in SELLERS:
                with at(seller):
                    run = start_run(LAST_MONTH, by="worker", now=NOW)
                    work_off(run, clock=lambda: NOW, by="worker")
                    work_off_registrations(clock=lambda: NOW)
        yield name


@pytest.fixture
def demo(demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo's database, shared by all tests: look, do not touch."""
    with django_db_blocker.unblock(), connected_to(demo_database):
        yield demo_database


@contextmanager
def at(seller: SellerPlan) -> Iterator[None]:
    """Work inside a demo seller's tenant."""
    with tenant_context(Tenant.objects.get(schema_name=seller.schema)):
        yield
