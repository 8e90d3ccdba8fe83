"""Tasks of the chain: thin, safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.chain.heads import export_heads
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "export of the chain"


@shared_task(base=PublicTask)
def dispatch_chain_exports() -> None:
    """Beat, hourly: have each tenant's heads exported that were not yet today."""
    send_to_every_tenant(export_chain_heads)


@shared_task(base=TenantTask, actor=BY)
def export_chain_heads() -> None:
    """Export the tenant's heads, once a day of its own."""
    export_heads(now=timezone.now())
