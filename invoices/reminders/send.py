"""Sending the reminders that were claimed, each at most once by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from billing.mailing.deliver import MailKind, deliver_waiting
from certinext.audit.trail import record
from invoices.models import ReminderMail
from invoices.reminders.letter import write_letter

State = ReminderMail.State
# What the trail says of each end.
_ENDS: dict[str, str] = {
    State.SENT: "reminder.sent",
    State.FAILED: "reminder.failed",
    State.UNKNOWN: "reminder.lost",
}


def send_waiting(*, clock: Callable[[], datetime], limit: int = 500) -> int:
    """Send the reminders that are due, one at a time; return how many went out."""
    return deliver_waiting(REMINDERS, clock=clock, limit=limit)


@transaction.atomic
def send_again(mail: ReminderMail, *, by: str, now: datetime) -> bool:
    """Put a mail that did not go out, or of which nobody knows, back on the list; a clerk's word.

    Says whether it was one of those.
    """
    mail = ReminderMail.objects.select_for_update().select_related("account").get(pk=mail.pk)
    if not mail.can_be_repeated:
        return False
    was = mail.state
    mail.state, mail.attempts, mail.next_attempt_at = State.WAITING, 0, now
    mail.save(update_fields=["state", "attempts", "next_attempt_at"])
    number = mail.account.account_number
    record("reminder.repeated", on=mail, by=by, account_number=number, was=was)
    return True


def _write(mail: ReminderMail, today: date) -> EmailMultiAlternatives | None:
    letter = write_letter(mail, today=today)
    return letter.message if letter else None


def _ended(mail: ReminderMail) -> None:
    if mail.state in _ENDS:
        record(
            _ENDS[mail.state],
            on=mail,
            account_number=mail.account.account_number,
            invoices=list(mail.reminders.values_list("document__number", flat=True)),
        )


REMINDERS = MailKind(model=ReminderMail, write=_write, ended=_ended)
