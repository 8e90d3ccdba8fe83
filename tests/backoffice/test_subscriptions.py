"""Ending a subscription and changing its plan, by staff."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.test import Client

from billing.models import Subscription
from billing.periods import Month
from certinext.audit.models import AuditEvent
from tests.billing.monthly_charges import raise_monthly_charges
from tests.factories import PlanFactory, SubscriptionFactory


@pytest.fixture
def subscription(staff: Client) -> Subscription:
    running: Subscription = SubscriptionFactory()
    return running


def url(subscription: Subscription, act: str) -> str:
    number = subscription.account.account_number
    return f"/backoffice/accounts/{number}/subscriptions/{subscription.pk}/{act}/"


def text(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]  # a test response


def test_staff_change_a_plan_on_a_day(staff: Client, subscription: Subscription) -> None:
    large = PlanFactory(name="Large")
    assert "charged by calendar days" in text(staff.get(url(subscription, "change")))
    staff.post(url(subscription, "change"), {"plan": large.pk, "starts_on": "2026-11-13"})

    old, new = Subscription.objects.order_by("id")
    assert (old.ends_on, new.plan, new.starts_on) == (date(2026, 11, 13), large, date(2026, 11, 13))
    details = AuditEvent.objects.get(action="subscription.changed").details
    assert (details["after"], details["starts_on"]) == (large.code, "2026-11-13")


def test_what_is_charged_is_not_changed_and_the_page_says_from_when_on(
    staff: Client, subscription: Subscription
) -> None:
    raise_monthly_charges(subscription.account, months=[Month(2026, 10)], until=date(2026, 10, 10))
    form = {"plan": PlanFactory().pk, "starts_on": "2026-10-31", "ends_on": "2026-10-31"}
    for act in ("change", "end"):
        assert "before 1 November 2026 are charged already" in text(
            staff.get(url(subscription, act))
        )
        assert "choose 2026-11-01 or later" in text(staff.post(url(subscription, act), form))
    assert Subscription.objects.get().ends_on is None


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-01-01", "It starts on 2026-01-01: choose a later day."),
        ("0206-11-13", "Choose a day from 2000 to 2099"),
        ("NaN", "is no day: write one such as 2026-11-30."),
        ("", "Choose “Ends on”."),
    ],
)
def test_a_bad_day_names_the_fix(
    staff: Client, subscription: Subscription, day: str, said: str
) -> None:
    assert said in text(staff.post(url(subscription, "end"), {"ends_on": day}))
    assert Subscription.objects.get().ends_on is None


def test_only_other_plans_in_its_currency_are_offered(
    staff: Client, subscription: Subscription
) -> None:
    other, euros = PlanFactory(name="Other"), PlanFactory(name="In euros", currency="EUR")
    html = text(staff.get(url(subscription, "change")))
    assert "Other" in html
    assert "In euros" not in html
    for plan in (euros, subscription.plan):
        form = {"plan": plan.pk, "starts_on": "2026-11-13"}
        assert "from the list" in text(staff.post(url(subscription, "change"), form))
    SubscriptionFactory(account=subscription.account, plan=other)
    form = {"plan": other.pk, "starts_on": "2026-11-13"}
    assert "then already" in text(staff.post(url(subscription, "change"), form))


def test_an_ended_subscription_is_neither_ended_nor_changed_again(
    staff: Client, subscription: Subscription
) -> None:
    staff.post(url(subscription, "end"), {"ends_on": "2026-11-13"})
    for act in ("end", "change"):
        assert staff.get(url(subscription, act)).status_code == 404
