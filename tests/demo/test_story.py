"""The demo's events: in the order of time, last month's run left out, nothing from the future."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing.periods import month_bounds
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.orders import orders_of
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from certinext.backoffice.demo.story import (
    Event,
    MonthRun,
    OrderPlaced,
    ReportImported,
    Usage,
    UsageImported,
    tell,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
each_seller = pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.schema)
# A first of a month just after midnight, a leap day, a new year, the turn of India's year.
days = pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 11, 30, 18, 31, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2027, 1, 1, 6, 0, tzinfo=UTC),
        datetime(2027, 4, 30, 21, 0, tzinfo=UTC),
    ],
)


def events(seller: SellerPlan, now: datetime) -> list[Event]:
    calendar = Calendar(now, seller.zone)
    return tell(seller, calendar, orders_of(seller, calendar))


@each_seller
@days
def test_events_are_told_in_the_order_of_time_and_none_from_the_future(
    seller: SellerPlan, now: datetime
) -> None:
    moments = [event.at for event in events(seller, now)]

    assert moments == sorted(moments)
    assert moments[-1] <= now


@each_seller
@days
def test_the_runs_of_all_whole_months_but_the_last_are_told(
    seller: SellerPlan, now: datetime
) -> None:
    this = Calendar(now, seller.zone).month(0)

    runs = [event.month for event in events(seller, now) if isinstance(event, MonthRun)]

    assert runs == [this.plus(-4), this.plus(-3), this.plus(-2)]


@each_seller
@days
def test_a_month_is_run_only_after_its_orders_and_its_usage_came_in(
    seller: SellerPlan, now: datetime
) -> None:
    calendar = Calendar(now, seller.zone)
    orders = orders_of(seller, calendar)
    told = tell(seller, calendar, orders)
    for position, event in enumerate(told):
        if isinstance(event, MonthRun):
            start, end = month_bounds(event.month, seller.zone)
            before, after = told[:position], told[position:]
            ordered = {
                order.request_number
                for order in orders
                if start <= order.ordered_at < end
                and seller.account(order.account).invoiced_monthly(seller)
            }
            assert ordered
            assert ordered <= imported(before)
            assert all(row.at >= end for row in usage(after))
            assert any(start <= row.at < end for row in usage(before))


def imported(told: list[Event]) -> set[str]:
    """Return the request numbers of all orders that these events bring."""
    reports = [event for event in told if isinstance(event, ReportImported)]
    return {order.request_number for report in reports for order in report.orders}


def usage(told: list[Event]) -> list[Usage]:
    """Return all usage that these events bring."""
    return [row for event in told if isinstance(event, UsageImported) for row in event.rows]


@each_seller
@days
def test_every_account_ends_with_a_whole_snapshot_of_its_orders(
    seller: SellerPlan, now: datetime
) -> None:
    whole = [e for e in events(seller, now) if isinstance(e, ReportImported) and e.is_snapshot]

    known = {order.request_number for event in whole for order in event.orders}
    assert {event.account.number for event in whole} == {a.number for a in seller.accounts}
    assert known == {o.request_number for o in orders_of(seller, Calendar(now, seller.zone))}


@each_seller
@days
def test_orders_are_placed_in_the_portal_in_every_whole_month(
    seller: SellerPlan, now: datetime
) -> None:
    placed = {e.order.months_ago for e in events(seller, now) if isinstance(e, OrderPlaced)}

    assert placed >= {1, 2, 3, 4}
