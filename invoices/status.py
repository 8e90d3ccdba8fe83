"""How an invoice stands, in the words and colours of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billing.models import Document, DocumentBalance

State = DocumentBalance.State


@dataclass(frozen=True)
class Status:
    """A word and what its colour means (`positive`, `warning`, `danger`, `info`, `neutral`)."""

    word: str
    kind: str


def status_of(document: Document, *, today: date) -> Status:
    """Return an invoice's status; overdue follows from the due date and is never stored.

    `today` is the day in the seller's zone.
    """
    balance = document.balance
    if is_overdue(document, today=today):
        return Status(_("Overdue"), "danger")
    kinds = {
        State.ISSUED: "info",
        State.PARTIALLY_PAID: "warning",
        State.PAID: "positive",
        State.CREDITED: "neutral",
    }
    state = State(balance.state)
    return Status(str(state.label), kinds[state])


def is_overdue(document: Document, *, today: date) -> bool:
    """Say whether something is still owed after the due date."""
    due = document.due_date
    return document.balance.open_amount > 0 and due is not None and due < today


def days_left(document: Document, *, today: date) -> int | None:
    """Return the days until a document is due, below zero once that is over; None for no date."""
    return (document.due_date - today).days if document.due_date else None
