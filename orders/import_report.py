"""Importing the platform's order report, in one streaming pass.

A batch of rows is one transaction under the account's lock: new orders, changed ones, their charges
and their outcomes go in together. A row that the database refuses after all is taken out by a
savepoint, and the others stay. Importing a report again changes nothing that did not change.

Billing follows the status. An order is charged when it is first seen Placed, Accepted, In Progress
or Fulfilled, at the price and on the local day of its orderDate; first seen Cancelled or Rejected,
never. Seen so later, its open charges are voided and its invoiced ones credited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db.models import Q

from billing.importing.errors import RowFailed
from billing.importing.reading import Row, json_rows
from billing.importing.record import ImportRecord, Progress
from billing.locks import lock_with_payer
from billing.models import Account, Charge, Group, ImportRun, Product
from billing.models.seller import current_seller
from billing.periods import local_date
from billing.prices import Price, price_of
from billing.sentences import SentenceError, gettext_noop
from orders.charges import invoice_at_once, is_history
from orders.models import CHARGEABLE, Order, OrderCharge
from orders.report_documents import documents_since, last_document
from orders.report_rows import ReportRow, key_of, read_row
from orders.report_rules import KnownOrders, changes, refuse_change
from orders.report_writing import Change, NewOrder, ReportWriter

_PRICES_KEPT = 4096
A_DAY = timedelta(days=1)


def import_orders(
    *,
    file: BinaryIO,
    account: Account,
    imported_by: str,
    now: datetime,
    file_name: str = "",
    zone: ZoneInfo | None = None,
    term_years: int = 1,
    progress: Progress | None = None,
) -> ImportRun:
    """Import a report of `account`'s orders and return what became of every row.

    Dates without a zone are clocks in `zone`, by default the seller's. `term_years` holds where the
    report says no term; it is then marked as assumed. An account without the monthly permission
    gets its invoices, dated the local day of `now`, with each batch. `progress` is told the number
    of the last row written.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.ORDERS,
        account=account,
        file_name=file_name,
        imported_by=imported_by,
        progress=progress,
    )
    report = _Report(record, account, zone=zone, term_years=term_years, now=now)
    return record.work_through(json_rows(file, lists=("content", "orders")), report.write)


@dataclass(frozen=True)
class _Usable:
    """A row that can be used, with what it names."""

    row: ReportRow
    product: Product
    group: Group | None


class _Report:
    """Turns the rows of one file into plans, and has them written batch by batch."""

    def __init__(
        self,
        record: ImportRecord,
        account: Account,
        *,
        zone: ZoneInfo | None,
        term_years: int,
        now: datetime,
    ) -> None:
        self.record = record
        self.account = account
        self.seller_zone = current_seller().zone
        self.zone = zone or self.seller_zone
        self.term_years = term_years
        self.now = now
        # The numbers of the file so far, and the rows that they were in: a few bytes a row.
        self.seen: dict[int, int] = {}
        self.products = {product.product_code: product for product in Product.objects.all()}
        self.groups = {group.group_number: group for group in account.groups.all()}
        self.price: Callable[[Product, int, date], Price] = lru_cache(_PRICES_KEPT)(self._price)

    def write(self, rows: list[Row]) -> None:
        """Write a batch; one transaction, the caller's."""
        usable = [found for row in rows if (found := self._read(row))]
        self.account = lock_with_payer(self.account, also=_payers(usable))
        last = last_document()
        known = _known(usable)
        charged = _charged(known)
        writer = ReportWriter(self.record, self.account, now=self.now)
        new: list[NewOrder] = []
        for found in usable:
            try:
                plan = self._plan(found, known, charged)
            except SentenceError as error:
                self.record.refuse(found.row.number, found.row.key, error)
                continue
            if isinstance(plan, NewOrder):
                new.append(plan)
            elif isinstance(plan, Change):
                writer.write_change(plan)
            else:
                writer.remember(found.row, plan)
        writer.write_new(new)
        if writer.has_charged:
            on = local_date(self.now, self.seller_zone)
            invoice_at_once(self.account, on=on, now=self.now, by=self.record.by)
        numbers = [found.row.order_number for found in usable if found.row.order_number]
        self.record.name_documents(documents_since(last, numbers))

    def _read(self, row: Row) -> _Usable | None:
        try:
            found = read_row(row, self.zone)
            self._refuse_twice(found)
            self._refuse_future(found)
            return _Usable(found, self._product(found), self._group(found))
        except RowFailed as error:
            self.record.refuse(row.number, key_of(row), error)
            return None

    def _refuse_twice(self, row: ReportRow) -> None:
        for number in (row.order_number, row.request_number):
            first = self.seen.setdefault(int(number), row.number) if number else row.number
            if first != row.number:
                raise RowFailed(
                    gettext_noop("Number %(number)s is in the file twice, first in row %(row)s."),
                    number=number,
                    row=first,
                )

    def _refuse_future(self, row: ReportRow) -> None:
        """Refuse an order that nobody can have placed yet; a day is left to clocks and zones."""
        if row.ordered_at > self.now + A_DAY:
            raise RowFailed(
                gettext_noop("The order is dated in the future, %(moment)s."),
                field="orderDate",
                moment=row.ordered_at.isoformat(),
            )

    def _product(self, row: ReportRow) -> Product:
        product = self.products.get(row.product_code)
        if product is None:
            raise RowFailed(
                gettext_noop(
                    "Product %(code)s is not in the catalogue: import the products first."
                ),
                field="productCode",
                code=row.product_code,
            )
        return product

    def _group(self, row: ReportRow) -> Group | None:
        """Return the cost centre; an unknown one is refused, for invoices print it."""
        if not row.group_number:
            return None
        group = self.groups.get(row.group_number)
        if group is None:
            raise RowFailed(
                gettext_noop("Group %(group)s is none of this account's: import its groups first."),
                field="groupNumber",
                group=row.group_number,
            )
        return group

    def _plan(
        self, found: _Usable, known: KnownOrders, charged: set[int]
    ) -> NewOrder | Change | Order:
        """Say what to write for a row; the order itself when nothing changed.

        Raises `RowFailed` and `PriceMissing` where it cannot be used, `RowReported` where it must
        not change anything.
        """
        row = found.row
        order = known.find(row, self.account)
        if order is None:
            return self._new(found)
        is_charged = order.pk in charged
        refuse_change(order, row, found.product, is_charged=is_charged)
        columns = changes(order, row, found.group)
        if not columns:
            return order
        starts = row.order_status in CHARGEABLE and order.order_status not in CHARGEABLE
        return Change(
            row=row,
            order=order,
            columns=columns,
            price=(
                self._due(found, row.term_years or order.term_years)
                if starts and not is_charged
                else None
            ),
            on=local_date(row.ordered_at, self.seller_zone),
        )

    def _new(self, found: _Usable) -> NewOrder:
        row = found.row
        term_years = row.term_years or self.term_years
        return NewOrder(
            row=row,
            product=found.product,
            group=found.group,
            term_years=term_years,
            price=self._due(found, term_years) if row.order_status in CHARGEABLE else None,
            on=local_date(row.ordered_at, self.seller_zone),
        )

    def _due(self, found: _Usable, term_years: int) -> Price | None:
        """Return the price to charge; None for an order that somebody else billed."""
        on = local_date(found.row.ordered_at, self.seller_zone)
        if is_history(self.account, on):
            return None
        return self.price(found.product, term_years, on)

    def _price(self, product: Product, term_years: int, on: date) -> Price:
        return price_of(account=self.account, product=product, term_years=term_years, on=on)


def _payers(usable: list[_Usable]) -> set[int]:
    """Return who was charged for these orders: a credit note goes to them, whoever pays now."""
    numbers = [found.row.order_number for found in usable if found.row.order_number]
    payers = Charge.objects.filter(order_number__in=numbers).order_by()
    return set(payers.values_list("payer_id", flat=True).distinct())


def _known(usable: list[_Usable]) -> KnownOrders:
    """Return the orders with any of the batch's numbers as either, whoever's they are."""
    numbers = {found.row.request_number for found in usable}
    numbers |= {found.row.order_number for found in usable if found.row.order_number}
    return KnownOrders(
        list(
            Order.objects.filter(
                Q(order_number__in=numbers) | Q(request_number__in=numbers)
            ).select_related("product", "group")
        )
    )


def _charged(known: KnownOrders) -> set[int]:
    """Return the ids of the orders that were charged for themselves."""
    return set(
        OrderCharge.objects.filter(
            order__in=known.ids, reason=OrderCharge.Reason.ORDER
        ).values_list("order_id", flat=True)
    )
