"""Tasks know whose data they work on, or do not run at all."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from celery import shared_task
from celery.signals import task_received

from billing.models.seller import current_seller
from certinext.celery import app
from certinext.tenancy.models import Tenant
from certinext.tenancy.schema import active_schema, use_public, use_tenant
from certinext.tenancy.tasks import PublicTask, TenantMissing, TenantTask, send_to_every_tenant
from certinext.web.logs import ContextFilter, JsonFormatter, request_id, task_id
from certinext.web.logs import tenant as logged_tenant
from invoices.tasks import dispatch_monthly_runs, dispatch_sweep, run_due_months

pytestmark = pytest.mark.django_db


@shared_task(base=TenantTask)
def seller_name() -> str:
    return f"{active_schema()}: {current_seller().trade_name}"


@shared_task(base=TenantTask)
def break_down() -> None:
    raise LookupError(active_schema())


@shared_task(base=TenantTask)
def ask_twice() -> list[str]:
    return [seller_name(), active_schema()]


@shared_task(base=TenantTask)
def id_of_log_lines() -> str:
    return request_id.get()


@shared_task(base=TenantTask)
def send_another() -> None:
    seller_name.delay()


@shared_task(base=PublicTask)
def schema_of_dispatcher() -> str:
    return active_schema()


@pytest.fixture
def sent() -> Iterator[mock.Mock]:
    with mock.patch("celery.app.task.Task.apply_async") as apply_async:
        yield apply_async


@pytest.fixture
def published() -> Iterator[mock.Mock]:
    """What goes to the broker, as Celery makes it."""
    with mock.patch("kombu.messaging.Producer.publish") as publish:
        yield publish


def run_by_worker(task: Any, **headers: str | None) -> Any:
    """Run a task as a worker does: with a request of its own, not called as a function."""
    return task.apply(headers=headers or None, throw=True).get()


# ── Sending
def test_a_task_is_sent_for_the_active_tenant(sent: mock.Mock) -> None:
    seller_name.delay()

    assert sent.call_args.kwargs["headers"] == {"tenant": "alpha"}


def test_a_task_is_sent_for_the_tenant_that_is_named(sent: mock.Mock) -> None:
    use_public()
    seller_name.apply_async(headers={"tenant": "beta"})

    assert sent.call_args.kwargs["headers"] == {"tenant": "beta"}


def test_sending_a_task_without_a_tenant_is_refused(sent: mock.Mock) -> None:
    use_public()
    with pytest.raises(TenantMissing, match="without a tenant"):
        seller_name.delay()

    assert not sent.called


@pytest.mark.parametrize("tenant", [None, "", "public"])
def test_sending_a_task_for_no_tenant_is_refused(sent: mock.Mock, tenant: str | None) -> None:
    with pytest.raises(TenantMissing):
        seller_name.apply_async(headers={"tenant": tenant})

    assert not sent.called


# ── Running
@pytest.mark.parametrize(
    ("tenant", "answer"), [("alpha", "alpha: Aravalli Trust"), ("beta", "beta: Nordlicht Trust")]
)
def test_a_task_runs_inside_its_tenants_schema(tenant: str, answer: str) -> None:
    assert run_by_worker(seller_name, tenant=tenant) == answer


@pytest.mark.parametrize("tenant", [None, "", "public", "gamma", "alpha, public", "ALPHA"])
def test_a_message_without_a_tenant_does_not_run(tenant: str | None) -> None:
    with pytest.raises(TenantMissing):
        run_by_worker(seller_name, tenant=tenant)


def test_a_message_without_headers_does_not_run_though_a_tenant_is_active() -> None:
    assert active_schema() == "alpha"
    with pytest.raises(TenantMissing):
        run_by_worker(seller_name)


def test_what_a_task_logs_carries_its_id_and_gives_the_callers_back() -> None:
    token = request_id.set("request-0001")
    try:
        asked = id_of_log_lines.apply(headers={"tenant": "beta"}, throw=True)
        assert asked.get() == asked.id
        assert request_id.get() == "request-0001"
    finally:
        request_id.reset(token)


@pytest.mark.parametrize("asked_in", ["request-0001", None])
def test_celerys_own_lines_name_the_tasks_tenant_its_id_and_the_request_that_sent_it(
    caplog: pytest.LogCaptureFixture, asked_in: str | None
) -> None:
    """Celery's come before and after the tenant's schema is active."""
    lines, celerys = io.StringIO(), logging.getLogger("celery.app.trace")
    handler = logging.StreamHandler(lines)
    handler.addFilter(ContextFilter())
    handler.setFormatter(JsonFormatter())
    headers = {"tenant": "beta"} | ({"asked_in_request": asked_in} if asked_in else {})
    celerys.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, celerys.name):
            ran, failed = (task.apply(headers=headers) for task in (seller_name, break_down))
    finally:
        celerys.removeHandler(handler)

    seen = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert active_schema() == "public"
    assert [(line["tenant"], line["request_id"], line["task_id"]) for line in seen] == [
        ("beta", asked_in or ran.id, ran.id),
        ("beta", asked_in or failed.id, failed.id),
    ]
    assert (logged_tenant.get(), task_id.get(), request_id.get()) == ("", "-", "-")


def test_a_task_that_came_in_is_logged_as_its_tenants(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "billing.task_log")
    for headers in ({"tenant": "beta", "asked_in_request": "request-0001"}, {"tenant": None}):
        request = mock.Mock(id="task-0001", request_dict=headers)
        request.name = "billing.tasks.render_outbox"
        task_received.send(sender=None, request=request)

    lines = [vars(line) for line in caplog.records]
    assert [(line["tenant"], line["request_id"], line["task_id"]) for line in lines] == [
        ("beta", "request-0001", "task-0001"),
        ("public", "task-0001", "task-0001"),
    ]
    assert caplog.messages[0] == "Task billing.tasks.render_outbox[task-0001] received"


def test_a_task_takes_the_request_along_and_a_tasks_task_too(published: mock.Mock) -> None:
    token = request_id.set("request-0001")
    try:
        seller_name.delay()
    finally:
        request_id.reset(token)
    run_by_worker(send_another, tenant="beta", asked_in_request="request-0001")
    run_by_worker(send_another, tenant="beta")
    use_tenant(Tenant.objects.get(schema_name="alpha"))
    seller_name.delay()

    sent = [call.kwargs["headers"] for call in published.call_args_list]
    assert [(each["tenant"], each.get("asked_in_request")) for each in sent] == [
        ("alpha", "request-0001"),
        ("beta", "request-0001"),
        ("beta", None),
        ("alpha", None),
    ]


def test_a_task_leaves_the_connection_in_public() -> None:
    run_by_worker(seller_name, tenant="beta")

    assert active_schema() == "public"


def test_a_failing_task_leaves_the_connection_in_public() -> None:
    with pytest.raises(LookupError, match="beta"):
        run_by_worker(break_down, tenant="beta")

    assert active_schema() == "public"


def test_a_task_called_as_a_function_works_where_its_caller_does_and_gives_it_back() -> None:
    assert seller_name() == "alpha: Aravalli Trust"
    assert active_schema() == "alpha"


def test_a_task_that_another_one_calls_stays_in_its_tenant() -> None:
    assert run_by_worker(ask_twice, tenant="beta") == ["beta: Nordlicht Trust", "beta"]


def test_a_task_called_as_a_function_in_public_does_not_run() -> None:
    use_public()
    with pytest.raises(TenantMissing):
        seller_name()


# ── Dispatchers
def test_a_dispatcher_runs_in_public_whatever_ran_before_it() -> None:
    assert active_schema() == "alpha"
    assert run_by_worker(schema_of_dispatcher) == "public"


def test_a_dispatcher_sends_each_tenant_its_own_task(sent: mock.Mock) -> None:
    use_public()

    assert send_to_every_tenant(run_due_months) == 2
    assert [call.kwargs["headers"]["tenant"] for call in sent.call_args_list] == ["alpha", "beta"]


@pytest.mark.parametrize("dispatcher", [dispatch_monthly_runs, dispatch_sweep])
def test_the_dispatchers_reach_every_tenant(sent: mock.Mock, dispatcher: Any) -> None:
    run_by_worker(dispatcher)

    assert sent.call_count == 2


def test_beat_wakes_tasks_that_exist_and_need_no_tenant() -> None:
    app.loader.import_default_modules()
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert names >= {"invoices.tasks.dispatch_monthly_runs", "invoices.tasks.dispatch_sweep"}
    assert all(isinstance(app.tasks[name], PublicTask) for name in names)


def test_every_task_of_ours_names_its_tenant_or_is_a_dispatcher() -> None:
    app.loader.import_default_modules()
    ours = [
        task
        for name, task in app.tasks.items()
        if name.split(".")[0] in {"billing", "invoices", "credit_notes", "orders", "certinext"}
    ]

    assert len(ours) >= 6
    assert [t.name for t in ours if not isinstance(t, TenantTask | PublicTask)] == []
