"""Tasks of billing: thin, safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.outbox import work_off_outbox
from billing.rendering import ensure_file
from certinext.tenancy.tasks import TenantTask


@shared_task(base=TenantTask)
def render_outbox() -> None:
    """Render the PDFs that issued documents wait for."""
    work_off_outbox(handle=ensure_file, now=timezone.now)
