"""One account's page: figures, people, subscriptions, billing a parked account."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing.errors import CannotBill
from billing.models import Account, InvitedMembership, Membership, ParkedAccount, Subscription
from billing.parking import park
from certinext.audit.models import AuditEvent
from certinext.identity.invite import accept_invitation
from certinext.identity.models import Invitation, User
from invoices.models import Invoice
from invoices.per_order import invoice_open_orders
from tests.backoffice.conftest import NOW
from tests.customers import Customer
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    MembershipFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import bill, granted


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(
        display_name="Konkan Retail Bank", account_number="3108842834"
    )
    return account


PAGE = "/backoffice/accounts/3108842834/"
IMPORT = "/backoffice/imports/upload/?kind=orders&amp;account=3108842834"


def test_the_page_names_what_is_owed_and_what_is_not_invoiced_yet(
    staff: Client, konkan: Account
) -> None:
    invoice = issue_order_invoice(konkan, ChargeFactory.create(account=konkan))
    charge = ChargeFactory.create(account=konkan)
    html = staff.get(PAGE).content.decode()
    assert '<dd class="figure-value">₹10,531.50</dd>' in html
    assert '<dd class="figure-value">₹8,925.00</dd>' in html
    assert f"/backoffice/invoices/{invoice.document.number}/" in html
    assert f"/backoffice/orders/{charge.order_number}/" in html


def test_the_page_shows_the_newest_orders_and_leads_to_all_of_them(
    staff: Client, konkan: Account
) -> None:
    customer = Customer(account=konkan)
    first, *newest = [customer.order(now=NOW + timedelta(hours=hour)) for hour in range(6)]
    foreign = Customer(product=customer.product).order()
    html = staff.get(PAGE).content.decode()
    section = html.partition('<section aria-labelledby="orders">')[2].partition("</section>")[0]
    links = [f'href="/backoffice/orders/{order}/"' for order in reversed(newest)]
    assert sorted(links, key=section.index) == links
    assert str(first) not in section
    assert str(foreign) not in section
    assert '<a href="/backoffice/orders/?account=3108842834">All 6 orders</a>' in section
    assert f'href="{IMPORT}"' in section
    assert 'value="3108842834"' in staff.get(unescape(IMPORT)).content.decode()


def test_the_page_asks_as_often_for_many_orders_as_for_one(staff: Client, konkan: Account) -> None:
    customer = Customer(account=konkan)
    counts = []
    for _ in range(3):
        customer.order()
        staff.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            staff.get(PAGE)
        counts.append(len(queries))
    assert counts == counts[:1] * 3


def test_an_account_without_orders_says_so(staff: Client, konkan: Account) -> None:
    html = staff.get(PAGE).content.decode()
    assert "No order was placed or imported yet." in html
    assert "/backoffice/orders/?account=" not in html
    assert f'href="{IMPORT}"' in html


def test_a_parked_account_is_billed_once_it_is_mended(staff: Client, konkan: Account) -> None:
    ChargeFactory.create(account=konkan)
    Account.objects.filter(pk=konkan.pk).update(city="")
    konkan.refresh_from_db()
    invoice_open_orders(account=konkan, on=NOW.date(), now=NOW, issued_by="test")
    assert "Billing address missing" in staff.get(PAGE).content.decode()
    answer = staff.post(PAGE + "bill/", follow=True)
    assert "Still parked." in answer.content.decode()
    Account.objects.filter(pk=konkan.pk).update(city="Mumbai")
    answer = staff.post(PAGE + "bill/", follow=True)
    invoice = Invoice.objects.select_related("document").get()
    assert f"Issued: {invoice.document.number}." in answer.content.decode()
    assert invoice.document.issued_by == "meera@aravalli.example"
    assert not ParkedAccount.objects.exists()


def test_billing_again_issues_nothing_more(staff: Client, konkan: Account) -> None:
    ChargeFactory.create(account=konkan)
    staff.post(PAGE + "bill/")
    answer = staff.post(PAGE + "bill/", follow=True)
    assert "There was nothing to invoice." in answer.content.decode()
    assert Invoice.objects.count() == 1


def test_billing_and_switching_need_a_post(staff: Client, konkan: Account) -> None:
    assert staff.get(PAGE + "bill/").status_code == 405


def test_an_invitation_leads_to_this_tenants_host_and_brings_the_role(
    staff: Client, konkan: Account, settings: Settings
) -> None:
    settings.SITE_SCHEME, settings.SITE_PORT = "http", "8000"
    form = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "finance_manager"}
    staff.post(PAGE + "people/invite/", form, headers={"Host": "alpha.testserver"})
    invited = InvitedMembership.objects.select_related("invitation").get()
    (message,) = mail.outbox
    link = f"http://alpha.testserver:8000/invitations/{invited.invitation.token}/"
    assert link in message.body
    assert message.to == ["asha@konkan.example"]
    accept_invitation(invited.invitation, password="correct horse battery", now=NOW)
    member = Membership.objects.get(account=konkan)
    assert (member.user.email, member.role) == ("asha@konkan.example", "finance_manager")


def test_a_mail_server_that_fails_leaves_the_invitation_and_shows_its_link(
    staff: Client, konkan: Account, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    form = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "basic"}
    answer = staff.post(PAGE + "people/invite/", form, follow=True)
    token = Invitation.objects.get().token
    html = answer.content.decode()
    assert "could not be sent" in html
    assert token in html


def test_a_withdrawn_invitation_lets_nobody_in(staff: Client, konkan: Account) -> None:
    form = {"full_name": "Asha Pai", "email": "asha@konkan.example", "role": "basic"}
    staff.post(PAGE + "people/invite/", form)
    invited = InvitedMembership.objects.get()
    staff.post(PAGE + f"invitations/{invited.pk}/withdraw/")
    assert not Invitation.objects.get().is_open(now=NOW)
    assert AuditEvent.objects.filter(action="invitation.withdrawn").exists()


def test_removing_a_member_is_asked_first_and_takes_only_the_role(
    staff: Client, konkan: Account
) -> None:
    member = MembershipFactory.create(account=konkan, user__full_name="Ravi Kulkarni")
    url = PAGE + f"people/{member.pk}/remove/"
    assert "Remove Ravi Kulkarni from Konkan Retail Bank?" in staff.get(url).content.decode()
    assert Membership.objects.count() == 1
    staff.post(url)
    assert not Membership.objects.exists()
    assert User.objects.filter(full_name="Ravi Kulkarni").exists()
    assert AuditEvent.objects.get(action="member.removed").details == {"role": "administrator"}


def test_another_accounts_member_is_not_found_here(staff: Client, konkan: Account) -> None:
    foreign = MembershipFactory.create()
    assert staff.post(PAGE + f"people/{foreign.pk}/remove/").status_code == 404
    assert Membership.objects.count() == 1


def test_a_subscription_is_added_in_the_accounts_currency_only(
    staff: Client, konkan: Account
) -> None:
    rupees, euros = PlanFactory.create(), PlanFactory.create(currency="EUR")
    url = PAGE + "subscriptions/add/"
    refused = staff.post(url, {"plan": euros.pk, "starts_on": "2026-11-01"})
    assert refused.status_code == 200
    staff.post(url, {"plan": rupees.pk, "starts_on": "2026-11-01"})
    added = Subscription.objects.get()
    assert (added.account, added.plan, added.starts_on) == (konkan, rupees, date(2026, 11, 1))


def test_an_account_has_a_plan_once_at_a_time(staff: Client, konkan: Account) -> None:
    first = SubscriptionFactory.create(
        account=konkan, starts_on=date(2026, 1, 1), ends_on=date(2026, 9, 1)
    )
    url = PAGE + "subscriptions/add/"
    html = staff.post(url, {"plan": first.plan_id, "starts_on": "2026-08-31"}).content.decode()
    assert "The account has this plan then already." in html
    after = {"plan": first.plan_id, "starts_on": "2026-10-15"}
    assert staff.post(url, after).status_code == 302
    assert Subscription.objects.count() == 2


@pytest.mark.parametrize("day", ["0206-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_a_subscription_begins_and_ends_in_this_century(
    staff: Client, konkan: Account, day: str
) -> None:
    plan = PlanFactory.create()
    html = staff.post(PAGE + "subscriptions/add/", {"plan": plan.pk, "starts_on": day})
    assert "Choose a day from 2000 to 2099" in html.content.decode()
    running = SubscriptionFactory.create(account=konkan, starts_on=date(2026, 9, 1))
    staff.post(PAGE + f"subscriptions/{running.pk}/end/", {"ends_on": day})
    running.refresh_from_db()
    assert (Subscription.objects.get(), running.ends_on) == (running, None)


def test_a_subscription_ends_after_it_starts(staff: Client, konkan: Account) -> None:
    running = SubscriptionFactory.create(account=konkan, starts_on=date(2026, 9, 1))
    url = PAGE + f"subscriptions/{running.pk}/end/"
    html = staff.post(url, {"ends_on": "2026-09-01"}).content.decode()
    assert "It starts on 2026-09-01: choose a later day." in html
    staff.post(url, {"ends_on": "2026-12-01"})
    running.refresh_from_db()
    assert running.ends_on == date(2026, 12, 1)
    assert staff.get(url).status_code == 404


@pytest.mark.parametrize(
    ("monthly", "sentence"),
    [(False, "Its orders are invoiced within a minute."), (True, "wait for the next monthly run.")],
)
def test_a_mended_account_is_called_mended_and_not_parked(
    staff: Client, konkan: Account, monthly: bool, sentence: str
) -> None:
    Account.objects.filter(pk=konkan.pk).update(city="")
    konkan.refresh_from_db()
    ChargeFactory.create(account=konkan)
    if monthly:
        granted(konkan, "2026-10-01 09:00")
        bill("2026-10")
    else:
        invoice_open_orders(account=konkan, on=NOW.date(), now=NOW, issued_by="test")
    html = staff.get(PAGE).content.decode()
    assert "Billing address missing" in html
    assert "Mended" not in html
    Account.objects.filter(pk=konkan.pk).update(city="Mumbai")
    html = staff.get(PAGE).content.decode()
    assert "Mended: it will be billed with the next attempt." in html
    assert sentence in html
    assert "Bill now" in html
    assert "Billing address missing" not in html
    assert not Invoice.objects.exists()


def test_an_account_that_was_parked_by_an_unforeseen_error_is_not_called_mended(
    staff: Client, konkan: Account
) -> None:
    ChargeFactory.create(account=konkan)
    park(konkan, CannotBill("unexpected-error", "Something broke."), now=NOW)
    assert "Something broke." in staff.get(PAGE).content.decode()
