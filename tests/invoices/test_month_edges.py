"""The first and the last second of months, years and financial years, in odd zones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine

from billing.models import Account, Product, Seller
from billing.models.seller import current_seller
from billing.periods import Month, local_date, month_bounds
from certinext.celery import app
from invoices.models import BillingRun
from invoices.monthly_run import due_months
from invoices.tasks import run_due_months
from orders.place import place_order
from tests.factories import AccountFactory, PriceListItemFactory
from tests.invariants import broken_invariants
from tests.invoices.monthly import at, bill, granted, invoices_of

pytestmark = pytest.mark.django_db

# The zone, and how the clock stands there at the end of each October and of each year.
ZONES = {
    "Asia/Kolkata": ("2026-10-31T18:30", "2026-12-31T18:30"),
    "Europe/Berlin": ("2026-10-31T23:00", "2026-12-31T23:00"),
    "Asia/Kathmandu": ("2026-10-31T18:15", "2026-12-31T18:15"),
    "Pacific/Kiritimati": ("2026-10-31T10:00", "2026-12-31T10:00"),
}


@pytest.fixture(params=sorted(ZONES))
def zone(request: pytest.FixtureRequest) -> str:
    Seller.objects.update(time_zone=request.param)
    return str(request.param)


@pytest.fixture
def product() -> Product:
    product: Product = PriceListItemFactory().product
    return product


def ordered(account: Account, product: Product, when: datetime) -> str:
    order = place_order(
        account=account,
        product=product,
        term_years=1,
        domain_name="portal.example.com",
        ordered_by=None,
        now=when,
    )
    return str(order.order_number)


def on_invoices(account: Account) -> list[list[str]]:
    return [
        [line.order_number for line in invoice.document.lines.all()]
        for invoice in invoices_of(account)
    ]


@pytest.mark.parametrize(
    ("before", "month", "after"),
    [("2026-09", "2026-10", "2026-11"), ("2026-11", "2026-12", "2027-01")],
)
def test_the_first_and_the_last_second_of_a_month_are_its_own(
    zone: str, product: Product, before: str, month: str, after: str
) -> None:
    account = AccountFactory()
    granted(account, f"{before}-01 00:00")
    last_of_before, last = Month.parse(before).last_day, Month.parse(month).last_day
    orders = [
        ordered(account, product, at(f"{last_of_before} 23:59:59", zone)),
        ordered(account, product, at(f"{month}-01 00:00:00", zone)),
        ordered(account, product, at(f"{last} 23:59:59", zone)),
        ordered(account, product, at(f"{after}-01 00:00:00", zone)),
    ]

    for each in (before, month, after):
        bill(each)

    assert on_invoices(account) == [orders[:1], orders[1:3], orders[3:]]
    lines = [line for invoice in invoices_of(account) for line in invoice.document.lines.all()]
    assert not any(line.is_late for line in lines)
    assert broken_invariants() == {}


@pytest.mark.parametrize(("month", "which"), [("2026-10", 0), ("2026-12", 1)])
def test_a_month_ends_at_midnight_of_the_sellers_zone(zone: str, month: str, which: int) -> None:
    account = AccountFactory()
    granted(account, f"{month}-01 00:00")
    end = datetime.fromisoformat(ZONES[zone][which]).replace(tzinfo=UTC)

    assert due_months(now=end.replace(second=0) - (datetime.resolution)) == []
    assert due_months(now=end) == [Month.parse(month)]


def test_periods_of_a_year_touch_without_gap_or_overlap(zone: str, product: Product) -> None:
    account = AccountFactory()
    granted(account, "2026-03-01 00:00")
    # Germany's clocks change on 29 March and on 25 October.
    for month in ("2026-03", "2026-04", "2026-10", "2026-11"):
        ordered(account, product, at(f"{month}-26 12:00", zone))
    first = Month(2026, 3)
    for number in range(9):
        bill(str(first.plus(number)))

    periods = [invoice.period for invoice in invoices_of(account)]
    assert [(p.lower, p.upper) for p in periods] == [
        month_bounds(Month(2026, month), ZoneInfo(zone)) for month in (3, 4, 10, 11)
    ]


def test_the_29th_of_february_belongs_to_february(zone: str, product: Product) -> None:
    account = AccountFactory()
    granted(account, "2028-02-01 00:00")
    leap = ordered(account, product, at("2028-02-29 23:59:59", zone))
    march = ordered(account, product, at("2028-03-01 00:00:00", zone))
    bill("2028-02")
    bill("2028-03")

    assert on_invoices(account) == [[leap], [march]]
    lines = invoices_of(account)[0].document.lines.all()
    assert [line.service_from for line in lines] == [date(2028, 2, 29)]


# ── The financial year
def test_a_number_belongs_to_the_financial_year_of_the_local_date(product: Product) -> None:
    account = AccountFactory()
    for when in ("2027-03-31 23:59:59", "2027-04-01 00:00:00"):
        ordered(account, product, at(when))

    assert [(i.document.number, str(i.document.issue_date)) for i in invoices_of(account)] == [
        ("INV/26-27/000001", "2027-03-31"),
        ("INV/27-28/000001", "2027-04-01"),
    ]


def test_the_invoice_of_march_is_issued_in_april_and_numbered_there(product: Product) -> None:
    account = AccountFactory()
    granted(account, "2027-03-01 09:00")
    ordered(account, product, at("2027-03-31 23:59:59"))
    bill("2027-03", "2027-04-01 00:15")

    (invoice,) = invoices_of(account)
    assert invoice.document.number == "INV/27-28/000001"
    assert invoice.period.upper == at("2027-04-01 00:00")


def test_a_calendar_year_turns_at_midnight_of_the_sellers_zone(product: Product) -> None:
    Seller.objects.update(time_zone="Pacific/Kiritimati", financial_year_start=1)
    account = AccountFactory()
    ordered(account, product, datetime(2026, 12, 31, 9, 59, 59, tzinfo=UTC))
    ordered(account, product, datetime(2026, 12, 31, 10, 0, 0, tzinfo=UTC))

    assert [invoice.document.number for invoice in invoices_of(account)] == [
        "INV/2026/000001",
        "INV/2027/000001",
    ]


# ── The dispatcher
def test_a_quarter_of_an_hour_hits_the_first_moment_of_a_month_in_every_zone() -> None:
    schedule = app.conf.beat_schedule["wake-monthly-runs"]["schedule"]
    assert schedule.minute == {0, 15, 30, 45}
    assert schedule.hour == set(range(24))

    odd = {
        (name, str(month))
        for name in available_timezones()
        for month in (Month(2026, 10), Month(2027, 3), Month(2028, 2))
        if month_bounds(month, ZoneInfo(name))[1].minute not in schedule.minute
    }
    assert odd == set()


def test_the_task_runs_a_month_when_it_is_over_and_not_before(zone: str, product: Product) -> None:
    account = AccountFactory()
    granted(account)
    ordered(account, product, at("2026-10-31 23:59:59", zone))
    end = datetime.fromisoformat(ZONES[zone][0]).replace(tzinfo=UTC)

    with time_machine.travel(end - datetime.resolution, tick=False):
        run_due_months.run()
    assert not BillingRun.objects.exists()

    with time_machine.travel(end, tick=False):
        run_due_months.run()
    run = BillingRun.objects.get()
    assert (run.month, run.state, run.closed_at) == ("2026-10", "closed", end)
    (invoice,) = invoices_of(account)
    assert invoice.document.issue_date == date(2026, 11, 1)


def test_the_task_catches_up_with_firsts_that_it_missed(product: Product) -> None:
    account = AccountFactory()
    granted(account)
    for when in ("2026-10-06 12:00", "2026-11-06 12:00"):
        ordered(account, product, at(when))

    with time_machine.travel(at("2026-12-10 12:00"), tick=False):
        run_due_months.run()

    assert [run.month for run in BillingRun.objects.order_by("month")] == ["2026-10", "2026-11"]
    assert [local_date(i.period.lower, current_seller().zone) for i in invoices_of(account)] == [
        date(2026, 10, 1),
        date(2026, 11, 1),
    ]
