"""What happened at the demo's sellers, in the order of time: events, still without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from billing.periods import Month, day_start, local_date
from certinext.backoffice.demo.calendar import EVENING, LAST_SYNC, RUN, Calendar
from certinext.backoffice.demo.orders import ReportedOrder
from certinext.backoffice.demo.plans import AccountPlan, PortalOrder, SellerPlan

_MONDAY = 0
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
class MonthRun(Event):
    """The monthly invoices of a month are made, in the first minutes of the next one."""

    month: Month


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
    """Yield an import for every time that an account has news, and a whole snapshot at the end."""
    news: dict[tuple[datetime, str], list[ReportedOrder]] = defaultdict(list)
    whole: dict[str, list[ReportedOrder]] = defaultdict(list)
    for order in orders:
        monthly = seller.account(order.account).invoiced_monthly(seller)
        whole[order.account].append(order)
        for step in order.steps:
            at = _next_sync(step.at, calendar, monthly=monthly)
            if at <= calendar.now and order not in news[at, order.account]:
                news[at, order.account].append(order)
    for (at, number), changed in news.items():
        if changed:
            yield ReportImported(at=at, account=seller.account(number), orders=tuple(changed))
    for number, known in whole.items():
        yield ReportImported(
            at=calendar.now, account=seller.account(number), orders=tuple(known), is_snapshot=True
        )


def _next_sync(moment: datetime, calendar: Calendar, *, monthly: bool) -> datetime:
    """Return when the portal hears of it: the same evening, or on Monday and at the month's end."""
    day = local_date(moment, calendar.zone)
    if not monthly:
        evening = calendar.on(Month.of(day), day.day, EVENING)
        return evening if moment <= evening else evening + timedelta(days=1)
    monday = day + timedelta(days=7 - day.weekday())
    first = Month.of(day).next().first_day
    earlier = min(monday, first)
    return calendar.on(Month.of(earlier), earlier.day, LAST_SYNC)


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
        ends_after = order.cancelled_after or order.rejected_after
        if ends_after is not None:
            yield OrderEnded(at=at + ends_after, order=order)


def _runs(calendar: Calendar) -> Iterator[Event]:
    """Yield the runs of all complete months but the last one."""
    for ago, month in calendar.months[:-2]:
        yield MonthRun(at=calendar.at(ago - 1, 1, RUN), month=month)
