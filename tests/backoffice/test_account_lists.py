"""Long lists of an account: its page shows how they begin and leads to pages with the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account, InvitedMembership, Membership
from certinext.identity.invite import invite
from invoices.models import MonthlyPermission
from tests.backoffice.conftest import NOW
from tests.factories import (
    AccountFactory,
    GroupFactory,
    MembershipFactory,
    PlanFactory,
    PriceListFactory,
    SubscriptionFactory,
)

SHOWN, ALL = 12, 30
LISTS = ["members", "invitations", "subscriptions", "permissions", "groups", "own-prices"]


@pytest.fixture
def partner(db: None) -> Account:
    """A partner with thirty rows in every list."""
    account: Account = AccountFactory.create(
        display_name="Northwind Partners", kind=Account.Kind.PARTNER
    )
    _fill(account, ALL)
    return account


def _fill(account: Account, count: int) -> None:
    """Add so many rows to every list."""
    for number in range(count):
        AccountFactory.create(parent=account, display_name=f"Branch {number:02}")
        GroupFactory.create(account=account)
        MembershipFactory.create(account=account)
        SubscriptionFactory.create(account=account, plan=PlanFactory.create())
        PriceListFactory.create(
            account=account,
            valid_from=date(2030, 1, 1) + timedelta(days=number),
            valid_until=date(2030, 1, 2) + timedelta(days=number),
        )
        InvitedMembership.objects.create(
            invitation=invite(
                email=f"invited{number}@northwind.example",
                full_name="Invited",
                invited_by="clerk",
                now=NOW,
            ),
            account=account,
            role=Membership.Role.BASIC,
        )
        granted = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=40 * number)
        MonthlyPermission.objects.create(
            account=account,
            granted_at=granted,
            granted_by="clerk",
            billed_until=granted,
            revoked_at=granted + timedelta(days=20),
            revoked_by="clerk",
        )


def _page(account: Account) -> str:
    return f"/backoffice/accounts/{account.account_number}/"


def test_the_account_page_shows_how_every_list_begins_and_leads_to_the_rest(
    staff: Client, partner: Account
) -> None:
    answer = staff.get(_page(partner))
    for name in [*LISTS, "sub_accounts"]:
        begun = answer.context[name.replace("-", "_")]
        assert (name, len(begun.rows), begun.more) == (name, SHOWN, ALL - SHOWN)
        assert f'href="{begun.url}"' in answer.content.decode()
    assert answer.content.decode().count("and 18 more") == len(LISTS) + 1


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_pages_with_all_of_its_rows(
    staff: Client, partner: Account, name: str
) -> None:
    first = staff.get(f"{_page(partner)}{name}/").context["page"]
    second = staff.get(f"{_page(partner)}{name}/?page=2").context["page"]
    assert (len(first), len(second), first.total) == (25, 5, ALL)
    assert len({row.pk for row in [*first, *second]}) == ALL


def test_the_sub_accounts_are_the_accounts_of_a_partner(staff: Client, partner: Account) -> None:
    url = f"/backoffice/accounts/?partner={partner.account_number}"
    listed = staff.get(url).context["list"]
    assert (listed.page.total, [badge.value for badge in listed.filters.badges]) == (
        ALL,
        [partner.account_number],
    )
    assert staff.get("/backoffice/accounts/?partner=nonsense").context["list"].page.total == 0


def test_a_short_list_leads_nowhere_else(staff: Client, db: None) -> None:
    account = AccountFactory.create(kind=Account.Kind.PARTNER)
    _fill(account, 1)
    html = staff.get(_page(account)).content.decode()
    assert "more</a>" not in html
    for name in LISTS:
        assert f'href="{_page(account)}{name}/"' not in html


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_so(staff: Client, db: None, name: str) -> None:
    account = AccountFactory.create()
    assert "There is nothing here yet" in staff.get(f"{_page(account)}{name}/").content.decode()


def test_the_account_page_asks_as_often_for_many_rows_as_for_few(staff: Client, db: None) -> None:
    account = AccountFactory.create(kind=Account.Kind.PARTNER)
    _fill(account, SHOWN + 1)
    staff.get(_page(account))
    with CaptureQueriesContext(connection) as few:
        staff.get(_page(account))
    for _number in range(SHOWN):
        GroupFactory.create(account=account)
        MembershipFactory.create(account=account)
        SubscriptionFactory.create(account=account, plan=PlanFactory.create())
    with CaptureQueriesContext(connection) as many:
        staff.get(_page(account))
    assert len(many) == len(few)


def test_open_invitations_of_staff_have_pages(staff: Client, db: None) -> None:
    for number in range(ALL):
        invite(
            email=f"new{number}@aravalli.example",
            full_name="Newcomer",
            invited_by="clerk",
            now=NOW,
            is_staff=True,
        )
    begun = staff.get("/backoffice/staff/").context["invitations"]
    assert (len(begun.rows), begun.more) == (SHOWN, ALL - SHOWN)
    pages = [staff.get(f"{begun.url}?page={n}").context["page"] for n in (1, 2)]
    assert [len(page) for page in pages] == [25, 5]
