"""What the pages of reminders show: the mails, how far they came, and what they were about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.lists import ListFilter, search_filter
from billing.models import Account, Document
from invoices.models import Reminder, ReminderMail, ReminderStop
from invoices.reminders.stop import open_stop

State = ReminderMail.State

VIEWS = [
    ("", _("All")),
    ("problems", _("Not sent")),
    ("waiting", _("Waiting")),
    ("sent", _("Sent")),
]
CONDITIONS = {
    "": Q(),
    "problems": Q(state__in=[State.FAILED, State.UNKNOWN]),
    "waiting": Q(state__in=[State.WAITING, State.SENDING]),
    "sent": Q(state=State.SENT),
}
KINDS = {
    State.WAITING: "info",
    State.SENDING: "info",
    State.SENT: "positive",
    State.FAILED: "danger",
    State.UNKNOWN: "warning",
    State.DROPPED: "neutral",
}
SHOWN = 4


class ReminderFilter(ListFilter):
    """The list is searched by account and by invoice."""

    q = search_filter(_("Account or invoice"))

    def search(self, queryset: QuerySet[ReminderMail], _name: str, text: str) -> QuerySet[Any]:
        """Find by the account's number or name, or by an invoice's number."""
        text = text.strip()
        about = Reminder.objects.filter(document__number__icontains=text).values("mail")
        return queryset.filter(
            Q(account__account_number=text)
            | Q(account__display_name__icontains=text)
            | Q(pk__in=about)
        )


@dataclass(frozen=True)
class Row:
    """One mail with the colour of its state."""

    mail: ReminderMail

    @property
    def kind(self) -> str:
        """What the colour of its state means."""
        return KINDS[State(self.mail.state)]


@dataclass(frozen=True)
class AccountReminders:
    """How an account's reminders stand: stopped or not, the latest mails, and how many in all."""

    stop: ReminderStop | None
    rows: list[Row]
    count: int


def shown_mails(mails: QuerySet[ReminderMail]) -> QuerySet[ReminderMail]:
    """Return the mails with what rows show of them, the latest first."""
    about = Reminder.objects.select_related("document").order_by("id")
    return (
        mails.select_related("account")
        .prefetch_related(Prefetch("reminders", queryset=about))
        .order_by("-on", "-id")
    )


def count_views() -> Mapping[str, int]:
    """Count the rows of every view in one query."""
    wanted: dict[str, Any] = {
        f"rows_{name}": Count("pk", filter=condition) if condition else Count("pk")
        for name, condition in CONDITIONS.items()
    }
    counted = ReminderMail.objects.aggregate(**wanted)
    return {name: counted[f"rows_{name}"] for name in CONDITIONS}


def reminders_of(account: Account) -> AccountReminders:
    """Return what the account's page says about its reminders."""
    mails = ReminderMail.objects.filter(account=account)
    return AccountReminders(
        stop=open_stop(account),
        rows=[Row(mail) for mail in shown_mails(mails)[:SHOWN]],
        count=mails.count(),
    )


def reminders_about(document: Document) -> list[tuple[Reminder, str]]:
    """Return the reminders of one invoice, the latest first, each with its state's colour."""
    found = document.reminders.select_related("mail").order_by("-id")
    return [(reminder, KINDS[State(reminder.mail.state)]) for reminder in found]
