"""The day's reminders, from the morning on in the seller's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from billing.models import Seller
from billing.periods import local_date
from invoices.reminders.claim import claim_reminders
from invoices.reminders.send import send_waiting

# Nobody likes to be asked for money in the middle of the night.
MORNING = time(8)


def remind_today(*, clock: Callable[[], datetime]) -> int:
    """Claim what is due today, once it is morning at the seller's, and send what waits.

    Returns how many mails went out. Safe to run at any time and twice: a day without a run is
    caught up by the next one, with the step that each invoice stands at then.
    """
    seller = Seller.objects.filter(pk=1).first()
    if seller is None:
        return 0
    now = clock()
    if now.astimezone(seller.zone).time() >= MORNING:
        claim_reminders(today=local_date(now, seller.zone), now=now)
    return send_waiting(clock=clock)
