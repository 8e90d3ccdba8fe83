"""Waking a worker from a page, and saying so when nobody can be woken."""

from __future__ import annotations

import logging

from celery.exceptions import OperationalError
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from invoices.models import BillingRun
from invoices.tasks import work_off_run

logger = logging.getLogger(__name__)


def wake_run(request: HttpRequest, run: BillingRun) -> None:
    """Send the run to a worker. When the broker is down nothing is lost: beat finds the run."""
    try:
        work_off_run.delay(run.month)
    except (OperationalError, OSError):
        logger.warning("The broker does not answer: beat will work off the run %s.", run)
        messages.warning(
            request,
            _(
                "The run is noted, but no worker could be woken: the queue does not answer. It"
                " starts by itself as soon as the queue is back."
            ),
        )
    else:
        messages.success(request, _("A worker is on it."))
