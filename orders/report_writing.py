"""Writing what the order report says: new orders in bulk, changed ones one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from billing.importing.errors import RowFailed
from billing.importing.record import ImportRecord, Outcome
from billing.models import Account, Group, Product
from billing.prices import Price
from billing.sentences import SentenceError, gettext_noop
from orders import history
from orders.cancel import cancel_order
from orders.charges import Item, charge_items
from orders.ending import CERTIFICATE_AFTER
from orders.models import (
    CHARGEABLE,
    ENDED,
    Cancellation,
    CertificateStatus,
    Order,
    OrderEvent,
    OrderStatus,
    Rejection,
)
from orders.reject import reject_order
from orders.report_rows import ReportRow


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order seen for the first time. `price` is what to charge on `on`; None: nothing."""

    row: ReportRow
    product: Product
    group: Group | None
    term_years: int
    price: Price | None
    on: date

    @property
    def message(self) -> str:
        """What the clerk should know about how it was taken."""
        notes = []
        if self.row.term_years is None:
            term = ngettext(
                "Term assumed: %(term)s year.", "Term assumed: %(term)s years.", self.term_years
            )
            notes.append(term % {"term": self.term_years})
        if self.row.kept_on_hold:
            notes.append(_kept_on_hold())
        if self.row.order_status in ENDED:
            notes.append(
                _("First seen as %(status)s: not charged.")
                % {"status": self.row.order_status.label}
            )
        elif self.row.order_status in CHARGEABLE and self.price is None:
            notes.append(_("Before the account is billed: not charged."))
        return " ".join(notes)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a row changes about a known order. `price` is what to charge on `on`; None: nothing."""

    row: ReportRow
    order: Order
    columns: dict[str, Any]
    price: Price | None
    on: date

    @property
    def message(self) -> str:
        """Which facts changed."""
        names = [str(Order._meta.get_field(name).verbose_name) for name in self.columns]  # type: ignore[union-attr]  # columns, not reverse relations
        changed = _("Changed: %(facts)s.") % {"facts": ", ".join(names)}
        return f"{changed} {_kept_on_hold()}" if self.row.kept_on_hold else changed


class ReportWriter:
    """Writes the plans of one batch, in the caller's transaction and under its account lock."""

    def __init__(self, record: ImportRecord, account: Account, *, now: datetime) -> None:
        self.record = record
        self.account = account
        self.now = now
        self.has_charged = False

    def write_new(self, plans: Sequence[NewOrder]) -> None:
        """Insert orders; when the database refuses one, the others go in without it."""
        if not plans:
            return
        try:
            with transaction.atomic():
                self._insert(plans)
        except (IntegrityError, DataError):
            if len(plans) == 1:
                self._refuse(plans[0].row)
            else:
                for plan in plans:
                    self.write_new([plan])
            return
        for plan in plans:
            self.record.note(
                plan.row.number,
                plan.row.key,
                Outcome.CREATED,
                plan.message,
                term_assumed=plan.row.term_years is None,
            )

    def remember(self, row: ReportRow, order: Order) -> None:
        """Keep what a row said that changed nothing, to know it again."""
        if order.report_digest != row.digest:
            _update(order, {"report_digest": row.digest})
        self.record.note(row.number, row.key, Outcome.UNCHANGED)

    def write_change(self, plan: Change) -> None:
        """Change one order, with the consequences for its charges."""
        try:
            with transaction.atomic():
                self._apply(plan)
        except (IntegrityError, DataError):
            self._refuse(plan.row)
        except SentenceError as error:
            self.record.refuse(plan.row.number, plan.row.key, error)
        else:
            self.record.note(plan.row.number, plan.row.key, Outcome.UPDATED, plan.message)

    def _insert(self, plans: Sequence[NewOrder]) -> None:
        orders = Order.objects.bulk_create([self._order(plan) for plan in plans])
        history.write(event for order in orders for event in self._first_events(order))
        Cancellation.objects.bulk_create(
            [
                Cancellation(
                    order=order,
                    cancelled_by=self.record.by,
                    cancelled_at=self.now,
                    reason=self._reason(OrderStatus.CANCELLED),
                )
                for order in orders
                if order.order_status == OrderStatus.CANCELLED
            ]
        )
        Rejection.objects.bulk_create(
            [
                Rejection(
                    order=order,
                    rejected_by=self.record.by,
                    rejected_at=self.now,
                    reason=self._reason(OrderStatus.REJECTED),
                )
                for order in orders
                if order.order_status == OrderStatus.REJECTED
            ]
        )
        self._charge(
            [
                self._item(order, price=plan.price, on=plan.on)
                for order, plan in zip(orders, plans, strict=True)
                if plan.price is not None
            ]
        )

    def _order(self, plan: NewOrder) -> Order:
        row = plan.row
        return Order(
            **row.facts,
            account=self.account,
            group=plan.group,
            product=plan.product,
            order_number=row.order_number or None,
            request_number=row.request_number,
            order_status=row.order_status,
            certificate_status=(
                row.certificate_status
                if row.certificate_is_told
                else CERTIFICATE_AFTER[row.order_status]
            ),
            report_digest=row.digest,
            term_years=plan.term_years,
            term_assumed=row.term_years is None,
            ordered_at=row.ordered_at,
            source=Order.Source.IMPORT,
        )

    def _first_events(self, order: Order) -> list[OrderEvent]:
        by = self.record.by
        events = [
            history.requested(order, by=order.originator),
            history.order_status(order, at=self.now, by=by),
        ]
        if order.certificate_status != CertificateStatus.NONE:
            events.append(history.certificate_status(order, at=self.now, by=by))
        return events

    def _apply(self, plan: Change) -> None:
        """Change plain facts first, then the statuses with what they bring."""
        order, columns = plan.order, dict(plan.columns)
        order.account = self.account
        status = columns.pop("order_status", None)
        certificate = columns.pop("certificate_status", None)
        _update(order, {**columns, "report_digest": plan.row.digest})
        if status in ENDED:
            order = self._end(order, OrderStatus(status))
        elif status is not None:
            _update(order, {"order_status": status})
            history.write([history.order_status(order, at=self.now, by=self.record.by)])
        if certificate is not None and certificate != order.certificate_status:
            _update(order, {"certificate_status": certificate})
            history.write([history.certificate_status(order, at=self.now, by=self.record.by)])
        if plan.price is not None:
            self._charge([self._item(order, price=plan.price, on=plan.on)])

    def _end(self, order: Order, status: OrderStatus) -> Order:
        end = cancel_order if status == OrderStatus.CANCELLED else reject_order
        return end(order, by=self.record.by, reason=self._reason(status), now=self.now)

    def _reason(self, status: OrderStatus) -> str:
        """Say why in the language of the account's documents: a credit note prints it."""
        with override(self.account.payer.document_language):
            if status == OrderStatus.CANCELLED:
                return _("Cancelled on the issuance platform")
            return _("Rejected on the issuance platform")

    def _item(self, order: Order, *, price: Price, on: date) -> Item:
        """Return what is charged. That nobody gave the term is for staff, on the order's page."""
        return Item(order=order, price=price, on=on, term_years=order.term_years)

    def _charge(self, items: list[Item]) -> None:
        if items and charge_items(items, by=self.record.by, now=self.now):
            self.has_charged = True

    def _refuse(self, row: ReportRow) -> None:
        """Say what the database says, in words: only numbers can still be taken by now."""
        error = RowFailed(
            gettext_noop(
                "The database refused the row: another order has just taken its order or request"
                " number. Import the report again."
            )
        )
        self.record.refuse(row.number, row.key, error)


def _kept_on_hold() -> str:
    return _("No order number: kept as a draft on hold.")


def _update(order: Order, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(order, name, value)
    if columns:
        order.save(update_fields=list(columns))
