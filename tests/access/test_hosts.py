"""Each host is a world of its own: what opens one opens no other."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.access.grids import GRIDS, ROUTES
from tests.access.routes import TENANT_HOST
from tests.access.walk import HOSTS, PUBLIC, Walk, word_for
from tests.database import TENANTS
from tests.factories import PASSWORD

ALPHA, BETA = TENANTS["alpha"], TENANTS["beta"]
SIGN_IN = {"login": "administrator@amberwood.example", "password": PASSWORD}
# A page behind the sign-in of each host.
BEHIND = {ALPHA: "/orders/", BETA: "/orders/", PUBLIC: "/admin/"}
PERSONAS = ["basic", "admin", "staff", "beta_admin", "beta_staff", "clerk", "operator"]


@pytest.mark.parametrize("host", BEHIND)
@pytest.mark.parametrize("persona", PERSONAS)
def test_a_session_is_worthless_at_every_other_host(walk: Walk, persona: str, host: str) -> None:
    browser = Client(HTTP_HOST=host)
    browser.cookies[settings.SESSION_COOKIE_NAME] = walk.world.sessions[persona]
    word = word_for(browser.get(BEHIND[host]), host=host)

    at_home = host == HOSTS.get(persona, ALPHA)
    assert (word != "sign-in") is at_home


def test_the_session_cookie_stays_at_its_host_and_out_of_scripts(walk: Walk) -> None:
    browser = Client(HTTP_HOST=ALPHA)
    with walk.nothing_stays():
        browser.post("/account/login/", SIGN_IN)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["domain"] == ""
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/tenancy/tenant/"])
@pytest.mark.parametrize("persona", ["anonymous", "admin", "staff"])
def test_a_tenants_host_has_no_django_admin(walk: Walk, persona: str, path: str) -> None:
    assert walk.request(persona, "GET", path).word == "404"


def test_the_public_host_has_no_page_of_a_tenant(walk: Walk) -> None:
    shared = {"web:theme"}
    for line in GRIDS[TENANT_HOST]:
        if line.route in shared:
            continue
        subject = {} if line.subject == "-" else walk.world.subjects[line.subject]
        url = ROUTES[TENANT_HOST][line.route].url(subject)
        answer = walk.request("operator", line.method, url)
        assert (answer.word, answer.markers) == ("404", frozenset()), url


def test_the_public_host_says_nothing_about_tenants_to_strangers(walk: Walk) -> None:
    for path in ("/", "/admin/login/", "/no-such-page/"):
        answer = walk.request("stranger", "GET", path)
        assert not answer.markers
        assert b"alpha" not in answer.body.lower()
        assert b"beta" not in answer.body.lower()


@pytest.mark.parametrize(
    "host", ["gamma.testserver", "alpha.testserver.evil.example", "127.0.0.1", "alpha", "[::1]"]
)
def test_an_unknown_host_learns_nothing(walk: Walk, host: str) -> None:
    response = Client(HTTP_HOST=host).get("/account/login/")

    assert response.status_code == 404
    assert response.content == b"Not found.\n"


def test_a_persons_password_opens_only_their_own_host(walk: Walk) -> None:
    for host, opens in ((ALPHA, True), (BETA, False)):
        browser = Client(HTTP_HOST=host)
        with walk.nothing_stays():
            browser.post("/account/login/", SIGN_IN)
            assert (word_for(browser.get("/orders/"), host=host) == "200") is opens
