"""What happened at the demo's sellers, in the order of time: events, still without a database."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from billing.periods import Month, day_start, local_date
from certinext.backoffice.demo.calendar import EVENING, LAST_IMPORT, RUN, Calendar
from certinext.backoffice.demo.orders import ReportedOrder
from certinext.backoffice.demo.plans import AccountPlan, PortalOrder, SellerPlan

_MIDDLE = 16
_WEEKS = (6, 13, 20, 27)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens at a moment."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class PermissionGranted(Event):
    """The backoffice turns monthly invoicing on."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class ReportImported(Event):
    """The platform's order report of an account is imported: what changed, or a whole snapshot."""

    account: AccountPlan
    orders: tuple[ReportedOrder, ...]
    is_snapshot: bool = False


@dataclass(frozen=True, kw_only=True)
class UsageImported(Event):
    """The units that an account used are imported."""

    account: AccountPlan
    rows: tuple[Usage, ...]


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Units of a meter used at a moment; the key makes them count once."""

    key: str
    meter: str
    quantity: Decimal
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """Somebody places an order in the portal."""

    order: PortalOrder


@dataclass(frozen=True, kw_only=True)
class OrderEnded(Event):
    """An order placed in the portal is cancelled by the customer or rejected by the backoffice."""

    order: PortalOrder


@dataclass(frozen=True, kw_only=True)
class NamesAdded(Event):
    """Names are added to the certificate of an order placed in the portal."""

    order: PortalOrder


@dataclass(frozen=True, kw_only=True)
class MonthRun(Event):
    """The monthly invoices of a month are made, in the first minutes of the next one."""

    month: Month


@dataclass(frozen=True, kw_only=True)
class CreditsAdded(Event):
    """Money comes in on account, before it is needed."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class InvoicesPaid(Event):
    """What is owed is paid: in full or in part by bank transfer, or from credits."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class TopUpAgreed(Event):
    """A customer keeps a payment method and has its credits topped up by themselves."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class PartlyCredited(Event):
    """A part of the account's oldest open invoice is credited."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class Reminded(Event):
    """The account is reminded of what is overdue."""

    account: AccountPlan


@dataclass(frozen=True, kw_only=True)
class BankStatementTaken(Event):
    """The bank's statement is taken in: announced transfers, one that is short, money of nobody."""

    short: AccountPlan


@dataclass(frozen=True, kw_only=True)
class WithdrawalRequested(Event):
    """Credits are asked back; the clerk has not decided yet."""


@dataclass(frozen=True, kw_only=True)
class TransferAnnounced(Event):
    """A transfer for credits is announced; the clerk has not found it yet."""


@dataclass(frozen=True, kw_only=True)
class CreditsFell(Event):
    """The worker looks whose credits fell, as it does after each spend."""


def tell(seller: SellerPlan, calendar: Calendar, orders: list[ReportedOrder]) -> list[Event]:
    """Return everything up to the calendar's now, in the order of time.

    Last month's run is missing: it is left to the worker.
    """
    events = [
        *_permissions(seller, calendar),
        *_reports(seller, calendar, orders),
        *_usage(seller, calendar),
        *_portal(seller, calendar),
        *_runs(calendar),
        *_payments(seller, calendar),
        *_desk(seller, calendar),
    ]
    past = [event for event in events if event.at <= calendar.now]
    # Sorting is stable: of one moment, reports come before the run that bills them.
    return sorted(past, key=lambda event: event.at)


def _permissions(seller: SellerPlan, calendar: Calendar) -> Iterator[Event]:
    (oldest, *_) = calendar.months
    for account in seller.accounts:
        if account.monthly:
            yield PermissionGranted(at=calendar.at(oldest[0], 1, time(0, 1)), account=account)


def _reports(
    seller: SellerPlan, calendar: Calendar, orders: list[ReportedOrder]
) -> Iterator[Event]:
    """Yield each account's imports: what is new when one is due, a whole snapshot at last."""
    for account in seller.accounts:
        own = [order for order in orders if order.account == account.number]
        for at, changed in _news(seller, account, calendar, own).items():
            yield ReportImported(at=at, account=account, orders=tuple(changed))
        yield ReportImported(at=calendar.now, account=account, orders=tuple(own), is_snapshot=True)


def _news(
    seller: SellerPlan, account: AccountPlan, calendar: Calendar, orders: list[ReportedOrder]
) -> dict[datetime, list[ReportedOrder]]:
    """Return the orders that have changed since the import before, by the time of the import."""
    monthly = account.invoiced_monthly(seller)
    due = sorted(
        {
            _next_import(step.at, calendar, monthly=monthly)
            for order in orders
            for step in order.steps
            if step.is_about_money or monthly
        }
    )
    news: dict[datetime, list[ReportedOrder]] = defaultdict(list)
    for order in orders:
        for step in order.steps:
            # Certificates that were issued meanwhile come along with the next import.
            for at in due[bisect_left(due, step.at) :][:1]:
                if order not in news[at]:
                    news[at].append(order)
    return news


def _next_import(moment: datetime, calendar: Calendar, *, monthly: bool) -> datetime:
    """Return when the portal hears of it: the same evening, or at half and whole months."""
    day = local_date(moment, calendar.zone)
    month = Month.of(day)
    if not monthly:
        evening = calendar.on(month, day.day, EVENING)
        return evening if moment <= evening else evening + timedelta(days=1)
    if day.day < _MIDDLE:
        return calendar.on(month, _MIDDLE, LAST_IMPORT)
    return calendar.on(month.next(), 1, LAST_IMPORT)


def _usage(seller: SellerPlan, calendar: Calendar) -> Iterator[Event]:
    """Yield an import of each month's usage, in four parts; of the current month what there is."""
    for account in seller.accounts:
        for index, (_, month) in enumerate(calendar.months):
            end = day_start(month.next().first_day, calendar.zone)
            at = min(end - timedelta(minutes=30), calendar.now)
            rows = tuple(
                row for row in _used(seller, account, calendar, month, index) if row.at <= at
            )
            if rows:
                yield UsageImported(at=at, account=account, rows=rows)


def _used(
    seller: SellerPlan, account: AccountPlan, calendar: Calendar, month: Month, index: int
) -> Iterator[Usage]:
    for meter, months in account.usage.items():
        whole = int(months[index])
        part = whole // len(_WEEKS)
        for day in _WEEKS:
            last = day == _WEEKS[-1]
            yield Usage(
                key=f"{seller.schema}-{account.number}-{meter}-{month}-{day:02}",
                meter=meter,
                quantity=Decimal(whole - part * (len(_WEEKS) - 1) if last else part),
                at=calendar.on(month, day, time(18, 0)),
            )


def _portal(seller: SellerPlan, calendar: Calendar) -> Iterator[Event]:
    for order in seller.portal_orders:
        at = calendar.at(order.months_ago, order.day, time(10, 40))
        yield OrderPlaced(at=at, order=order)
        if order.added_names:
            yield NamesAdded(at=at + order.added_after, order=order)
        ends_after = order.cancelled_after or order.rejected_after
        if ends_after is not None:
            yield OrderEnded(at=at + ends_after, order=order)


def _runs(calendar: Calendar) -> Iterator[Event]:
    """Yield the runs of all complete months but the last one."""
    for ago, month in calendar.months[:-2]:
        yield MonthRun(at=calendar.at(ago - 1, 1, RUN), month=month)


def _payments(seller: SellerPlan, calendar: Calendar) -> Iterator[Event]:
    """Yield one payment of each account that pays, late in the month before this one."""
    for account in seller.accounts:
        if account.pays == "from_credits":
            yield CreditsAdded(at=calendar.at(1, 22, time(9, 15)), account=account)
        if account.top_up:
            yield TopUpAgreed(at=calendar.at(1, 23, time(10, 0)), account=account)
        if account.pays != "never":
            yield InvoicesPaid(at=calendar.at(1, 24, time(11, 30)), account=account)
        if account.top_up:
            yield CreditsFell(at=calendar.at(1, 24, time(11, 31)))


def _desk(seller: SellerPlan, calendar: Calendar) -> Iterator[Event]:
    """Yield what is on the clerk's desk, and how it came there."""
    money = seller.money
    reminded = seller.account(money.reminded)
    yield Reminded(at=calendar.at(2, 26, time(9, 0)), account=reminded)
    yield PartlyCredited(
        at=calendar.at(1, 25, time(15, 20)), account=seller.account(money.partly_credited)
    )
    yield Reminded(at=calendar.at(1, 26, time(9, 0)), account=reminded)
    yield BankStatementTaken(at=calendar.at(1, 28, time(8, 40)), short=seller.account(money.short))
    yield WithdrawalRequested(at=calendar.now - timedelta(hours=20))
    yield TransferAnnounced(at=calendar.now - timedelta(hours=3))
