"""What stands on a monthly invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.charging import void_charges
from billing.models import Account, Charge, Plan, PlanMeter, Seller, Subscription
from invoices.models import BillingRun, Invoice
from invoices.monthly_run import retry_parked, work_off
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PlanFactory,
    PlanMeterFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)
from tests.invariants import broken_invariants
from tests.invoices.monthly import at, bill, granted, invoices_of, nets

pytestmark = pytest.mark.django_db

INCLUDED = "Time-stamps, included in the plan"
ABOVE = "Time-stamps above the included units"


def subscribed(account: Account) -> tuple[Subscription, PlanMeter]:
    """45,000.00 a month, 10,000 time-stamps included, 0.85 for each further one."""
    meter = PlanMeterFactory()
    return SubscriptionFactory(account=account, plan=meter.plan), meter


def used(of: tuple[Subscription, PlanMeter], quantity: int, on: str = "2026-10-06") -> None:
    UsageRecordFactory(
        subscription=of[0], meter=of[1], quantity=quantity, occurred_on=date.fromisoformat(on)
    )


def test_orders_fees_and_usage_stand_in_this_order_on_one_invoice() -> None:
    account = AccountFactory()
    granted(account)
    used(subscribed(account), 12_000)
    ChargeFactory(account=account, service_from="2026-10-30")
    ChargeFactory(account=account, service_from="2026-10-02", description="emSign EV SSL")

    bill("2026-10")

    (invoice,) = invoices_of(account)
    assert nets(invoice) == [
        ("emSign EV SSL", "8925.00"),
        ("emSign OV SSL", "8925.00"),
        ("Enterprise plan", "45000.00"),
        (INCLUDED, "0.00"),
        (ABOVE, "1700.00"),
    ]
    assert invoice.document.total == Decimal("76169.00")
    assert broken_invariants() == {}


def test_the_invoice_is_dated_on_the_day_of_its_issue_and_due_from_there() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    bill("2026-10", "2026-11-03 12:00")

    document = invoices_of(account)[0].document
    assert (document.issue_date, document.due_date) == (date(2026, 11, 3), date(2026, 11, 18))


def test_a_partner_gets_the_charges_of_the_sub_accounts_that_it_pays_for() -> None:
    partner = AccountFactory(kind="partner")
    paid_for = AccountFactory(parent=partner, bill_to="parent", display_name="Branch A")
    pays_itself = AccountFactory(parent=partner, display_name="Branch B")
    granted(partner)
    for account in (partner, paid_for, pays_itself):
        ChargeFactory(account=account)
    subscribed(paid_for)

    bill("2026-10")

    lines = invoices_of(partner)[0].document.lines.all()
    assert [(line.account_name, line.kind) for line in lines] == [
        ("", "order"),
        ("Branch A", "order"),
        ("Branch A", "subscription"),
    ]
    assert invoices_of(paid_for) == invoices_of(pays_itself) == []


def test_a_charge_of_after_the_period_waits_for_the_next_month() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account, service_from="2026-10-31")
    ChargeFactory(account=account, service_from="2026-11-01", description="emSign EV SSL")

    bill("2026-10", "2026-11-02 12:00")
    bill("2026-11")

    assert [nets(invoice) for invoice in invoices_of(account)] == [
        [("emSign OV SSL", "8925.00")],
        [("emSign EV SSL", "8925.00")],
    ]


def test_an_order_that_comes_late_stands_on_the_next_invoice_and_says_so() -> None:
    account = AccountFactory()
    granted(account)
    bill("2026-10")
    ChargeFactory(account=account, service_from="2026-10-31")
    ChargeFactory(account=account, service_from="2026-11-01")
    bill("2026-11")

    lines = invoices_of(account)[0].document.lines.all()
    assert [line.is_late for line in lines] == [True, False]


def test_a_charge_that_was_voided_is_not_billed() -> None:
    account = AccountFactory()
    granted(account)
    charge = ChargeFactory(account=account)
    void_charges([charge], reason="Order cancelled")
    bill("2026-10")

    assert invoices_of(account) == []


# ── Fees
def test_the_fee_of_a_month_is_charged_once_however_often_it_is_run() -> None:
    account = AccountFactory()
    granted(account)
    subscribed(account)
    for _ in range(3):
        bill("2026-10")

    assert [nets(i) for i in invoices_of(account)] == [[("Enterprise plan", "45000.00")]]


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        ("2026-10-31", None, ["2026-10-31", "2026-11-01"]),
        ("2026-11-01", None, ["2026-11-01"]),
        ("2026-01-01", "2026-11-01", ["2026-10-01"]),
        ("2026-01-01", "2026-11-02", ["2026-10-01", "2026-11-01"]),
        ("2026-01-01", "2026-10-01", []),
    ],
)
def test_a_fee_is_due_for_each_month_in_which_the_plan_runs_for_a_day(
    starts: str, ends: str | None, months: list[str]
) -> None:
    account = AccountFactory()
    granted(account)
    SubscriptionFactory(
        account=account,
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends) if ends else None,
    )
    bill("2026-10")
    bill("2026-11")

    fees = Charge.objects.filter(kind="subscription").order_by("service_from")
    assert [str(fee.service_from) for fee in fees] == months


# ── Usage
def test_usage_within_the_included_units_is_a_line_of_zero() -> None:
    account = AccountFactory()
    granted(account)
    used(subscribed(account), 9_000)
    bill("2026-10")

    assert nets(invoices_of(account)[0]) == [("Enterprise plan", "45000.00"), (INCLUDED, "0.00")]


def test_usage_that_comes_late_is_charged_for_the_difference_and_says_so() -> None:
    account = AccountFactory()
    granted(account)
    plan = subscribed(account)
    used(plan, 9_000)
    bill("2026-10")
    used(plan, 3_000, "2026-10-31")
    used(plan, 10_100, "2026-11-15")
    bill("2026-11")

    lines = list(invoices_of(account)[1].document.lines.all())
    assert [(line.description, f"{line.net_amount:.2f}", line.is_late) for line in lines] == [
        ("Enterprise plan", "45000.00", False),
        (ABOVE, "1700.00", True),
        (INCLUDED, "0.00", False),
        (ABOVE, "85.00", False),
    ]
    assert lines[1].details == ["12,000 used, 10,000 included"]


def test_usage_of_the_next_month_waits_for_it() -> None:
    account = AccountFactory()
    granted(account)
    plan = subscribed(account)
    used(plan, 20_000, "2026-11-01")
    bill("2026-10", "2026-11-05 12:00")

    assert nets(invoices_of(account)[0]) == [("Enterprise plan", "45000.00")]


# ── Zero
def test_a_month_of_zero_total_is_an_invoice() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account, unit_price=Decimal(0))
    bill("2026-10")

    (invoice,) = invoices_of(account)
    assert invoice.document.total == 0
    assert invoice.document.balance.state == "paid"


def test_a_month_of_zero_total_is_no_invoice_when_the_seller_turned_that_off() -> None:
    Seller.objects.update(issue_zero_invoices=False)
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account, unit_price=Decimal(0))
    run = bill("2026-10")

    assert (run.state, invoices_of(account)) == ("closed", [])


def test_what_was_worth_nothing_comes_with_the_next_invoice_that_is_worth_something() -> None:
    Seller.objects.update(issue_zero_invoices=False)
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account, unit_price=Decimal(0), description="Free reissue")
    bill("2026-10")
    ChargeFactory(account=account, service_from="2026-11-10")
    bill("2026-11")

    (invoice,) = invoices_of(account)
    assert nets(invoice) == [("Free reissue", "0.00"), ("emSign OV SSL", "8925.00")]
    assert (invoice.period.lower, invoice.period.upper) == (
        at("2026-11-01 00:00"),
        at("2026-12-01 00:00"),
    )


def test_a_plan_in_another_currency_parks_the_account() -> None:
    account = AccountFactory()
    granted(account)
    SubscriptionFactory(account=account, plan=PlanFactory(currency="USD"))
    run = bill("2026-10")

    item = run.items.get()
    assert (item.state, item.reason_code) == ("parked", "currency-mismatch")
    assert not Charge.objects.exists()
    Plan.objects.update(currency="INR")
    assert len(nets(bill_again(account))) == 1


def bill_again(account: Account) -> Invoice:
    run = BillingRun.objects.get()
    retry_parked(run, by="test")
    work_off(run, clock=lambda: at("2026-11-02 12:00"), by="test")
    return invoices_of(account)[0]


def test_what_one_invoice_cannot_hold_goes_on_supplementary_ones_without_a_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("invoices.month.MOST_LINES", 2)
    account = AccountFactory()
    granted(account)
    ChargeFactory.create_batch(5, account=account)

    bill("2026-10")

    kinds = [
        (invoice.kind, invoice.period is None, invoice.document.lines.count())
        for invoice in invoices_of(account)
    ]
    assert kinds == [("monthly", False, 2), ("supplementary", True, 2), ("supplementary", True, 1)]
    assert not Charge.objects.open().exists()
