"""The local day of an order: at the edges of months and years, in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from billing.models import Account, Charge, Product, Seller
from orders.models import Order
from tests.factories import MonthlyPermissionFactory
from tests.orders.conftest import NOW
from tests.orders.reports import message, outcomes, row, run

pytestmark = pytest.mark.django_db
NEXT_MONTH = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monthly(account: Account, product: Product) -> None:
    """Keep charges open: only their days matter here."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2025, 12, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("zone", "printed", "moment", "day"),
    [
        (
            "Asia/Kolkata",
            "2026-10-31 23:59:59",
            datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC),
            date(2026, 10, 31),
        ),
        (
            "Asia/Kolkata",
            "2026-11-01 00:00:00",
            datetime(2026, 10, 31, 18, 30, 0, tzinfo=UTC),
            date(2026, 11, 1),
        ),
        (
            "Asia/Kolkata",
            "2027-01-01 00:00:00",
            datetime(2026, 12, 31, 18, 30, 0, tzinfo=UTC),
            date(2027, 1, 1),
        ),
        (
            "Asia/Kolkata",
            "2026-10-31T18:30:00Z",
            datetime(2026, 10, 31, 18, 30, 0, tzinfo=UTC),
            date(2026, 11, 1),
        ),
        (
            "Asia/Kolkata",
            "2028-02-29 23:59:59",
            datetime(2028, 2, 29, 18, 29, 59, tzinfo=UTC),
            date(2028, 2, 29),
        ),
        (
            "Europe/Berlin",
            "2026-03-31 23:59:59",
            datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC),
            date(2026, 3, 31),
        ),
        (
            "Europe/Berlin",
            "2026-04-01 00:00:00",
            datetime(2026, 3, 31, 22, 0, 0, tzinfo=UTC),
            date(2026, 4, 1),
        ),
        (
            "Europe/Berlin",
            "2026-12-31 23:59:59",
            datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC),
            date(2026, 12, 31),
        ),
        (
            "Europe/Berlin",
            "2026-12-31T23:00:00Z",
            datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC),
            date(2027, 1, 1),
        ),
        (
            "Asia/Kathmandu",
            "2026-11-01 00:00:00",
            datetime(2026, 10, 31, 18, 15, 0, tzinfo=UTC),
            date(2026, 11, 1),
        ),
        (
            "Pacific/Kiritimati",
            "2027-01-01 00:00:00",
            datetime(2026, 12, 31, 10, 0, 0, tzinfo=UTC),
            date(2027, 1, 1),
        ),
    ],
)
def test_an_order_belongs_to_the_sellers_local_day(
    account: Account, zone: str, printed: str, moment: datetime, day: date
) -> None:
    Seller.objects.update(time_zone=zone)
    assert outcomes(run(account, row(orderDate=printed), now=moment)) == ["created"]
    assert Order.objects.get().ordered_at == moment
    assert Charge.objects.get().service_from == day


def test_another_zone_of_the_report_is_an_option(account: Account) -> None:
    """Printed in Berlin: half past seven in the evening is midnight of the seller in India."""
    berlin = ZoneInfo("Europe/Berlin")
    run(account, row(orderDate="2026-10-31 19:30:00"), zone=berlin, now=NEXT_MONTH)
    assert Order.objects.get().ordered_at == datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
    assert Charge.objects.get().service_from == date(2026, 11, 1)


def test_an_hour_that_no_clock_showed_still_has_a_day(account: Account) -> None:
    Seller.objects.update(time_zone="Europe/Berlin")
    run(account, row(orderDate="2026-03-29 02:30:00"))
    assert Order.objects.get().ordered_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_order_dated_more_than_a_day_ahead_is_refused(account: Account) -> None:
    """A day is left to clocks and to zones; NOW is 17:30 in Kolkata on 6 October."""
    refused = run(account, row(orderDate="2026-10-07 17:30:01"))
    assert outcomes(refused) == ["failed"]
    assert message(refused) == (
        "orderDate: The order is dated in the future, 2026-10-07T12:00:01+00:00."
    )
    assert not Order.objects.exists()
    assert outcomes(run(account, row(orderDate="2026-10-07 17:30:00"))) == ["created"]
