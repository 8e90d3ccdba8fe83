"""Which invoices have reached a step of the schedule that nobody was reminded of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)

from billing.models import Document
from invoices.models import Reminder, ReminderMail, ReminderStep, ReminderStop

# Of two mails to one account the first must be out of the way: no second one follows on its heels.
UNFINISHED = [ReminderMail.State.WAITING, ReminderMail.State.SENDING]


@dataclass(frozen=True)
class Span:
    """A step with the due dates at which it is the latest one today; `until` is exclusive."""

    step: ReminderStep
    after: date | None
    until: date

    def condition(self, today: date) -> Q:
        """Say which invoices stand at this step and were not reminded of it or a later one."""
        due = Q(due_date__lte=self.until)
        if self.after is not None:
            due &= Q(due_date__gt=self.after)
        if self.step.days < 0:
            # What is overdue is not "due soon", also where no later step says so.
            due &= Q(due_date__gte=today)
        reaches = ExpressionWrapper(
            F("due_date") + Value(timedelta(days=self.step.days)), output_field=DateField()
        )
        told = Reminder.objects.filter(document=OuterRef("pk"), days__gte=self.step.days)
        # Nobody is reminded of what was issued that day or after it.
        return due & Q(~Exists(told), issue_date__lt=reaches)


def due_documents(*, today: date) -> QuerySet[Document]:
    """Return the invoices to remind of, each with the `step_days` and `step_level` it stands at.

    `today` is the day in the seller's zone. Only the latest step counts: after an outage no
    earlier one follows. Something must be owed, reminders must not be stopped for the account, and
    the PDF must be stored: what is not rendered yet waits for the next run. An account gets one
    mail a day, and none while another waits to be sent.
    """
    spans = _spans(today)
    if not spans:
        return Document.objects.none()
    at_a_step = Q()
    for span in spans:
        at_a_step |= span.condition(today)
    stopped = ReminderStop.objects.filter(account=OuterRef("account"), resumed_at__isnull=True)
    mailed = ReminderMail.objects.filter(
        Q(on=today) | Q(state__in=UNFINISHED), account=OuterRef("account")
    )
    return (
        Document.objects.filter(
            at_a_step,
            ~Exists(stopped),
            ~Exists(mailed),
            kind=Document.Kind.INVOICE,
            number__isnull=False,
            balance__open_amount__gt=0,
            file__isnull=False,
        )
        .annotate(
            step_days=_by_span(spans, "days", SmallIntegerField()),
            step_level=_by_span(spans, "level", CharField()),
        )
        .order_by("due_date", "id")
    )


def _spans(today: date) -> list[Span]:
    steps: Sequence[ReminderStep | None] = [*ReminderStep.objects.order_by("days"), None]
    return [
        Span(
            step,
            after=today - timedelta(days=later.days) if later else None,
            until=today - timedelta(days=step.days),
        )
        for step, later in pairwise(steps)
        if step is not None
    ]


def _by_span(spans: Sequence[Span], attribute: str, output: Any) -> Case:
    """Return the latest step's value: the spans do not overlap, so the dates alone tell."""
    return Case(
        *(
            When(due_date__lte=span.until, then=Value(getattr(span.step, attribute)))
            for span in reversed(spans)
        ),
        output_field=output,
    )
