"""Coming in: one account, several, none, and by invitation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from billing.models import Membership, Seller
from certinext.identity.invite import invite
from tests.customers import SignIn, words
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_who_belongs_to_several_accounts_is_asked_which_one(sign_in: SignIn) -> None:
    first = MembershipFactory.create()
    second = MembershipFactory.create(user=first.user, role=Membership.Role.BASIC)
    browser = sign_in(first.user)
    assert browser.get("/invoices/").url == "/choose-account/"
    text = words(browser.get("/choose-account/"))
    assert f"{first.account} Account {first.account.account_number} · Administrator" in text
    assert f"{second.account} Account {second.account.account_number} · Basic" in text
    browser.post("/choose-account/", {"account": first.account.account_number})
    assert browser.get("/invoices/").status_code == 200


def test_accounts_to_choose_from_have_pages(sign_in: SignIn) -> None:
    person = UserFactory.create()
    for _number in range(30):
        MembershipFactory.create(user=person)
    browser = sign_in(person)
    pages = [browser.get(f"/choose-account/?page={n}").context["page"] for n in (1, 2)]
    assert [len(page) for page in pages] == [25, 5]
    last = pages[1].rows[-1].account.account_number
    assert browser.post("/choose-account/", {"account": last}).url == "/"


def test_who_belongs_to_no_account_is_told_whom_to_ask(sign_in: SignIn) -> None:
    person = UserFactory.create()
    text = words(sign_in(person).get("/"))
    assert f"You are signed in as {person.email}, but no account lets you in." in text
    assert Seller.objects.get().trade_name in text


def test_an_invited_person_sets_a_password_and_comes_in(client: Client) -> None:
    invitation = invite(
        email="new@example.com", full_name="New Person", invited_by="clerk", now=timezone.now()
    )
    url = f"/invitations/{invitation.token}/"
    assert "Welcome, New Person" in words(client.get(url))
    weak = client.post(url, {"password": "short"})
    assert "<title>Error: Accept the invitation" in weak.content.decode()
    assert client.post(url, {"password": "correct horse battery"})["Location"] == "/"
    closed = client.get(url)
    assert closed.status_code == 410
    assert "This invitation is over" in words(closed)


def test_an_old_invitation_is_over(client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    invitation = invite(email="new@example.com", full_name="New", invited_by="clerk", now=long_ago)
    assert client.get(f"/invitations/{invitation.token}/").status_code == 410
