"""Tasks know whose data they work on, or do not run at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from celery import shared_task

from billing.models.seller import current_seller
from certinext.celery import app
from certinext.tenancy.schema import active_schema, use_public
from certinext.tenancy.tasks import PublicTask, TenantMissing, TenantTask, send_to_every_tenant
from certinext.web.logs import request_id
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


@shared_task(base=PublicTask)
def schema_of_dispatcher() -> str:
    return active_schema()


@pytest.fixture
def sent() -> Iterator[mock.Mock]:
    with mock.patch("celery.app.task.Task.apply_async") as apply_async:
        yield apply_async


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
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert names == {"invoices.tasks.dispatch_monthly_runs", "invoices.tasks.dispatch_sweep"}
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
