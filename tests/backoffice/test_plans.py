"""Subscription plans' pages."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Plan, PlanMeter
from certinext.audit.models import AuditEvent
from tests.factories import PlanMeterFactory, SubscriptionFactory

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
    assert '<td class="num">₹45,000.00</td>' in html
    assert "10,000 included, then ₹0.85" in html
