"""Yearly fees, tiers, minimum commitments, and a change of plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from billing.change_plan import ChargedAlready, SamePlan, change_plan, end_subscription
from billing.charging import void_charges
from billing.models import Account, Charge, Plan, PlanMeter, Subscription, SubscriptionCharge
from billing.periods import Month
from billing.subscription_charges import charged_until, due_monthly_charges
from tests.billing.monthly_charges import raise_monthly_charges
from tests.factories import (
    AccountFactory,
    MeterTierFactory,
    PlanFactory,
    PlanMeterFactory,
    SubscriptionChargeFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
AHEAD = "of them paid by the month's minimum commitment"
Line = tuple[str, str, str]


def subscribe(plan: Plan, **facts: object) -> Subscription:
    subscription: Subscription = SubscriptionFactory(account=AccountFactory(), plan=plan, **facts)
    return subscription


def use(
    subscription: Subscription, meter: PlanMeter, quantity: int, on: str = "2026-10-06"
) -> None:
    UsageRecordFactory(
        subscription=subscription,
        meter=meter,
        quantity=Decimal(quantity),
        occurred_on=date.fromisoformat(on),
    )


def bill(subscription: Subscription, *months: Month, until: date | None = None) -> list[Line]:
    """Raise what is due and return description, net and detail of what costs something."""
    months = months or (OCTOBER,)
    until = until or months[-1].last_day
    raised = raise_monthly_charges(subscription.account.payer, months=months, until=until)
    return [line_of(charge) for charge in raised if charge.net_amount]


def line_of(charge: Charge) -> Line:
    detail = charge.detail.replace("\N{EN DASH}", "-")
    return charge.description, f"{charge.net_amount:.2f}", detail


# ── Yearly fees
def yearly(**facts: object) -> Subscription:
    return subscribe(PlanFactory(monthly_fee=0, yearly_fee=Decimal("12000.00")), **facts)


def days_of_years() -> list[tuple[str, str]]:
    charges = Charge.objects.filter(subscribed__what="year").order_by("service_from")
    return [(str(c.service_from), str(c.service_until)) for c in charges]


def test_a_yearly_fee_is_charged_once_in_the_month_in_which_its_year_begins() -> None:
    subscription = yearly(starts_on=date(2025, 10, 15))
    for month in (Month(2026, 9), OCTOBER, OCTOBER, NOVEMBER):
        bill(subscription, month)

    assert days_of_years() == [("2025-10-15", "2026-10-14"), ("2026-10-15", "2027-10-14")]


def test_a_yearly_plan_without_a_monthly_fee_has_no_line_of_zero_each_month() -> None:
    assert bill(yearly(starts_on=date(2026, 10, 15))) == [
        ("Enterprise plan", "12000.00", "Yearly fee")
    ]
    assert Charge.objects.count() == 1


def test_a_year_that_begins_after_the_last_day_waits() -> None:
    subscription = yearly(starts_on=date(2026, 10, 15))
    assert bill(subscription, until=date(2026, 10, 14)) == []
    assert len(bill(subscription, until=date(2026, 10, 15))) == 1


def test_a_year_that_began_before_the_account_is_billed_is_history() -> None:
    subscription = yearly(starts_on=date(2025, 12, 15))
    Account.objects.update(billing_from="2026-10-01")
    assert bill(subscription, OCTOBER, NOVEMBER, Month(2026, 12)) == [
        ("Enterprise plan", "12000.00", "Yearly fee")
    ]
    assert days_of_years() == [("2026-12-15", "2027-12-14")]


def test_no_year_begins_once_it_has_ended_and_nothing_is_given_back() -> None:
    subscription = yearly(starts_on=date(2025, 10, 15), ends_on=date(2026, 10, 15))
    bill(subscription, Month(2026, 9), OCTOBER, NOVEMBER)
    assert days_of_years() == [("2025-10-15", "2026-10-14")]

    assert bill(yearly(starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))) == []


def test_the_years_of_a_leap_day_begin_on_the_28th_where_there_is_none() -> None:
    subscription = yearly(starts_on=date(2028, 2, 29))
    for year in range(2028, 2033):
        bill(subscription, Month(year, 2))

    assert [first for first, _last in days_of_years()] == [
        "2028-02-29",
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-29",
    ]


# ── Tiers
def tiered(mode: str) -> tuple[Subscription, PlanMeter]:
    """10,000 are included, then 0.85; beyond 1,000 more 0.60, and 50.00 for reaching them."""
    meter = PlanMeterFactory(tier_mode=mode, plan__monthly_fee=0)
    MeterTierFactory(meter=meter, flat_amount=Decimal("50.00"))
    return subscribe(meter.plan), meter


def test_graduated_tiers_are_a_line_each() -> None:
    subscription, meter = tiered("graduated")
    use(subscription, meter, 11_500)

    used = "11,500 used, 10,000 included"
    assert bill(subscription) == [
        ("Time-stamps above the included units", "850.00", used),
        ("Time-stamps above the included units", "300.00", f"{used} · Units above 1,000"),
        ("Time-stamps, once for reaching more than 1,000 further units", "50.00", used),
    ]


def test_late_usage_goes_on_in_the_tier_that_was_reached() -> None:
    subscription, meter = tiered("graduated")
    use(subscription, meter, 11_500)
    bill(subscription)
    use(subscription, meter, 100, on="2026-10-31")

    assert bill(subscription, NOVEMBER) == [
        (
            "Time-stamps above the included units",
            "60.00",
            "11,600 used, 10,000 included, 1,500 charged before · Units above 1,000",
        )
    ]


def test_by_volume_all_units_have_the_price_of_the_tier_that_is_reached() -> None:
    subscription, meter = tiered("volume")
    use(subscription, meter, 11_500)

    assert [net for _text, net, _detail in bill(subscription)] == ["900.00", "50.00"]
    use(subscription, meter, 100)
    assert [net for _text, net, _detail in bill(subscription, NOVEMBER)] == ["60.00"]


def test_by_volume_late_usage_that_makes_the_month_cheaper_costs_nothing() -> None:
    subscription, meter = tiered("volume")
    use(subscription, meter, 11_000)
    assert [net for _text, net, _detail in bill(subscription)] == ["850.00"]
    use(subscription, meter, 1)
    assert bill(subscription, NOVEMBER) == []
    # 1,400 units are 840.00 and the tier 50.00; 850.00 was charged.
    use(subscription, meter, 399)
    (again,) = bill(subscription, NOVEMBER)
    assert again[1] == "40.00"
    assert again[2].endswith("399 units more: all now cost ₹0.60, less what was charged before")


# ── Minimum commitments
@pytest.fixture
def committed() -> tuple[Subscription, PlanMeter]:
    """100.00 a month, 10,000.00 at least, 10.00 a signature."""
    meter = PlanMeterFactory(
        name="Signatures",
        included_units=0,
        unit_price=Decimal("10.00"),
        plan__monthly_fee=Decimal("100.00"),
        plan__minimum_commitment=Decimal("10000.00"),
    )
    return subscribe(meter.plan, starts_on=date(2024, 2, 28)), meter


def test_what_a_month_lacks_of_its_commitment_is_charged_when_it_is_over(
    committed: tuple[Subscription, PlanMeter],
) -> None:
    subscription, meter = committed
    use(subscription, meter, 3, on="2024-02-29")
    use(subscription, meter, 1, on="2024-03-06")
    february, march = Month(2024, 2), Month(2024, 3)

    assert bill(subscription, february)[-1] == (
        "Enterprise plan, up to the minimum commitment",
        "652.76",
        "Minimum ₹689.66, fee ₹6.90, usage ₹30.00 · 2 of 29 days: 28 - 29 Feb 2024",
    )
    assert [net for _text, net, _detail in bill(subscription, march, until=date(2024, 3, 30))] == [
        "100.00",
        "10.00",
    ]
    assert [net for _text, net, _detail in bill(subscription, march)] == ["9890.00"]
    assert bill(subscription, march) == []


def test_a_month_that_reaches_its_commitment_is_not_trued_up(
    committed: tuple[Subscription, PlanMeter],
) -> None:
    subscription, meter = committed
    use(subscription, meter, 990)
    assert [net for _text, net, _detail in bill(subscription)] == ["100.00", "9900.00"]


def test_late_usage_is_paid_by_the_true_up_first(committed: tuple[Subscription, PlanMeter]) -> None:
    subscription, meter = committed
    assert [net for _text, net, _detail in bill(subscription)] == ["100.00", "9900.00"]

    use(subscription, meter, 900)
    assert [net for _text, net, _detail in bill(subscription, NOVEMBER)] == ["100.00", "9900.00"]
    late = Charge.objects.get(subscribed__what="usage")
    assert (late.quantity, late.net_amount) == (Decimal(900), Decimal(0))
    assert late.detail.endswith(
        "900 units, ₹9,000.00 of them paid by the month's minimum commitment"
    )

    use(subscription, meter, 100)
    assert bill(subscription, NOVEMBER) == [
        (
            "Signatures above the included units",
            "100.00",
            f"1,000 used, 0 included, 900 charged before · 100 units, ₹900.00 {AHEAD}",
        )
    ]


def test_the_commitment_ends_with_the_subscription(
    committed: tuple[Subscription, PlanMeter],
) -> None:
    subscription, _meter = committed
    Subscription.objects.update(ends_on=date(2026, 10, 11))
    # 10 of 31 days: 3,225.81 less 32.26
    assert [net for _text, net, _detail in bill(subscription, until=date(2026, 10, 10))] == [
        "32.26",
        "3193.55",
    ]


# ── Changing and ending
def test_a_change_of_plan_charges_both_by_their_days() -> None:
    small = PlanFactory(name="Small", monthly_fee=Decimal("300.00"))
    large = PlanFactory(name="Large", monthly_fee=Decimal("600.00"))
    subscription = subscribe(small)
    change_plan(subscription, plan=large, on=date(2026, 11, 13), by="clerk@example.com")

    assert bill(subscription, NOVEMBER) == [
        ("Small", "120.00", "12 of 30 days: 1 - 12 Nov 2026"),
        ("Large", "360.00", "18 of 30 days: 13 - 30 Nov 2026"),
    ]
    assert bill(subscription, Month(2026, 12)) == [("Large", "600.00", "")]


def test_a_month_split_between_plans_of_one_fee_costs_that_fee() -> None:
    first, second = (PlanFactory(monthly_fee=Decimal("10.01")) for _ in range(2))
    subscription = subscribe(first)
    change_plan(subscription, plan=second, on=date(2026, 11, 16), by="clerk@example.com")

    assert [net for _text, net, _detail in bill(subscription, NOVEMBER)] == ["5.01", "5.00"]


def test_what_is_charged_does_not_change_plan_and_does_not_end() -> None:
    subscription = subscribe(PlanFactory())
    bill(subscription, until=date(2026, 10, 10))
    assert charged_until(subscription) == date(2026, 11, 1)

    with pytest.raises(ChargedAlready):
        end_subscription(subscription, on=date(2026, 10, 31), by="clerk@example.com")
    with pytest.raises(ChargedAlready):
        change_plan(subscription, plan=PlanFactory(), on=date(2026, 10, 31), by="clerk@example.com")
    end_subscription(subscription, on=date(2026, 11, 1), by="clerk@example.com")
    assert Subscription.objects.get().ends_on == date(2026, 11, 1)


def test_a_voided_fee_does_not_keep_a_subscription_from_ending() -> None:
    subscription = subscribe(PlanFactory())
    bill(subscription)
    void_charges(Charge.objects.all(), reason="Wrong plan")

    assert charged_until(subscription) is None


def test_a_plan_is_changed_for_another_one() -> None:
    subscription = subscribe(PlanFactory())
    with pytest.raises(SamePlan):
        change_plan(
            subscription, plan=subscription.plan, on=date(2026, 11, 1), by="clerk@example.com"
        )


# ── Once, and computed without writing
def test_no_day_of_a_subscription_is_charged_twice_whatever_the_code_thinks() -> None:
    subscription = subscribe(PlanFactory())
    bill(subscription)
    with pytest.raises(IntegrityError, match="subscription_period_once"):
        SubscriptionChargeFactory(
            subscription=subscription, first_day=date(2026, 10, 31), until=date(2026, 11, 2)
        )


def test_what_is_due_is_computed_without_writing_and_is_what_is_raised(
    committed: tuple[Subscription, PlanMeter],
) -> None:
    subscription, meter = committed
    use(subscription, meter, 3)
    account = subscription.account
    due = due_monthly_charges([account], months=[OCTOBER], until=OCTOBER.last_day)
    computed = [line_of(one.charge) for one in due[account.pk]]
    assert not Charge.objects.exists()
    assert not SubscriptionCharge.objects.exists()

    bill(subscription)
    assert [line_of(charge) for charge in Charge.objects.order_by("id")] == computed


def test_a_line_is_in_the_language_of_the_payers_documents() -> None:
    subscription = subscribe(PlanFactory(), starts_on=date(2026, 10, 22))
    Account.objects.update(document_language="de")
    with translation.override("en"):
        bill(subscription)

    assert "31" in Charge.objects.get().detail


def test_many_accounts_are_asked_for_in_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    accounts = AccountFactory.create_batch(3)
    for account in accounts:
        for _ in range(3):
            meter = PlanMeterFactory()
            MeterTierFactory(meter=meter)
            use(SubscriptionFactory(account=account, plan=meter.plan), meter, 20_000)

    # Subscriptions, meters, tiers, usage, charges.
    with django_assert_num_queries(5):
        due = due_monthly_charges(accounts, months=[OCTOBER], until=OCTOBER.last_day)
    assert [len(due[account.pk]) for account in accounts] == [12, 12, 12]
