"""Several workers, and workers that die: no document is registered twice, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from pytest_django import Settings

from billing.models import Document, Registration, RegistrationAttempt, RegistrationRequest
from billing.registering.session import forget_tokens
from tests.billing.registering.portal import Portal, open_portal, write_credentials
from tests.billing.registering.scenes import e_invoicing, given, issued, last_attempt, work_off
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import NOW
from tests.invoices.monthly import at, bill, granted, invoices_of
from tests.processes import at_once, deadlocks, kill_myself, killed

REGISTER = "/eicore/v1.03/Invoice"
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def shared(own_database: str, tmp_path: Path, settings: Settings) -> Iterator[Portal]:
    """A portal that all processes reach, for a seller to whom e-invoicing applies."""
    forget_tokens()
    with open_portal() as portal:
        settings.REGISTRY_CREDENTIALS = tmp_path / "access"
        write_credentials(tmp_path / "access", portal.address)
        e_invoicing()
        yield portal
    forget_tokens()


def registrations(portal: Portal) -> int:
    """Return how often the portal was asked to register something."""
    return sum(path == REGISTER for path in portal.paths)


def test_four_workers_register_each_document_once(shared: Portal) -> None:
    shared.takes_seconds = 0.02
    documents = [issued() for _number in range(12)]

    done = at_once(*[lambda: work_off(NOW)] * 4)

    assert sum(done) == len(documents) == len(shared.registered) == registrations(shared)
    assert Registration.objects.count() == 12
    assert RegistrationAttempt.objects.filter(outcome="registered").count() == 12
    assert deadlocks() == 0


def test_a_worker_that_dies_after_the_answer_registers_nothing_twice(shared: Portal) -> None:
    document = issued()

    def die_with_the_answer() -> None:
        with mock.patch(
            "billing.registering.work_off.refuse_unless_agrees", side_effect=kill_myself
        ):
            work_off(NOW)

    killed(die_with_the_answer)
    assert (len(shared.registered), Registration.objects.count()) == (1, 0)
    assert work_off(NOW) == 0
    assert work_off(LATER) == 1

    assert registrations(shared) == 1
    found = given(document)
    assert found is not None
    assert found.answer == shared.registered[found.irn]
    assert last_attempt(document).outcome == "taken_up"


def test_a_worker_that_dies_before_it_asks_leaves_the_document_to_the_next(shared: Portal) -> None:
    document = issued()

    def die_before_asking() -> None:
        with mock.patch("billing.registering.work_off._answer_for", side_effect=kill_myself):
            work_off(NOW)

    killed(die_before_asking)
    assert RegistrationRequest.objects.get().attempts == 1
    assert work_off(LATER) == 1
    assert last_attempt(document).outcome == "registered"


def test_two_workers_at_one_document_ask_once(shared: Portal) -> None:
    shared.takes_seconds = 0.3
    issued()
    # Its time has come again while the first one still waits for the answer.
    assert sorted(at_once(lambda: work_off(NOW), lambda: work_off(LATER))) == [0, 1]
    assert registrations(shared) == 1


def test_a_months_run_goes_on_while_the_portal_is_down(shared: Portal) -> None:
    shared.http_status = 503
    accounts = AccountFactory.create_batch(3, tax_id="29AAAAK3309M1ZH")
    for account in accounts:
        granted(account)
        ChargeFactory.create(account=account)

    run = bill("2026-10")

    assert run.state == "closed"
    documents = [invoices_of(account)[0].document for account in accounts]
    assert shared.paths == []
    assert work_off(at("2026-11-01 00:40")) == 0
    shared.http_status = 0
    assert work_off(at("2026-11-01 02:40")) == 3
    assert all(given(Document.objects.get(pk=document.pk)) for document in documents)
