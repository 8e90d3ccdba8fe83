"""Cases of the guards of reminders."""

from __future__ import annotations

from datetime import date, timedelta

from billing.models import Account
from invoices.models import Reminder, ReminderMail, ReminderStep, ReminderStop
from tests.billing.guards.registry import table
from tests.billing.guards.scenes import again, issued
from tests.factories import AccountFactory
from tests.invoices.helpers import NOW

ON = date(2026, 10, 22)


def mail(**changes: object) -> ReminderMail:
    """Claim a mail."""
    account: Account = AccountFactory.create()
    values: dict[str, object] = {"account": account, "on": ON, "next_attempt_at": NOW, **changes}
    return ReminderMail.objects.create(**values)


def stop(**changes: object) -> ReminderStop:
    """Stop an account's reminders."""
    account: Account = AccountFactory.create()
    values: dict[str, object] = {
        "account": account,
        "reason": "Disputed",
        "stopped_at": NOW,
        "stopped_by": "test",
        **changes,
    }
    return ReminderStop.objects.create(**values)


def _same_step_again() -> None:
    document = issued().document
    reminder = Reminder.objects.create(mail=mail(), document=document, days=7, level="overdue")
    again(reminder, mail=mail())


table(
    {
        ("reminder_once", "of one step"): _same_step_again,
        ("reminder_mail_once_a_day", "to one account"): lambda: again(mail()),
        ("reminder_mail_sent_is_dated", "without its moment"): lambda: mail(state="sent"),
        ("reminder_mail_failure_has_reason", "without a word"): lambda: mail(state="failed"),
        ("reminder_stop_one_open", "for one account"): lambda: again(stop()),
        ("reminder_stop_ends_after_start", "before it began"): lambda: stop(
            resumed_at=NOW - timedelta(days=1)
        ),
        ("reminder_stop_has_reason", "without one"): lambda: stop(reason=""),
        ("reminder_step_once", "on the same day"): lambda: ReminderStep.objects.create(
            days=7, level="last"
        ),
        ("reminder_step_in_range", "in two years"): lambda: ReminderStep.objects.create(
            days=730, level="last"
        ),
        ("reminder_step_wording_fits", "soon after it was due"): lambda: (
            ReminderStep.objects.create(days=8, level="due_soon")
        ),
    }
)
