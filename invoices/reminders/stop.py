"""Stopping an account's reminders and letting them go out again, by staff, on the record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing.models import Account
from certinext.audit.trail import record
from invoices.models import ReminderStop


def open_stop(account: Account) -> ReminderStop | None:
    """Return why the account gets no reminders now, or None when it gets them."""
    return ReminderStop.objects.filter(account=account, resumed_at__isnull=True).first()


@transaction.atomic
def stop_reminders(account: Account, *, reason: str, by: str, now: datetime) -> ReminderStop:
    """Stop the account's reminders, what waits to be sent included. Stopping twice changes nothing.

    Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Stopping reminders needs a reason.")
    Account.objects.lock(account)
    stopped = open_stop(account)
    if stopped is not None:
        return stopped
    stop = ReminderStop.objects.create(
        account=account, reason=reason.strip(), stopped_at=now, stopped_by=by
    )
    number = account.account_number
    record("reminders.stopped", on=account, by=by, account_number=number, reason=stop.reason)
    return stop


@transaction.atomic
def resume_reminders(account: Account, *, by: str, now: datetime) -> bool:
    """Let reminders go out again; say whether they were stopped.

    The next one is that of the step an invoice stands at then: what was not sent meanwhile is not
    made up for.
    """
    Account.objects.lock(account)
    stop = open_stop(account)
    if stop is None:
        return False
    stop.resumed_at, stop.resumed_by = now, by
    stop.save(update_fields=["resumed_at", "resumed_by"])
    record("reminders.resumed", on=account, by=by, account_number=account.account_number)
    return True
