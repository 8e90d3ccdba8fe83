"""An order's history: what is stored of it, and what its documents add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.models import Charge, Document, DocumentLine
from billing.money import round_money
from billing.periods import day_start, local_date
from orders.models import CertificateStatus, Order, OrderCharge, OrderEvent, OrderStatus

Kind = OrderEvent.Kind


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the timeline. `value` is a status's code, an amount or a document's number."""

    at: datetime
    kind: OrderEvent.Kind
    value: str = ""
    actor: str = ""
    note: str = ""
    document: Document | None = None

    @property
    def when(self) -> datetime | date:
        """The moment, or the bare day of a document that is dated otherwise than it was made."""
        if self.document is not None and not _is_of_its_day(self.document):
            return self.document.issue_date
        return self.at

    @property
    def title(self) -> str:
        """The step in the platform's words: “Order Accepted”, “Charged”, …, translated."""
        if self.kind == Kind.ORDER_STATUS:
            return str(OrderStatus(int(self.value)).label)
        if self.kind == Kind.CERTIFICATE_STATUS:
            return str(CertificateStatus(int(self.value)).label)
        return str(self.kind.label)


def timeline(order: Order) -> list[Step]:
    """Return everything that happened to the order, newest first.

    What was invoiced and credited is read from the documents themselves, whichever way they came
    about: nothing has to remember to write it down.
    """
    steps = [
        Step(
            at=event.at,
            kind=Kind(event.kind),
            value=event.value,
            actor=event.actor,
            note=event.note,
        )
        for event in order.events.all()
    ]
    invoiced = DocumentLine.objects.filter(charge__order_charge__order=order)
    credited = DocumentLine.objects.filter(credited_line__charge__order_charge__order=order)
    steps += _document_steps(invoiced, Kind.INVOICED)
    steps += _document_steps(credited, Kind.CREDITED)
    # Sorting is stable: what happened at one moment keeps the order in which it was written.
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _document_steps(lines: Iterable[DocumentLine], kind: OrderEvent.Kind) -> list[Step]:
    documents = Document.objects.filter(pk__in={line.document_id for line in lines}).select_related(
        "account", "invoice"
    )
    return [
        Step(
            at=_sorting_moment(document, document.issued_at),
            kind=kind,
            value=document.number or "",
            actor=document.issued_by,
            document=document,
        )
        for document in documents.order_by("-id")
        if document.issued_at is not None
    ]


def requested(order: Order, *, by: str) -> OrderEvent:
    """Say that the order was asked for. (Like the next ones: a row for `write`.)"""
    return OrderEvent(
        order=order,
        at=order.ordered_at,
        kind=Kind.REQUESTED,
        value=order.request_number,
        actor=by[:254],
    )


def order_status(order: Order, *, at: datetime, by: str, note: str = "") -> OrderEvent:
    """Say which order status it has from now on."""
    return OrderEvent(
        order=order,
        at=at,
        kind=Kind.ORDER_STATUS,
        value=str(int(order.order_status)),
        actor=by[:254],
        note=note[:500],
    )


def certificate_status(order: Order, *, at: datetime, by: str) -> OrderEvent:
    """Say which certificate status it has from now on."""
    return OrderEvent(
        order=order,
        at=at,
        kind=Kind.CERTIFICATE_STATUS,
        value=str(int(order.certificate_status)),
        actor=by[:254],
    )


def charged(link: OrderCharge, *, at: datetime, by: str) -> OrderEvent:
    """Say what was charged: `value` is the net amount with its currency, `note` the charge."""
    charge = link.charge
    note = f"{charge.description}, {charge.detail}" if charge.detail else charge.description
    return OrderEvent(
        order=link.order,
        at=at,
        kind=Kind.CHARGED,
        value=_net(charge),
        actor=by[:254],
        note=note[:500],
    )


def voided(order: Order, charge: Charge, *, at: datetime, by: str) -> OrderEvent:
    """Say that an open charge will not be billed."""
    return OrderEvent(
        order=order,
        at=at,
        kind=Kind.VOIDED,
        value=_net(charge),
        actor=by[:254],
        note=charge.description,
    )


def reissued(order: Order, *, at: datetime, by: str, note: str = "") -> OrderEvent:
    """Say that the certificate is issued anew, for nothing."""
    return OrderEvent(order=order, at=at, kind=Kind.REISSUED, actor=by[:254], note=note[:500])


def write(events: Iterable[OrderEvent]) -> None:
    """Store the steps, in the order in which they happened."""
    OrderEvent.objects.bulk_create(events)


def _net(charge: Charge) -> str:
    return f"{round_money(charge.net_amount, charge.currency)} {charge.currency}"


def _is_of_its_day(document: Document) -> bool:
    """Say whether a document was made on its date; a history that is played later is not."""
    zone = ZoneInfo(document.time_zone)
    return document.issued_at is None or local_date(document.issued_at, zone) == document.issue_date


def _sorting_moment(document: Document, issued_at: datetime) -> datetime:
    """Return when a document came among the order's other steps: after those of its date."""
    if _is_of_its_day(document):
        return issued_at
    return day_start(document.issue_date + timedelta(days=1), ZoneInfo(document.time_zone))
