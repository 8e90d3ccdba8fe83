"""The Celery application and its beat schedule.

Settings as measured: tasks are acknowledged late and given back when a worker dies; no result is
kept, because the database holds the truth and a sweeper re-drives whatever is due.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certinext.settings")

# A task is a tenant's unless it says otherwise: forgetting the base class fails closed.
app = Celery("certinext", task_cls="certinext.tenancy.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=2000,
    # Nothing takes an hour; what hangs gives its worker back, and the database its row.
    task_time_limit=3600,
    broker_connection_retry_on_startup=True,
    # Longer than any task: a shorter one hands a running task to a second worker.
    broker_transport_options={"visibility_timeout": 6 * 3600},
    timezone="UTC",
    beat_schedule={
        # Every quarter of an hour, so that zones on the half hour and missed firsts are caught up.
        "wake-monthly-runs": {
            "task": "invoices.tasks.dispatch_monthly_runs",
            "schedule": crontab(minute="*/15"),
            # While no worker runs, wake-ups do not pile up: the next one finds the same work.
            "options": {"expires": 900},
        },
        # It is morning somewhere at every quarter of an hour, and refused mails are tried again.
        "wake-reminders": {
            "task": "invoices.tasks.dispatch_reminders",
            "schedule": crontab(minute="5-59/15"),
            "options": {"expires": 900},
        },
        # What a crash or a lost message left behind is found in the database and done.
        "sweep": {
            "task": "invoices.tasks.dispatch_sweep",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        # Payments that no message came of are asked about; a slow gateway holds up nothing else.
        "ask-gateways": {
            "task": "billing.gateways.tasks.dispatch_gateways",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        # Spending wakes it; this catches what a lost message or a refused mail left behind.
        "wake-low-credits": {
            "task": "billing.credits.tasks.dispatch_low_credits",
            "schedule": crontab(minute="*/5"),
            "options": {"expires": 300},
        },
        # Asking wakes it; this finds what a lost message or a worker that died left behind.
        "make-exports": {
            "task": "billing.exports.tasks.dispatch_exports",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "delete-exports": {
            "task": "billing.exports.tasks.dispatch_expired_exports",
            "schedule": crontab(minute=40),
            "options": {"expires": 3600},
        },
        # Spending wakes it too; a charge that nothing was heard of is asked about here.
        "wake-auto-top-ups": {
            "task": "billing.auto_top_up.tasks.dispatch_auto_top_ups",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        # Issuing wakes it; refused connections and lost messages are caught up here.
        "register-documents": {
            "task": "billing.registering.tasks.dispatch_registrations",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        # Once a day of each seller's: the hour that has begun it does it, the others find it done.
        "export-chain-heads": {
            "task": "billing.chain.tasks.dispatch_chain_exports",
            "schedule": crontab(minute=50),
            "options": {"expires": 3600},
        },
        # Every tenant's books, once a day when little else is done in India and in Europe.
        "prove-the-books": {
            "task": "certinext.backoffice.tasks.dispatch_ledger_checks",
            "schedule": crontab(hour=21, minute=30),
            "options": {"expires": 6 * 3600},
        },
    },
)
app.autodiscover_tasks()
