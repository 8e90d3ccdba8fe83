"""Tasks of registration: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.registering.work_off import work_off_registrations
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "registration"


@shared_task(base=PublicTask)
def dispatch_registrations() -> None:
    """Beat, every minute: have each tenant register what waits for the government's portal."""
    send_to_every_tenant(register_documents)


@shared_task(base=TenantTask, actor=BY)
def register_documents() -> None:
    """Register what issued documents wait for; a slow portal holds up nothing else."""
    work_off_registrations(clock=timezone.now)
