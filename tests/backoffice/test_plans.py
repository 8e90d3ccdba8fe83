"""Subscription plans' pages."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Plan, PlanMeter
from certinext.audit.models import AuditEvent
from tests.factories import MeterTierFactory, PlanMeterFactory, SubscriptionFactory

LIST = "/backoffice/plans/"
PLAN = {
    "code": "ENT-9",
    "name": "Enterprise nine",
    "currency": "INR",
    "monthly_fee": "45000.00",
    "tax_code": "998319",
}


def meters(first: dict[str, str], *, initial: int = 0) -> dict[str, str]:
    form = {"meters-TOTAL_FORMS": "1", "meters-INITIAL_FORMS": str(initial)}
    return form | {f"meters-0-{name}": value for name, value in first.items()}


TIMESTAMPS = {
    "code": "timestamps",
    "name": "Time-stamps",
    "included_units": "10000",
    "unit_price": "0.85",
}


def test_a_plan_is_added_with_its_meter_and_audited(staff: Client) -> None:
    staff.post(LIST + "add/", PLAN | meters(TIMESTAMPS))
    meter = PlanMeter.objects.select_related("plan").get()
    assert (meter.plan.code, meter.plan.monthly_fee) == ("ENT-9", Decimal("45000.00"))
    assert (meter.code, meter.included_units, meter.unit_price) == (
        "timestamps",
        Decimal(10000),
        Decimal("0.85"),
    )
    details = AuditEvent.objects.get(action="plan.added").details
    assert (details["code"], details["currency"], details["monthly_fee"]) == (
        "ENT-9",
        "INR",
        "45000.00",
    )
    assert details["meters"]["timestamps"]["unit_price"] == ["", "0.85"]


def test_a_fee_is_whole_in_its_currencys_smallest_unit(staff: Client) -> None:
    for changes, said in (
        ({"monthly_fee": "10.005"}, "Monthly fee: INR has 2 decimals: write 10.01, not 10.005."),
        (
            {"monthly_fee": "1.5", "currency": "JPY"},
            "Monthly fee: JPY has no decimals: write 2, not 1.5.",
        ),
    ):
        html = staff.post(LIST + "add/", PLAN | changes | meters(TIMESTAMPS)).content.decode()
        assert said in html
    assert not Plan.objects.exists()


def test_a_plan_needs_no_meter(staff: Client) -> None:
    staff.post(
        LIST + "add/",
        PLAN | meters({"code": "", "name": "", "included_units": "0", "unit_price": ""}),
    )
    assert Plan.objects.get().meters.count() == 0


def test_a_meter_without_a_price_is_refused_and_nothing_is_half_written(staff: Client) -> None:
    staff.post(LIST + "add/", PLAN | meters(TIMESTAMPS | {"unit_price": ""}))
    assert not Plan.objects.exists()


def test_a_plan_that_nobody_has_can_change_altogether(staff: Client) -> None:
    meter = PlanMeterFactory.create(plan__code="ENT-9")
    form = PLAN | {"monthly_fee": "50000"}
    form |= meters(TIMESTAMPS | {"id": str(meter.pk), "unit_price": "0.90"}, initial=1)
    staff.post(f"{LIST}{meter.plan.pk}/", form)
    meter.refresh_from_db()
    assert (meter.plan.monthly_fee, meter.unit_price) == (Decimal(50000), Decimal("0.90"))
    changes = AuditEvent.objects.get(action="plan.changed").details["changes"]
    assert changes["monthly_fee"] == ["45000.000", "50000"]
    assert changes["meter timestamps"] == {"unit_price": ["0.850000", "0.90"]}


def test_fee_currency_and_meters_stay_once_a_subscription_uses_the_plan(staff: Client) -> None:
    meter = PlanMeterFactory.create()
    plan = meter.plan
    SubscriptionFactory.create(plan=plan)
    url = f"{LIST}{plan.pk}/"
    assert "add a new plan and move the accounts to it" in staff.get(url).content.decode()
    form = PLAN | {"currency": "EUR", "monthly_fee": "1"}
    form |= meters(TIMESTAMPS | {"id": str(meter.pk), "unit_price": "9"}, initial=1)
    staff.post(url, form)
    plan.refresh_from_db()
    meter.refresh_from_db()
    assert (plan.name, plan.currency, plan.monthly_fee, meter.unit_price) == (
        "Enterprise nine",
        "INR",
        Decimal("45000.00"),
        Decimal("0.85"),
    )


def test_plans_show_fee_and_meters_with_a_constant_number_of_queries(staff: Client) -> None:
    PlanMeterFactory.create()
    with CaptureQueriesContext(connection) as few:
        html = staff.get(LIST).content.decode()
    PlanMeterFactory.create_batch(5)
    with CaptureQueriesContext(connection) as many:
        staff.get(LIST)
    assert len(many) == len(few)
    assert '<td class="num">₹45,000.00 a month' in html
    assert "10,000 included, then ₹0.85" in html


# ── Yearly fees, commitments and tiers
NO_NUMBER = "“Monthly fee” is no number: write digits and a point, such as 1250.50."
TIERS = {"tier_1_above": "1000", "tier_1_price": "0.60", "tier_1_flat": "50"}


def errors_of(staff: Client, form: dict[str, str]) -> str:
    html = unescape(staff.post(LIST + "add/", form).content.decode())
    assert not Plan.objects.exists()
    return html


def test_a_plan_has_a_yearly_fee_a_commitment_and_tiers(staff: Client) -> None:
    second = {"tier_2_above": "5000", "tier_2_price": "0.4"}
    form = PLAN | {"yearly_fee": "1200.00", "minimum_commitment": "60000"}
    staff.post(LIST + "add/", form | meters(TIMESTAMPS | TIERS | second | {"tier_mode": "volume"}))

    meter = PlanMeter.objects.select_related("plan").get()
    assert (meter.plan.yearly_fee, meter.plan.minimum_commitment) == (Decimal(1200), Decimal(60000))
    assert meter.tier_mode == "volume"
    assert list(meter.tiers.values_list("above", "unit_price", "flat_amount")) == [
        (Decimal(1000), Decimal("0.60"), Decimal(50)),
        (Decimal(5000), Decimal("0.4"), Decimal(0)),
    ]
    details = AuditEvent.objects.get(action="plan.added").details
    assert details["meters"]["timestamps"]["tier_1_price"] == ["", "0.60"]
    html = staff.get(LIST).content.decode()
    assert "₹1,200.00 a year, ₹45,000.00 a month" in html
    assert "₹60,000.00 a month at least" in html
    assert "above 1,000 more: ₹0.60" in html


def test_tiers_are_shown_and_replaced(staff: Client) -> None:
    tier = MeterTierFactory.create(meter__plan__code="ENT-9")
    meter = tier.meter
    html = staff.get(f"{LIST}{meter.plan.pk}/").content.decode()
    assert 'value="1000"' in html
    changed = TIMESTAMPS | {"id": str(meter.pk), "tier_1_above": "2000", "tier_1_price": "0.5"}
    staff.post(f"{LIST}{meter.plan.pk}/", PLAN | meters(changed, initial=1))

    assert list(meter.tiers.values_list("above", "unit_price")) == [(Decimal(2000), Decimal("0.5"))]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"monthly_fee": "NaN"}, NO_NUMBER),
        (
            {"monthly_fee": "\uff14\uff15\uff10\uff10"},
            "“Monthly fee” is no number: write digits and a point",
        ),
        ({"monthly_fee": "1E+9"}, NO_NUMBER),
        ({"monthly_fee": "-1"}, "“Monthly fee” is 0 at least"),
        ({"yearly_fee": "-1"}, "“Yearly fee” is 0 at least"),
        ({"yearly_fee": "10.005"}, "Yearly fee: INR has 2 decimals: write 10.01, not 10.005."),
        ({"minimum_commitment": "0.001"}, "INR has 2 decimals: write 0.01 or more, not 0.001."),
        ({"minimum_commitment": "1e999999999"}, "“Minimum commitment a month” is no number"),
    ],
)
def test_a_bad_amount_names_its_field_and_the_fix(
    staff: Client, bad: dict[str, str], said: str
) -> None:
    assert said in errors_of(staff, PLAN | bad | meters(TIMESTAMPS))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"tier_1_above": "1000"}, "Tier 1: price: Fill in the row, or empty it."),
        ({"tier_1_price": "1"}, "Tier 1: above: Fill in the row, or empty it."),
        ({"tier_1_flat": "1"}, "Tier 1: above: Fill in the row, or empty it."),
        (TIERS | {"tier_1_above": "NaN"}, "“Tier 1: above” is no number"),
        (TIERS | {"tier_1_above": "0"}, "“Tier 1: above” is 0.000001 at least"),
        (TIERS | {"tier_1_price": "-0.5"}, "“Tier 1: price” is 0 at least"),
        (TIERS | {"tier_1_flat": "0.005"}, "INR has 2 decimals: write 0.01, not 0.005."),
        (
            TIERS | {"tier_2_above": "1000", "tier_2_price": "1"},
            "Tier 2: above: Write more than 1000: each tier begins above the one before it.",
        ),
        (TIERS | {"tier_mode": "steps"}, "Choose “Tiers” from the list: this is not on it."),
    ],
)
def test_bad_tiers_name_their_field_and_the_fix(
    staff: Client, bad: dict[str, str], said: str
) -> None:
    assert said in errors_of(staff, PLAN | meters(TIMESTAMPS | bad))
