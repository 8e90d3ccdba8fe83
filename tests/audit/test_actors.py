"""Who did it when no page was asked: a command, a task, a run that beat began, a clerk's run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from billing.models import Account, Charge
from certinext.audit.models import AuditEvent
from certinext.audit.trail import acting, record
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import use_tenant
from certinext.tenancy.tasks import TenantTask
from invoices.tasks import run_due_months, sweep, work_off_run
from tests.customers import priced_product
from tests.factories import AccountFactory, ChargeFactory, UserFactory
from tests.invoices.monthly import at, granted
from tests.orders.reports import page, row

pytestmark = pytest.mark.django_db

RUN = ["billing_run.started", "invoice.issued", "billing_run.closed"]


@pytest.fixture(autouse=True)
def _tenth_of_november() -> Iterator[None]:
    with time_machine.travel(at("2026-11-10 12:00"), tick=False):
        yield


@pytest.fixture
def monthly() -> Account:
    """An account that waits for its invoice of October."""
    account: Account = AccountFactory.create()
    granted(account, "2026-10-01 09:00")
    ChargeFactory.create(account=account)
    return account


def run_by_worker(task: TenantTask, *arguments: str, **headers: str) -> str:
    """Run a task as a worker does; return its id. The tenant is active again afterwards."""
    ran = task.apply(arguments, headers={"tenant": "alpha", **headers}, throw=True)
    use_tenant(Tenant.objects.get(schema_name="alpha"))
    return str(ran.id)


def told(*actions: str) -> list[tuple[str, str, str]]:
    """Return what, who and in which request of these actions, in their order of time."""
    events = AuditEvent.objects.filter(action__in=actions).order_by("id")
    return list(events.values_list("action", "actor", "request_id"))


def only_request(actions: list[str]) -> str:
    """Return the one request or task that all these events belong to."""
    (found,) = {request for _action, _actor, request in told(*actions)}
    return found


def test_the_verb_says_who_did_it_where_nobody_is_signed_in() -> None:
    with acting("sweep", request_id="task-0001"):
        named, unnamed = record("test.done", by="clerk@example.com"), record("test.done")

    assert (named.actor, named.request_id) == ("clerk@example.com", "task-0001")
    assert (unnamed.actor, unnamed.request_id) == ("sweep", "task-0001")
    assert record("test.done").actor == "system"


def test_what_a_run_did_that_beat_began_names_the_run_and_its_task(monthly: Account) -> None:
    task = run_by_worker(run_due_months)

    assert told(*RUN) == [(action, "monthly run", task) for action in RUN]


def test_an_account_that_a_task_parks_was_parked_by_it(monthly: Account) -> None:
    Account.objects.filter(pk=monthly.pk).update(address_line1="")
    task = run_by_worker(run_due_months)

    assert told("account.parked") == [("account.parked", "monthly run", task)]


def test_what_the_sweep_invoiced_names_the_sweep_and_its_task() -> None:
    ChargeFactory.create(account=AccountFactory.create())
    task = run_by_worker(sweep)

    assert told("invoice.issued") == [("invoice.issued", "sweep", task)]


def test_a_clerks_run_leads_from_the_page_to_what_the_worker_did(
    monthly: Account, sign_in: Callable[..., Client]
) -> None:
    clerk = UserFactory.create(is_staff=True)
    with mock.patch("kombu.messaging.Producer.publish") as publish:
        answer = sign_in(clerk).post("/backoffice/runs/start/", {"month": "2026-10"})
    asked_in = answer["X-Request-Id"]
    (sent,) = [
        call.kwargs["headers"]
        for call in publish.call_args_list
        if call.kwargs["headers"]["task"] == work_off_run.name
    ]
    assert (sent["tenant"], sent["asked_in_request"]) == ("alpha", asked_in)
    run_by_worker(work_off_run, "2026-10", asked_in_request=asked_in)

    assert told(*RUN) == [
        ("billing_run.started", clerk.email, asked_in),
        ("invoice.issued", "monthly run", asked_in),
        ("billing_run.closed", "monthly run", asked_in),
    ]
    started = AuditEvent.objects.get(action="billing_run.started")
    assert started.actor_id == str(clerk.pk)


def test_a_run_at_the_command_line_names_the_command(monthly: Account) -> None:
    call_command("run_monthly_invoices", tenant="alpha", month="2026-10", stdout=StringIO())

    assert len(request := only_request(RUN)) == 32
    assert told(*RUN) == [(action, "run_monthly_invoices", request) for action in RUN]


def test_what_an_import_at_the_command_line_did_says_so(tmp_path: Path) -> None:
    account, report = AccountFactory.create(), tmp_path / "report.json"
    priced_product()
    ended = row(orderStatus="Order Cancelled", orderDate="2026-11-05 10:00:00")
    for each in (row(orderDate="2026-11-05 10:00:00"), ended):
        report.write_bytes(page(each))
        call_command(
            "import_orders",
            str(report),
            tenant="alpha",
            account=account.account_number,
            stdout=StringIO(),
            stderr=StringIO(),
        )

    assert not Charge.objects.open().exists()
    first, second = ["invoice.issued"], ["order.cancelled", "credit_note.issued"]
    assert told(*second) == [(each, "command line", only_request(second)) for each in second]
    assert told(*first) == [(each, "command line", only_request(first)) for each in first]
    assert told("orders.imported") == [
        ("orders.imported", "command line", only_request(each)) for each in (first, second)
    ]
    assert only_request(first) != only_request(second)


def test_every_import_at_the_command_line_says_so(tmp_path: Path) -> None:
    account = AccountFactory.create()
    contents = {
        "products": {"products": [{"currencyType": "INR", "products": []}]},
        "groups": {"groups": [{"groupNumber": "3168637674", "groupName": "North"}]},
        "usage": {"usage": []},
    }
    for kind, content in contents.items():
        file = tmp_path / f"{kind}.json"
        file.write_text(json.dumps(content))
        options = {"groups": [f"--account={account.account_number}"]}
        call_command(
            f"import_{kind}",
            str(file),
            *options.get(kind, []),
            tenant="alpha",
            stdout=StringIO(),
            stderr=StringIO(),
        )

    events = told(*(f"{kind}.imported" for kind in contents))
    assert [actor for _action, actor, _request in events] == ["command line"] * 3
    assert len({request for _action, _actor, request in events}) == 3


def test_the_trails_page_shows_programs_and_finds_them(
    monthly: Account, sign_in: Callable[..., Client]
) -> None:
    task = run_by_worker(run_due_months)
    staff = sign_in(UserFactory.create(is_staff=True))
    html = staff.get("/backoffice/audit/?actor=monthly+run").content.decode()

    assert html.count('<td class="wide">monthly run</td>') == len(RUN)
    assert f"<small>{task[:11]}…</small>" in html
    assert "monthly_invoicing.turned_on" not in html
    nobody = staff.get("/backoffice/audit/?actor=system").content.decode()
    assert "Nothing found" in nobody
