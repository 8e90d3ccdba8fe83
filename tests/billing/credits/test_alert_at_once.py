"""Several workers at once: everybody is told of a fall once."""

from __future__ import annotations

from django.core import mail

from billing.models import LowCreditMail
from tests.billing.credits.test_alert import change, tell, watched
from tests.processes import at_once, deadlocks


def test_four_workers_at_once_tell_each_account_once(own_database: str) -> None:
    for _ in range(8):
        change(watched(), "-600")

    def work() -> tuple[int, int]:
        mail.outbox = []
        return tell(), len(mail.outbox)

    done = at_once(work, work, work, work)

    assert sum(sent for sent, _posted in done) == 8
    assert sum(posted for _sent, posted in done) == 8
    assert set(LowCreditMail.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert LowCreditMail.objects.values("account").distinct().count() == 8
    assert deadlocks() == 0
