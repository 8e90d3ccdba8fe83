"""Tasks of exports: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.exports.files import delete_expired
from billing.exports.make import work_off_exports
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "exports"


@shared_task(base=PublicTask)
def dispatch_exports() -> None:
    """Beat, every minute: have each tenant make the exports that a lost message left behind."""
    send_to_every_tenant(make_exports)


@shared_task(base=PublicTask)
def dispatch_expired_exports() -> None:
    """Beat, every hour: have each tenant delete the files whose days are over."""
    send_to_every_tenant(delete_expired_exports)


@shared_task(base=TenantTask, actor=BY)
def make_exports() -> None:
    """Make the tenant's exports that are due; woken by whoever asks for one."""
    work_off_exports(clock=timezone.now)


@shared_task(base=TenantTask, actor=BY)
def delete_expired_exports() -> None:
    """Delete the tenant's exports that were kept long enough."""
    delete_expired(now=timezone.now())
