"""The sign-in page tells nobody who is known here."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from billing.models import Membership
from certinext.identity.models import User
from tests.access.walk import ONE_TIME, Walk
from tests.database import TENANTS
from tests.factories import PASSWORD

KNOWN, UNKNOWN = "administrator@amberwood.example", "administrator@amberwoot.example"
HOST = TENANTS["alpha"]


def test_a_wrong_password_is_answered_like_an_unknown_address(walk: Walk) -> None:
    pages = set()
    for address in (KNOWN, UNKNOWN):
        with walk.nothing_stays():
            form = {"login": address, "password": "wrong horse battery"}
            response = Client(HTTP_HOST=HOST).post("/account/login/", form)
        assert response.status_code == 200
        pages.add(ONE_TIME.sub(b"", response.content).replace(address.encode(), b""))
    assert len(pages) == 1


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown_addresses(walk: Walk) -> None:
    answers = set()
    for address in (KNOWN, UNKNOWN):
        browser = Client(HTTP_HOST=HOST)
        with walk.nothing_stays():
            response = browser.post("/account/password/reset/", {"email": address})
            page = browser.get(response["Location"])
        content = ONE_TIME.sub(b"", page.content).replace(address.encode(), b"")
        answers.add((response.status_code, response["Location"], page.status_code, content))
    assert len(answers) == 1


def test_who_is_switched_off_is_out_with_the_next_page(walk: Walk) -> None:
    browser = walk.browser("admin")
    with walk.nothing_stays():
        assert browser.get("/orders/").status_code == 200
        User.objects.filter(email=KNOWN).update(is_active=False)
        assert browser.get("/orders/")["Location"].startswith("/account/login/")


def test_a_role_that_was_taken_away_is_gone_with_the_next_page(walk: Walk) -> None:
    browser = walk.browser("admin")
    with walk.nothing_stays():
        assert browser.get("/invoices/").status_code == 200
        Membership.objects.filter(user__email=KNOWN).update(role=Membership.Role.BASIC)
        assert browser.get("/invoices/").status_code == 404
        Membership.objects.filter(user__email=KNOWN).delete()
        assert browser.get("/orders/").status_code == 404


def test_a_new_password_ends_every_other_session(walk: Walk) -> None:
    elsewhere = walk.browser("admin")
    with walk.nothing_stays():
        here = Client(HTTP_HOST=HOST)
        here.post("/account/login/", {"login": KNOWN, "password": PASSWORD})
        new = "another horse battery"
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert here.post("/account/password/change/", form).status_code == 302
        assert elsewhere.get("/orders/")["Location"].startswith("/account/login/")


def test_signing_in_gives_the_session_another_key(walk: Walk) -> None:
    browser = Client(HTTP_HOST=HOST)
    with walk.nothing_stays():
        browser.post("/account/password/reset/", {"email": UNKNOWN})
        before = browser.cookies[settings.SESSION_COOKIE_NAME].value
        browser.post("/account/login/", {"login": KNOWN, "password": PASSWORD})
        assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
