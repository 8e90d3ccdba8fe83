"""Tasks about gateways: they find in the database what is due. Safe to run twice."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from billing.gateways.inbox import work_off_left_behind
from billing.gateways.mandates import tend_mandates
from billing.gateways.recheck import give_up_unsent, recheck_due
from billing.gateways.sandbox_delivery import deliver_due
from billing.unforeseen import note_unforeseen
from certinext.tenancy.tasks import PublicTask, TenantTask, send_to_every_tenant

logger = logging.getLogger(__name__)
BY = "gateways"


@shared_task(base=PublicTask)
def dispatch_gateways() -> None:
    """Beat, every minute: have each tenant ask about payments that no message came of."""
    send_to_every_tenant(ask_gateways)


@shared_task(base=TenantTask, actor=BY)
def ask_gateways() -> None:
    """Work off messages that were left behind; ask about payments and kept methods that are due."""
    steps: dict[str, Callable[[], object]] = {
        "Delivering the sandbox's messages": lambda: deliver_due(clock=timezone.now),
        "Working off messages": lambda: work_off_left_behind(now=timezone.now()),
        "Asking about payments": lambda: recheck_due(clock=timezone.now),
        "Asking about kept methods": lambda: tend_mandates(clock=timezone.now),
        "Giving up unsent payments": lambda: give_up_unsent(now=timezone.now()),
    }
    for what, step in steps.items():
        try:
            step()
        except Exception:
            # One that fails keeps no other from being done.
            note_unforeseen(logger, f"{what} failed.")
