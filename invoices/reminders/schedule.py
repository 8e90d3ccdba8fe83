"""The seller's schedule: when it reminds, and how urgently."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from billing.models import Seller
from certinext.audit.trail import record
from invoices.models import ReminderStep


def schedule() -> dict[int, str]:
    """Return the wording of each step by its days after the due date, the earliest first."""
    return dict(ReminderStep.objects.order_by("days").values_list("days", "level"))


@transaction.atomic
def change_schedule(steps: Mapping[int, str], *, by: str) -> bool:
    """Replace the schedule; say whether it changed. An empty one sends no reminders at all.

    What was sent stays as it was: an invoice is not reminded again of a step that lies before one
    it was reminded of.
    """
    seller = Seller.objects.select_for_update(no_key=True).get(pk=1)
    before = schedule()
    if before == dict(steps):
        return False
    ReminderStep.objects.all().delete()
    ReminderStep.objects.bulk_create(
        ReminderStep(days=days, level=level) for days, level in sorted(steps.items())
    )
    record(
        "reminders.schedule_changed",
        on=seller,
        by=by,
        changes={"schedule": [_written(before), _written(steps)]},
    )
    return True


def _written(steps: Mapping[int, str]) -> str:
    return ", ".join(f"{days:+d} {level}" for days, level in sorted(steps.items()))
