"""Claiming what is to be reminded of, before anything is sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from billing.models import Account
from invoices.models import Reminder, ReminderMail
from invoices.reminders.due import due_documents


def claim_reminders(
    *, today: date, now: datetime, accounts: QuerySet[Account] | None = None
) -> list[ReminderMail]:
    """Write a mail for each account with invoices at a step; return them. Nothing is sent here.

    `accounts` are those that are asked about, all of them where none are named.

    Safe to run twice and at once: the account's lock makes the second look find nothing, and the
    database takes one mail an account and day, one reminder an invoice and step.
    """
    asked = Account.objects.all() if accounts is None else accounts
    due = asked.filter(pk__in=due_documents(today=today).order_by().values("account"))
    claimed = [_claim(account, today=today, now=now) for account in due.order_by("pk")]
    return [mail for mail in claimed if mail is not None]


@transaction.atomic
def _claim(account: Account, *, today: date, now: datetime) -> ReminderMail | None:
    Account.objects.lock(account)
    # Annotated: the step's days and wording.
    due: list[Any] = list(due_documents(today=today).filter(account=account))
    if not due:
        return None
    mail = ReminderMail.objects.create(account=account, on=today, next_attempt_at=now)
    Reminder.objects.bulk_create(
        Reminder(
            mail=mail,
            document=document,
            days=document.step_days,
            level=document.step_level,
        )
        for document in due
    )
    return mail
