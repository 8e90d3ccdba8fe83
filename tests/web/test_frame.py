"""The frame around real pages of a real tenant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from billing.models import Seller
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/login/"
SIGNED_IN_PAGE = "/account/password/change/"


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_sign_in_page_says_whose_portal_it_is(client: Client) -> None:
    seller = Seller.objects.get()
    html = page(client, SIGN_IN)
    assert f"<title>Sign in · {seller.trade_name}</title>" in html
    assert f"<span>{seller.legal_name}</span>" in html
    assert 'autocomplete="current-password"' in html


def test_a_sellers_name_is_text_and_nothing_else(client: Client) -> None:
    Seller.objects.update(trade_name="<script>alert(1)</script>")
    html = page(client, SIGN_IN)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        ("dark", ' data-bs-theme="dark"'),
        ("light", ' data-bs-theme="light"'),
        ("system", ""),
        ('"><script>', ""),
    ],
)
def test_the_page_arrives_in_the_chosen_theme(client: Client, cookie: str, shown: str) -> None:
    client.cookies["theme"] = cookie
    assert f'<html lang="en"{shown}>' in page(client, SIGN_IN)


def test_a_failed_sign_in_says_error_first_and_not_what_was_wrong(client: Client) -> None:
    answer = client.post(SIGN_IN, {"login": "nobody@example.net", "password": "wrong"})
    html = answer.content.decode()
    assert "<title>Error: Sign in" in html
    assert 'class="error-summary"' in html
    assert 'value="nobody@example.net"' in html


def test_a_signed_in_page_names_the_account_and_the_seller(
    sign_in: Callable[..., Client],
) -> None:
    membership = MembershipFactory.create()
    html = page(sign_in(membership.user), SIGNED_IN_PAGE)
    assert membership.account.account_number in html
    assert Seller.objects.get().legal_name in html
    assert "Sign out" in html
    assert "choose-account" not in html


def test_a_person_in_several_accounts_finds_a_switch(sign_in: Callable[..., Client]) -> None:
    first = MembershipFactory.create()
    second = MembershipFactory.create(user=first.user)
    browser = sign_in(first.user)
    browser.post("/choose-account/", {"account": first.account.account_number})
    html = page(browser, SIGNED_IN_PAGE)
    assert f'name="account" value="{first.account.account_number}" aria-current="true"' in html
    assert f'name="account" value="{second.account.account_number}"' in html


def test_a_missing_page_reveals_nothing(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "There is no such page" in html
    assert "/no/such/page" not in html.replace('name="next" value="/no/such/page/"', "")


def test_the_public_host_has_no_start_page_to_lead_to(client: Client) -> None:
    html = client.get("/no/such/page/", HTTP_HOST="localhost").content.decode()
    assert "There is no such page" in html
    assert "start page" not in html
    assert "start page" in client.get("/no/such/page/").content.decode()
