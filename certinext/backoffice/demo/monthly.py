"""Running last month's invoices through the worker, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils import timezone
from django_tenants.utils import tenant_context

from billing.models import OutboxMessage
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from certinext.backoffice.demo.tenants import tenant_of
from invoices.models import BillingRun, Invoice
from invoices.monthly_run import due_months
from invoices.tasks import run_due_months, sweep

PATIENCE_SECONDS = 420.0
_GLANCE_SECONDS = 0.5
_A_FEW = 10


class WorkerTooSlow(Exception):
    """The worker did not finish in time: the message says what is left and where to look."""


def run_through_worker(
    *,
    say: Callable[[str], object],
    patience: float = PATIENCE_SECONDS,
    sellers: tuple[SellerPlan, ...] = SELLERS,
) -> None:
    """Send each tenant the task that beat sends, and wait until its documents are rendered.

    Raises `DemoMissing`; `WorkerTooSlow` after `patience` seconds; Celery's `OperationalError` when
    the broker does not answer.
    """
    for seller in sellers:
        with tenant_context(tenant_of(seller)):
            run_due_months.delay()
            sweep.delay()
    deadline = time.monotonic() + patience
    for seller in sellers:
        with tenant_context(tenant_of(seller)):
            for line in _until_done(seller, deadline):
                say(line)


def _until_done(seller: SellerPlan, deadline: float) -> Iterator[str]:
    """Yield a line whenever the worker has got further; return when nothing is left."""
    told = ""
    while (left := _left(timezone.now())) and time.monotonic() < deadline:
        if left != told:
            yield f"{seller.schema}: {left}"
            told = left
        time.sleep(_GLANCE_SECONDS)
    if left:
        raise WorkerTooSlow(
            f"{seller.schema}: the worker was not done in time: {left}.{_last_error()} Look into"
            " its log (.run/demo/log/worker.log when run.py started it), then run demo_run again."
        )
    yield f"{seller.schema}: {_summary()}"


def _left(now: datetime) -> str:
    """Say what the worker still has to do; "" when nothing is."""
    running = BillingRun.objects.filter(state=BillingRun.State.RUNNING).exists()
    todo = ["last month's invoices to make"] if running or due_months(now=now) else []
    waiting = OutboxMessage.objects.filter(done_at__isnull=True).count()
    if waiting:
        todo.append(f"{_about(waiting)} to render")
    return ", ".join(todo)


def _about(documents: int) -> str:
    """Count in tens, so that not every document is a line."""
    if documents > _A_FEW:
        return f"more than {(documents - 1) // 10 * 10} PDFs"
    return "the last PDFs"


def _last_error() -> str:
    message = OutboxMessage.objects.filter(done_at__isnull=True).exclude(error="").first()
    return f" {message.document} failed: {message.error[:200]}." if message else ""


def _summary() -> str:
    run = BillingRun.objects.order_by("-month").first()
    if run is None:
        return "no month to run"
    invoices = Invoice.objects.filter(run_items__run=run).count()
    parked = run.items.filter(state="parked").count()
    return f"{run.month} is closed with {invoices} monthly invoices and {parked} parked"
