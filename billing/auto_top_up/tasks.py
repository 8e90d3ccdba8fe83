"""Tasks of automatic top-ups: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from billing.auto_top_up.claim import BY, claim_top_ups
from billing.auto_top_up.letter import DECLINED_TOP_UP
from billing.credits.falls import wakes_on_fall
from billing.gateways.recheck import recheck_due
from billing.mailing.deliver import deliver_waiting
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant


@shared_task(base=PublicTask)
def dispatch_auto_top_ups() -> None:
    """Beat, every minute: ask each tenant whose credits are to be topped up."""
    send_to_every_tenant(top_up_credits)


@wakes_on_fall
@shared_task(base=TenantTask, actor=BY)
def top_up_credits() -> None:
    """Top up what fell below its threshold; also woken by spending, after its commit."""
    work_off_falls(clock=timezone.now)


def work_off_falls(*, clock: Callable[[], datetime]) -> None:
    """Begin a payment for each fall, charge what is due, and write to those who were declined."""
    claim_top_ups(now=clock())
    recheck_due(clock=clock)
    deliver_waiting(DECLINED_TOP_UP, clock=clock)
