"""A subscription that starts in the past is confirmed. Today is 10 November 2026 in Kolkata."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from billing.models import Account, Plan, Subscription
from tests.factories import AccountFactory, PlanFactory, PlanMeterFactory
from tests.invoices.monthly import bill, granted, invoices_of, nets

URL = "/backoffice/accounts/3108842834/subscriptions/add/"
CONFIRMED = re.compile(r'name="confirmed" value="([^"]+)"')
ASKED = "please confirm"


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(account_number="3108842834")
    return account


@pytest.fixture
def plan(konkan: Account) -> Plan:
    found: Plan = PlanFactory.create(name="Enterprise nine")
    return found


def sent(staff: Client, plan: Plan, day: str, confirmed: str = "") -> str:
    form = {"plan": plan.pk, "starts_on": day, "confirmed": confirmed}
    return staff.post(URL, form, follow=True).content.decode()


@pytest.mark.parametrize("day", ["2026-10-10", "2027-01-01"])
def test_a_start_a_month_back_or_later_is_not_asked_about(
    staff: Client, plan: Plan, day: str
) -> None:
    assert ASKED not in sent(staff, plan, day)
    assert Subscription.objects.get().starts_on == date.fromisoformat(day)


def test_the_past_months_that_will_be_charged_are_named_and_then_charged(
    staff: Client, konkan: Account, plan: Plan
) -> None:
    granted(konkan, "2026-08-05 09:00")
    html = sent(staff, plan, "2026-07-15")
    assert "It starts in the past, on 15 July 2026: please confirm." in html
    assert (
        "The next monthly invoice charges 3 months that are over, August 2026 to October 2026:"
        " ₹1,35,000.00 before tax." in html
    )
    assert "No fee is charged for months before August 2026" in html
    assert "Usage of past days" not in html
    assert not Subscription.objects.exists()
    sent(staff, plan, "2026-07-15", CONFIRMED.findall(html)[0])
    assert Subscription.objects.get().starts_on == date(2026, 7, 15)
    bill("2026-10", "2026-11-10 12:00")
    charged = nets(invoices_of(konkan)[0])
    assert charged == [("Enterprise nine", "45000.00")] * 3


def test_another_day_than_the_confirmed_one_is_asked_about_again(staff: Client, plan: Plan) -> None:
    confirmed = CONFIRMED.findall(sent(staff, plan, "2026-07-15"))[0]
    assert ASKED in sent(staff, plan, "2025-07-15", confirmed)
    assert not Subscription.objects.exists()


def test_months_that_are_invoiced_already_are_not_charged(
    staff: Client, konkan: Account, plan: Plan
) -> None:
    PlanMeterFactory.create(plan=plan)
    html = sent(staff, plan, "2026-07-15")
    assert "No fee is charged for months before November 2026" in html
    assert "Usage of past days is charged too once it is imported" in html


def test_a_start_before_the_account_is_billed_is_asked_about(
    staff: Client, konkan: Account, plan: Plan
) -> None:
    Account.objects.update(billing_from=date(2026, 11, 16))
    html = sent(staff, plan, "2026-11-01")
    assert "Days before 16 November 2026 are not charged" in html
    granted(konkan, "2026-10-05 09:00")
    Account.objects.update(billing_from=date(2026, 10, 16))
    html = sent(staff, plan, "2026-10-12")
    assert "charges 1 month that is over, October 2026: ₹23,225.81 before tax." in html
