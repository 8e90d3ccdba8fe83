"""Fees and usage: raised once, rated on what the month holds so far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.charging import void_charges
from billing.models import Account, Charge, PlanMeter, Subscription, UsageRecord
from billing.periods import Month
from tests.billing.monthly_charges import raise_monthly_charges
from tests.factories import (
    AccountFactory,
    PlanMeterFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
Plan = tuple[Subscription, PlanMeter]


@pytest.fixture
def plan(db: None) -> Plan:
    """45,000.00 a month, 10,000 time-stamps included, 0.85 for each further one."""
    return subscribe(AccountFactory())


def subscribe(account: Account) -> Plan:
    meter = PlanMeterFactory()
    return SubscriptionFactory(account=account, plan=meter.plan), meter


def use(plan: Plan, quantity: str, day: int = 6, month: int = 10) -> UsageRecord:
    record: UsageRecord = UsageRecordFactory(
        subscription=plan[0],
        meter=plan[1],
        quantity=Decimal(quantity),
        occurred_on=date(2026, month, day),
    )
    return record


def rate(plan: Plan, *, until: date = OCTOBER.last_day, months: list[Month] | None = None) -> None:
    raise_monthly_charges(plan[0].account, months=months or [OCTOBER], until=until)


def over() -> list[tuple[str, str]]:
    """Return quantity and net of what was charged above the included units."""
    charges = Charge.objects.filter(kind="usage", unit_price__gt=0, void__isnull=True)
    return [(f"{c.quantity.normalize():f}", f"{c.net_amount:.2f}") for c in charges.order_by("id")]


def test_a_fee_is_the_plans_whole_monthly_fee_for_the_calendar_month(plan: Plan) -> None:
    rate(plan)

    fee = Charge.objects.get(kind="subscription")
    assert (fee.description, fee.quantity, fee.net_amount, fee.currency) == (
        "Enterprise plan",
        Decimal(1),
        Decimal("45000.00"),
        "INR",
    )
    assert (fee.service_from, fee.service_until) == (date(2026, 10, 1), date(2026, 10, 31))


def plain(text: str) -> str:
    return text.replace("\N{EN DASH}", "-")


def fees() -> list[tuple[str, str, str, str]]:
    """Return first day, last day, net and detail of every fee."""
    charges = Charge.objects.filter(kind="subscription").order_by("service_from")
    return [
        (str(c.service_from), str(c.service_until), f"{c.net_amount:.2f}", plain(c.detail))
        for c in charges
    ]


def test_a_fee_is_not_charged_for_days_before_the_account_is_billed(db: None) -> None:
    account = AccountFactory(billing_from=date(2026, 10, 15))
    plan = subscribe(account)
    rate(plan, months=[Month(2026, 9), OCTOBER, NOVEMBER], until=NOVEMBER.last_day)

    assert fees() == [
        # 17 of 31 days: 45,000.00 x 17 / 31 = 24,677.419…
        ("2026-10-15", "2026-10-31", "24677.42", "17 of 31 days: 15 - 31 Oct 2026"),
        ("2026-11-01", "2026-11-30", "45000.00", ""),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        # 45,000.00 x 30 / 31 = 43,548.387…
        ("2026-10-02", None, ("2026-10-02", "2026-10-31", "43548.39", "30", "2 - 31")),
        ("2026-10-31", None, ("2026-10-31", "2026-10-31", "1451.61", "1", "31")),
        ("2026-01-01", "2026-10-02", ("2026-10-01", "2026-10-01", "1451.61", "1", "1")),
        ("2026-01-01", "2026-10-31", ("2026-10-01", "2026-10-30", "43548.39", "30", "1 - 30")),
        ("2026-10-10", "2026-10-20", ("2026-10-10", "2026-10-19", "14516.13", "10", "10 - 19")),
    ],
)
def test_a_month_in_which_it_starts_or_ends_is_charged_by_calendar_days_and_says_so(
    plan: Plan, starts_on: str, ends_on: str | None, expected: tuple[str, ...]
) -> None:
    Subscription.objects.update(starts_on=starts_on, ends_on=ends_on)
    rate(plan)

    first, last, net, days, shown = expected
    assert fees() == [(first, last, net, f"{days} of 31 days: {shown} Oct 2026")]


def test_the_leap_day_is_a_day_of_its_month(plan: Plan) -> None:
    Subscription.objects.update(starts_on="2028-02-29", ends_on="2028-03-02")
    rate(plan, months=[Month(2028, 2), Month(2028, 3)], until=date(2028, 3, 31))

    # 45,000.00 / 29 and / 31
    assert fees() == [
        ("2028-02-29", "2028-02-29", "1551.72", "1 of 29 days: 29 Feb 2028"),
        ("2028-03-01", "2028-03-01", "1451.61", "1 of 31 days: 1 Mar 2028"),
    ]


def test_a_whole_month_at_the_turn_of_the_year_is_not_split(plan: Plan) -> None:
    Subscription.objects.update(starts_on="2026-12-01", ends_on="2027-01-01")
    rate(plan, months=[Month(2026, 12), Month(2027, 1)], until=date(2027, 1, 31))

    assert fees() == [("2026-12-01", "2026-12-31", "45000.00", "")]


def test_what_begins_after_the_last_day_is_not_due_yet(plan: Plan) -> None:
    Subscription.objects.update(starts_on="2026-10-21")
    rate(plan, until=date(2026, 10, 20))
    assert fees() == []

    rate(plan, until=date(2026, 10, 21))
    assert [fee[2] for fee in fees()] == ["15967.74"]


def test_a_closed_month_is_charged_for_all_its_days_once(plan: Plan) -> None:
    rate(plan, until=date(2026, 10, 10))
    rate(plan)

    assert fees() == [("2026-10-01", "2026-10-31", "45000.00", "")]


@pytest.mark.parametrize(
    ("ends_on", "count"), [("2026-10-15", 0), ("2026-10-16", 1), ("2026-10-02", 0)]
)
def test_a_subscription_that_ends_before_the_account_is_billed_costs_nothing(
    db: None, ends_on: str, count: int
) -> None:
    plan = subscribe(AccountFactory(billing_from=date(2026, 10, 15)))
    Subscription.objects.update(ends_on=ends_on)
    rate(plan)

    assert len(fees()) == count


def test_a_billing_that_begins_with_a_month_charges_it_whole(db: None) -> None:
    plan = subscribe(AccountFactory(billing_from=date(2026, 10, 1)))
    rate(plan, months=[Month(2026, 9), OCTOBER])

    assert fees() == [("2026-10-01", "2026-10-31", "45000.00", "")]


def test_usage_of_days_before_the_account_is_billed_is_history(db: None) -> None:
    plan = subscribe(AccountFactory(billing_from=date(2026, 10, 15)))
    use(plan, "99000", day=14)
    use(plan, "12000", day=15)
    use(plan, "99000", day=30, month=9)
    rate(plan)

    # 10,000 units a month are 5,484 for 17 of its 31 days.
    assert over() == [("6516", "5538.60")]
    included = Charge.objects.get(kind="usage", unit_price=0)
    assert included.detail == "12,000 used, 5,484 included for 17 of 31 days"


def test_usage_is_charged_for_the_days_on_which_the_plan_ran(plan: Plan) -> None:
    Subscription.objects.update(starts_on=date(2026, 10, 4), ends_on=date(2026, 10, 16))
    use(plan, "12000")
    rate(plan)

    charges = Charge.objects.order_by("id")
    days = [(str(one.kind), str(one.service_from), str(one.service_until)) for one in charges]
    assert days == [
        ("subscription", "2026-10-04", "2026-10-15"),
        ("usage", "2026-10-04", "2026-10-15"),
        ("usage", "2026-10-04", "2026-10-15"),
    ]
    # What is reported late is found in the same month, and charged once.
    use(plan, "50", day=15)
    rate(plan)
    rate(plan)
    assert [quantity for quantity, _net in over()][1:] == ["50"]
    late = Charge.objects.order_by("id").last()
    assert late is not None
    assert (late.service_from, late.service_until) == (date(2026, 10, 4), date(2026, 10, 15))


def test_raising_again_changes_nothing(plan: Plan) -> None:
    use(plan, "12000")
    for _ in range(3):
        rate(plan)

    assert Charge.objects.count() == 3
    assert over() == [("2000", "1700.00")]


@pytest.mark.parametrize(
    ("used", "charged"),
    [
        ("0", []),
        ("10000", []),
        ("10000.5", [("0.5", "0.43")]),
        ("10001", [("1", "0.85")]),
        ("12000", [("2000", "1700.00")]),
    ],
)
def test_only_units_above_the_included_ones_cost_something(
    plan: Plan, used: str, charged: list[tuple[str, str]]
) -> None:
    use(plan, used)
    rate(plan)

    assert over() == charged


def test_unused_units_are_not_carried_into_the_next_month(plan: Plan) -> None:
    use(plan, "1", month=10)
    use(plan, "10001", month=11)
    rate(plan, until=date(2026, 11, 30), months=[OCTOBER, OCTOBER.next()])

    assert over() == [("1", "0.85")]


def test_the_included_units_are_shown_once_a_month(plan: Plan) -> None:
    use(plan, "10000")
    rate(plan)
    use(plan, "500")
    rate(plan)

    included = Charge.objects.get(kind="usage", unit_price=0)
    assert included.quantity == 10_000
    assert included.detail == "10,000 used, 10,000 included"
    assert over() == [("500", "425.00")]


def test_usage_says_what_was_used_what_the_plan_includes_and_what_was_charged(plan: Plan) -> None:
    use(plan, "2481")
    rate(plan)
    assert Charge.objects.get(kind="usage").detail == "2,481 used, 10,000 included"
    use(plan, "8000")
    rate(plan)
    use(plan, "19")
    rate(plan)
    above = Charge.objects.filter(kind="usage", unit_price__gt=0).order_by("id")
    assert list(above.values_list("detail", flat=True)) == [
        "10,481 used, 10,000 included",
        "10,500 used, 10,000 included, 481 charged before",
    ]


def test_usage_after_the_last_day_is_not_rated_yet(plan: Plan) -> None:
    use(plan, "11000", day=20)
    use(plan, "1000", day=21)
    rate(plan, until=date(2026, 10, 20))
    assert over() == [("1000", "850.00")]

    rate(plan)
    assert over() == [("1000", "850.00"), ("1000", "850.00")]


def test_usage_of_a_later_day_that_was_reported_first_is_not_lost(plan: Plan) -> None:
    use(plan, "1000", day=25)
    use(plan, "11000", day=10)
    rate(plan, until=date(2026, 10, 20))
    rate(plan)

    assert over() == [("1000", "850.00"), ("1000", "850.00")]


def test_usage_whose_charge_was_voided_is_charged_anew(plan: Plan) -> None:
    use(plan, "11000")
    rate(plan)
    void_charges(Charge.objects.filter(unit_price__gt=0), reason="Wrong price")
    rate(plan)

    assert over() == [("1000", "850.00")]


def test_a_sub_accounts_usage_is_charged_to_its_payer(db: None) -> None:
    partner = AccountFactory(kind="partner")
    plan = subscribe(AccountFactory(parent=partner, bill_to="parent"))
    use(plan, "10001")
    raise_monthly_charges(partner, months=[OCTOBER], until=OCTOBER.last_day)

    assert {charge.payer for charge in Charge.objects.all()} == {partner}
    assert {charge.account for charge in Charge.objects.all()} == {plan[0].account}


def test_nothing_is_raised_for_whom_somebody_else_pays(db: None) -> None:
    branch = AccountFactory(parent=AccountFactory(kind="partner"), bill_to="parent")
    rate(subscribe(branch))

    assert not Charge.objects.exists()
