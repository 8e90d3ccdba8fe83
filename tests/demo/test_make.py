"""Making the demo: what a killed one leaves behind, and what it does not touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing.models import Account
from certinext.audit.models import AuditEvent
from certinext.backoffice.demo import make
from certinext.backoffice.demo.accounts import add_accounts
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.make import NotTheDemo, as_application, is_finished, make_demo
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from certinext.tenancy.schema import use_public
from tests.database import connected_to
from tests.demo.conftest import NOW, at

EMSIGN, _HARBOUR = SELLERS


class Killed(Exception):
    """Stands for the end of a process in the middle of loading."""


def load_accounts(seller: SellerPlan, *, now: datetime, say: Callable[[str], object]) -> None:
    """Load a part of the demo that is quick."""
    add_accounts(seller, Calendar(now, seller.zone))


def load_until_killed(seller: SellerPlan, *, now: datetime, say: Callable[[str], object]) -> None:
    load_accounts(seller, now=now, say=say)
    raise Killed


def test_a_killed_demo_leaves_an_empty_seller_and_the_next_run_completes_it(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected_to(own_database, role="owner"):
        monkeypatch.setattr(make, "load", load_until_killed)
        with pytest.raises(Killed):
            make_demo(now=NOW, sellers=(EMSIGN,))
        with at(EMSIGN):
            assert not is_finished()
            assert Account.objects.count() == 0

        monkeypatch.setattr(make, "load", load_accounts)
        make_demo(now=NOW, sellers=(EMSIGN,))
        with at(EMSIGN):
            assert is_finished()
            assert Account.objects.count() == len(EMSIGN.accounts)


def test_a_tenant_that_the_demo_did_not_make_is_left_alone(own_database: str) -> None:
    foreign = replace(EMSIGN, schema="alpha")

    with connected_to(own_database, role="owner"), pytest.raises(NotTheDemo, match="alpha exists"):
        make_demo(now=NOW, sellers=(foreign,))

    with at(foreign):
        assert not Account.objects.exists()
        assert not AuditEvent.objects.filter(action__startswith="demo.").exists()


def test_the_data_go_in_under_the_applications_role(own_database: str) -> None:
    with connected_to(own_database, role="owner"):
        with as_application(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("certinext_app",)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("certinext",)


@pytest.mark.parametrize("command", ["demo_run", "demo_guide", "demo_check"])
def test_commands_say_that_the_demo_is_missing(own_database: str, command: str) -> None:
    use_public()

    with pytest.raises(CommandError, match=r"no tenant emsign: run `manage.py demo` first"):
        call_command(command)
