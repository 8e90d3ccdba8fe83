"""Tasks that span apps: proving the books. Safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from certinext.backoffice.verify_ledger import verify_ledger
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "proof of the books"


@shared_task(base=PublicTask)
def dispatch_ledger_checks() -> None:
    """Beat, once a day: have each tenant's books proved."""
    send_to_every_tenant(check_ledger)


@shared_task(base=TenantTask, actor=BY)
def check_ledger() -> None:
    """Prove the tenant's books, and keep the result for the backoffice."""
    verify_ledger(by=BY, clock=timezone.now)
