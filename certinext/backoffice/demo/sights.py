"""Where in the demo's backoffice everything that can happen to money can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from billing.models import (
    Allocation,
    BankEntry,
    Document,
    DocumentBalance,
    Payment,
    Registration,
)
from invoices.models import ReminderMail

URLCONF = "certinext.urls"
State = DocumentBalance.State


@dataclass(frozen=True)
class Sight:
    """What there is to see, and the path of the page that shows it to a clerk."""

    what: str
    path: str


def sights(*, today: date) -> list[Sight]:
    """Return what the active tenant has of them on a day; what it lacks is left out."""
    return [*_invoices(today), *_desk()]


def _invoices(today: date) -> Iterator[Sight]:
    invoices = Document.objects.filter(kind=Document.Kind.INVOICE).order_by("-id")
    unpaid = invoices.filter(balance__open_amount__gt=0)
    credited = invoices.filter(balance__credited__gt=0)
    kinds: list[tuple[str, QuerySet[Document]]] = [
        ("An invoice paid in part", invoices.filter(balance__state=State.PARTIALLY_PAID)),
        ("An overdue invoice", unpaid.filter(due_date__lt=today)),
        ("An invoice paid from credits", invoices.filter(pk__in=_paid_from_credits())),
        ("A credited invoice", invoices.filter(balance__state=State.CREDITED)),
        ("A partly credited invoice", credited.filter(balance__credited__lt=F("total"))),
    ]
    for what, found in kinds:
        if document := found.first():
            yield Sight(what, _path("invoice", document))


def _paid_from_credits() -> QuerySet[Allocation, Any]:
    paid = Allocation.objects.filter(payment__method=Payment.Method.CREDITS)
    return paid.filter(target__balance__state=State.PAID).values("target")


def _desk() -> Iterator[Sight]:
    mails = ReminderMail.objects.filter(state=ReminderMail.State.SENT)
    if Registration.objects.exists():
        yield Sight("Documents registered at the portal's sandbox", _path("registrations"))
    if mails.exists():
        yield Sight("Reminders that were sent", _path("reminders"))
    for state, what in (
        (BankEntry.State.MATCHED, "Bank entries that were matched"),
        (BankEntry.State.OPEN, "Bank entries for you to match"),
        (BankEntry.State.IGNORED, "Bank entries put aside"),
    ):
        if BankEntry.objects.filter(state=state).exists():
            yield Sight(what, f"{_path('bank_entries')}?view={state}")
    for kind, what in (
        (Payment.Kind.WITHDRAWAL, "A withdrawal for you to approve"),
        (Payment.Kind.TOP_UP, "A transfer for you to find and approve"),
    ):
        waiting = Payment.objects.filter(kind=kind, state=Payment.State.PENDING_APPROVAL)
        if payment := waiting.order_by("id").first():
            yield Sight(what, _path("payment", payment.reference))


def _path(name: str, *args: object) -> str:
    return reverse(f"backoffice:{name}", args=args, urlconf=URLCONF)
