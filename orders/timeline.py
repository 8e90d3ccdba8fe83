"""An order's history in words: the View Order page's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Document
from billing.models import Reader as PageReader
from certinext.identity.models import User
from certinext.web import formatting
from invoices.models import Invoice
from invoices.rows import period_of
from orders.history import Step
from orders.models import CertificateStatus, OrderEvent, OrderStatus
from orders.words import sees_amounts

Kind = OrderEvent.Kind

SYSTEM = "system"
COLOURS = {
    OrderStatus.ACCEPTED: "positive",
    OrderStatus.FULFILLED: "positive",
    OrderStatus.CANCELLED: "danger",
    OrderStatus.REJECTED: "danger",
}


@dataclass(frozen=True)
class Event:
    """One entry: fact in bold, when, then who and why. `url` is empty where one may not go."""

    title: str
    when: datetime | date
    text: str = ""
    kind: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Reader:
    """What the reader of a timeline may know."""

    readable: set[int]
    sees_amounts: bool
    account_ids: set[int]
    names: Mapping[str, str]


def events_of(steps: Iterable[Step], membership: PageReader) -> list[Event]:
    """Put the steps into words for a reader; certificates without a status say nothing."""
    steps = list(steps)
    reader = _reader(steps, membership)
    none = str(int(CertificateStatus.NONE))
    return [
        _event(step, reader)
        for step in steps
        if not (step.kind == Kind.CERTIFICATE_STATUS and step.value == none)
    ]


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return people's names by the e-mail addresses under which the history knows them."""
    found = User.objects.filter(email__in=set(actors)).values_list("email", "full_name")
    return {email: full_name or email for email, full_name in found}


def _reader(steps: list[Step], membership: PageReader) -> Reader:
    documents = [step.document.pk for step in steps if step.document]
    return Reader(
        readable=set(
            Document.objects.for_member(membership)
            .filter(pk__in=documents)
            .values_list("pk", flat=True)
        ),
        sees_amounts=sees_amounts(membership),
        account_ids=set(membership.accounts().values_list("pk", flat=True)),
        names=names_of(step.actor for step in steps),
    )


def _event(step: Step, reader: Reader) -> Event:
    if step.document is not None:
        return _document_event(step, step.document, reader)
    if step.kind in {Kind.CHARGED, Kind.VOIDED}:
        return Event(step.title, step.at, _charge_text(step, reader))
    if step.kind == Kind.REQUESTED:
        text = _("Request %(number)s") % {"number": step.value}
        return Event(step.title, step.at, _sentence(text, _by(step, reader)))
    if step.kind == Kind.CERTIFICATE_STATUS:
        title = _("Certificate: %(status)s") % {"status": step.title}
        return Event(title, step.at, step.note)
    kind = COLOURS.get(OrderStatus(int(step.value)), "") if step.kind == Kind.ORDER_STATUS else ""
    return Event(step.title, step.at, _with_reason(_by(step, reader), step.note), kind)


def _document_event(step: Step, document: Document, reader: Reader) -> Event:
    """Tell of an invoice or credit note; whose account it is not sees neither number nor amount."""
    if document.account_id not in reader.account_ids:
        text = _("to %(partner)s") % {"partner": document.account.display_name}
        return Event(step.title, step.when, text)
    credits = document.kind == Document.Kind.CREDIT_NOTE
    if document.pk not in reader.readable:
        return Event(step.title, step.when, "", "accent" if credits else "")
    url = reverse("credit_notes:detail" if credits else "invoices:detail", args=[document.number])
    if credits:
        over = formatting.money(document.total, document.currency)
        text = _("over %(amount)s") % {"amount": over}
        return Event(step.title, step.when, text, "accent", url, document.number or "")
    invoice: Invoice = document.invoice
    text = _("for %(period)s") % {"period": period_of(invoice)} if invoice.period else ""
    return Event(step.title, step.when, text, "", url, document.number or "")


def _charge_text(step: Step, reader: Reader) -> str:
    """Say what was charged; `value` is written as `8925.00 INR`."""
    if not reader.sees_amounts:
        return step.note
    number, _space, currency = step.value.partition(" ")
    return _sentence(
        _("%(amount)s net") % {"amount": formatting.money(Decimal(number), currency)}, step.note
    )


def _by(step: Step, reader: Reader) -> str:
    if not step.actor or step.actor == SYSTEM:
        return ""
    return _("by %(person)s") % {"person": reader.names.get(step.actor, step.actor)}


def _with_reason(by: str, reason: str) -> str:
    if by and reason:
        return _("%(by)s: “%(reason)s”") % {"by": by, "reason": reason}
    return by or reason


def _sentence(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
