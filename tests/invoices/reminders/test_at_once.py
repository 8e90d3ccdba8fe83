"""Several beats and workers at once: everybody is reminded once."""

from __future__ import annotations

from django.core import mail

from invoices.models import Reminder, ReminderMail
from tests.invoices.reminders.helpers import after_due, owed, remind
from tests.processes import at_once, deadlocks


def test_four_workers_at_once_send_each_mail_once(own_database: str) -> None:
    for _ in range(12):
        owed()

    def work() -> tuple[int, int]:
        mail.outbox = []
        return remind(after_due(7)), len(mail.outbox)

    done = at_once(work, work, work, work)

    assert sum(sent for sent, _posted in done) == 12
    assert sum(posted for _sent, posted in done) == 12
    assert Reminder.objects.count() == 12
    assert set(ReminderMail.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert deadlocks() == 0
