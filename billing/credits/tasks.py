"""Tasks about credits: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from billing.credits.falls import wakes_on_fall
from billing.credits.low import tell_of_low_credits
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

BY = "low-balance alert"


@shared_task(base=PublicTask)
def dispatch_low_credits() -> None:
    """Beat, every few minutes: ask each tenant whose credits are low."""
    send_to_every_tenant(tell_low_credits)


@wakes_on_fall
@shared_task(base=TenantTask, actor=BY)
def tell_low_credits() -> None:
    """Write to accounts whose free credits fell below their threshold; also woken by spending."""
    tell_of_low_credits(clock=timezone.now)
