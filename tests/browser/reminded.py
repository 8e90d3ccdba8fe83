"""Reminders of the world's older invoices, in every state that a page shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing.models import Account, Document
from invoices.models import Level, Reminder, ReminderMail
from invoices.reminders.stop import resume_reminders, stop_reminders

State = ReminderMail.State
SAID = """Hello Arjun,

This invoice is overdue. Please pay it now.

Due for this invoice: ₹2,12,400.00"""


def reminded(accounts: dict[str, Account], *, by: str, now: datetime) -> None:
    """Write what weeks of reminding have left."""
    hospital, shop = accounts["hospital"], accounts["shop"]
    _mail(
        hospital,
        now - timedelta(days=9),
        state=State.SENT,
        sent_at=now - timedelta(days=9),
        recipients=["ap@lakshmi.example"],
        subject="Invoice INV/26-27/000009 is overdue - Aravalli Trust",
        text=SAID,
    )
    _mail(
        hospital,
        now - timedelta(days=2),
        level=Level.LAST,
        state=State.UNKNOWN,
        error="The connection broke off. Nobody knows whether the mail went out.",
    )
    _mail(
        accounts["partner"],
        now,
        state=State.WAITING,
        attempts=2,
        next_attempt_at=now + timedelta(minutes=4),
        error="The mail server does not answer.",
    )
    _mail(
        shop,
        now - timedelta(days=4),
        state=State.FAILED,
        attempts=18,
        error="The mail server refused it: 550 5.1.1 No such user",
    )
    stop_reminders(shop, reason="Asked for a copy", by=by, now=now - timedelta(days=30))
    resume_reminders(shop, by=by, now=now - timedelta(days=20))
    stop_reminders(shop, reason="Pays by instalments until March", by=by, now=now)


def _mail(
    account: Account, moment: datetime, *, level: str = Level.OVERDUE, **facts: object
) -> None:
    values = {"next_attempt_at": moment, **facts}
    mail = ReminderMail.objects.create(account=account, on=moment.date(), **values)
    documents = Document.objects.filter(account=account, kind=Document.Kind.INVOICE)
    days = {Level.OVERDUE: 7, Level.LAST: 30}[Level(level)]
    Reminder.objects.bulk_create(
        Reminder(mail=mail, document=document, days=days, level=level)
        for document in documents.order_by("pk")[:3]
    )
