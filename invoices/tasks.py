"""Tasks of invoicing: they only wake up what the database says is due. Safe to run twice."""

from __future__ import annotations

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from billing.tasks import render_outbox
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant
from invoices.models import BillingRun
from invoices.monthly_run import NobodyWaits, due_months, start_run, work_off
from invoices.per_order import invoice_left_behind
from invoices.reminders.daily import remind_today

BY = "monthly run"
SWEEP = "sweep"
REMINDERS = "reminders"


@shared_task(base=PublicTask)
def dispatch_monthly_runs() -> None:
    """Beat, every quarter of an hour: ask each tenant which completed months lack a run."""
    send_to_every_tenant(run_due_months)


@shared_task(base=PublicTask)
def dispatch_sweep() -> None:
    """Beat, every minute: have each tenant do what a crash or a lost message left behind."""
    send_to_every_tenant(sweep)


@shared_task(base=PublicTask)
def dispatch_reminders() -> None:
    """Beat, every quarter of an hour: ask each tenant whom to remind today, in its own zone."""
    send_to_every_tenant(send_reminders)


@shared_task(base=TenantTask, actor=BY)
def run_due_months() -> None:
    """Start and work off the runs of completed months, oldest first, and those left unfinished."""
    for month in due_months(now=timezone.now()):
        # Whoever waited may have been billed meanwhile, by turning the permission off.
        with suppress(NobodyWaits):
            start_run(month, by=BY, now=timezone.now())
    for run in BillingRun.objects.filter(state=BillingRun.State.RUNNING).order_by("month"):
        work_off(run, clock=timezone.now, by=BY)


@shared_task(base=TenantTask, actor=BY)
def work_off_run(month: str) -> None:
    """Work off one month's run, beside whoever else does."""
    work_off(BillingRun.objects.get(month=month), clock=timezone.now, by=BY)


@shared_task(base=TenantTask, actor=SWEEP)
def sweep() -> None:
    """Invoice orders that should have been, go on with unfinished runs, render what is due."""
    invoice_left_behind(clock=timezone.now, issued_by=SWEEP)
    for run in BillingRun.objects.filter(state=BillingRun.State.RUNNING).order_by("month"):
        work_off(run, clock=timezone.now, by=BY)
    render_outbox()


@shared_task(base=TenantTask, actor=REMINDERS)
def send_reminders() -> None:
    """Claim the day's reminders and send what waits, once, whoever else does so too."""
    remind_today(clock=timezone.now)
