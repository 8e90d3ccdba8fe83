"""Tasks about gateways: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.gateways.inbox import work_off_left_behind
from billing.gateways.mandates import tend_mandates
from billing.gateways.recheck import give_up_unsent, recheck_due
from billing.gateways.sandbox_delivery import deliver_due
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "gateways"


@shared_task(base=PublicTask)
def dispatch_gateways() -> None:
    """Beat, every minute: have each tenant ask about payments that no message came of."""
    send_to_every_tenant(ask_gateways)


@shared_task(base=TenantTask, actor=BY)
def ask_gateways() -> None:
    """Work off messages that were left behind; ask about payments and kept methods that are due."""
    deliver_due(clock=timezone.now)
    work_off_left_behind(now=timezone.now())
    recheck_due(clock=timezone.now)
    tend_mandates(clock=timezone.now)
    give_up_unsent(now=timezone.now())
