"""Subscriptions that no invoice would charge: said before, while and after it is so."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from billing.models import Account, Subscription
from tests.factories import AccountFactory, ChargeFactory, PlanFactory, SubscriptionFactory
from tests.invoices.monthly import granted

PAGE = "/backoffice/accounts/3108842834/"
SWITCH = f'href="{PAGE}monthly/?next={PAGE}"'


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(
        display_name="Konkan Retail Bank", account_number="3108842834"
    )
    return account


def shown(staff: Client, path: str) -> str:
    return staff.get(path).content.decode()


def test_the_form_says_that_nothing_would_charge_the_subscription(
    staff: Client, konkan: Account
) -> None:
    html = shown(staff, PAGE + "subscriptions/add/")
    assert "Nothing would charge this subscription." in html
    assert "Konkan Retail Bank has no monthly invoicing." in html
    assert SWITCH in html
    granted(konkan)
    assert "Nothing would charge" not in shown(staff, PAGE + "subscriptions/add/")


def test_adding_it_says_that_nothing_charges_it_yet(staff: Client, konkan: Account) -> None:
    form = {"plan": PlanFactory.create().pk, "starts_on": "2026-11-01"}
    html = staff.post(PAGE + "subscriptions/add/", form, follow=True).content.decode()
    assert "Nothing charges it yet" in html
    assert "1 subscription is not charged." in html
    assert Subscription.objects.count() == 1


def test_the_account_page_says_it_until_the_permission_is_there_or_the_subscription_ends(
    staff: Client, konkan: Account
) -> None:
    subscription = SubscriptionFactory.create(account=konkan)
    html = shown(staff, PAGE)
    assert "1 subscription is not charged." in html
    assert SWITCH in html
    Subscription.objects.filter(pk=subscription.pk).update(ends_on=date(2026, 11, 10))
    assert "not charged" not in shown(staff, PAGE)
    SubscriptionFactory.create(account=konkan)
    granted(konkan)
    assert "not charged" not in shown(staff, PAGE)


def test_a_sub_account_needs_its_partners_permission(staff: Client) -> None:
    partner = AccountFactory.create(kind="partner", account_number="3108842834")
    below = AccountFactory.create(parent=partner, bill_to="parent", account_number="3108842835")
    SubscriptionFactory.create(account=partner)
    SubscriptionFactory.create(account=below)
    AccountFactory.create(parent=partner, bill_to="parent", account_number="3108842836")
    assert "2 subscriptions are not charged." in shown(staff, PAGE)
    page = shown(staff, "/backoffice/accounts/3108842835/")
    assert "1 subscription is not charged." in page
    assert SWITCH in page
    assert "not charged" not in shown(staff, "/backoffice/accounts/3108842836/")
    granted(partner)
    assert "not charged" not in shown(staff, "/backoffice/accounts/3108842835/")


def test_turning_it_off_says_before_and_after_what_goes_on_uncharged(
    staff: Client, konkan: Account
) -> None:
    SubscriptionFactory.create(account=konkan)
    granted(konkan, "2026-11-01 09:00")
    asked = shown(staff, PAGE + "monthly/")
    assert "1 subscription goes on and is not charged any more." in asked
    done = staff.post(PAGE + "monthly/", {"turn": "off"}, follow=True).content.decode()
    assert "1 subscription goes on and is not charged any more: its fee and usage" in done


def test_turning_it_on_says_from_when_subscriptions_are_charged(
    staff: Client, konkan: Account
) -> None:
    assert "charged from" not in shown(staff, PAGE + "monthly/")
    SubscriptionFactory.create(account=konkan)
    asked = shown(staff, PAGE + "monthly/")
    assert "Fee and usage of 1 subscription are charged from November 2026 on." in asked


def test_the_confirmation_shows_the_first_charges_and_leads_to_all(
    staff: Client, konkan: Account
) -> None:
    for _each in range(23):
        ChargeFactory.create(account=konkan)
    html = shown(staff, PAGE + "monthly/")
    assert "23 open charges, <strong>₹2,05,275.00</strong> before tax, move" in html
    assert "Show the 23 charges" in html
    assert html.count("<tr><td>") == 20
    assert f'and 3 more: <a href="{PAGE}charges/">all open charges</a>' in html
    granted(konkan, "2026-11-01 09:00")
    closing = shown(staff, PAGE + "monthly/")
    assert (closing.count("<tr><td>"), "and 3 more" in closing) == (20, True)
