"""Nothing is done for a form that another site has sent."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.access.grid import Line
from tests.access.grids import GRIDS, ROUTES
from tests.access.posted import POSTED
from tests.access.routes import PUBLIC_HOST
from tests.access.walk import PUBLIC, Walk
from tests.database import TENANTS

# Signed by the one who sends it, which no browser can do: it has tests of its own.
SIGNED = {"gateways:webhook"}
# Who would be obeyed: staff in the backoffice, an administrator elsewhere, the operator.
OBEYED = [
    pytest.param(urlconf, line, id=line.route)
    for urlconf, lines in GRIDS.items()
    for line in {line.route: line for line in reversed(lines) if line.method == "POST"}.values()
    if line.route not in SIGNED
]


@pytest.mark.parametrize(("urlconf", "line"), OBEYED)
def test_a_form_without_our_token_is_refused(walk: Walk, urlconf: str, line: Line) -> None:
    subject = {} if line.subject == "-" else walk.world.subjects[line.subject]
    url = ROUTES[urlconf][line.route].url(subject)
    if urlconf == PUBLIC_HOST:
        browser, persona = Client(HTTP_HOST=PUBLIC, enforce_csrf_checks=True), "operator"
    else:
        browser = Client(HTTP_HOST=TENANTS["alpha"], enforce_csrf_checks=True)
        persona = "staff" if line.route.startswith("backoffice:") else "admin"
    browser.cookies[settings.SESSION_COOKIE_NAME] = walk.world.sessions[persona]

    assert browser.post(url, POSTED.get(line.route, {})).status_code == 403


def test_a_form_from_another_site_is_refused_with_the_readers_own_token(walk: Walk) -> None:
    browser = Client(HTTP_HOST=TENANTS["alpha"], enforce_csrf_checks=True)
    page = browser.get("/account/login/")
    token = page.context["csrf_token"]
    form = {"csrfmiddlewaretoken": token, "theme": "dark"}

    assert browser.post("/theme/", form).status_code == 302
    assert (
        browser.post("/theme/", form, headers={"origin": "http://evil.example"}).status_code == 403
    )
    sister = f"http://{TENANTS['beta']}"
    assert browser.post("/theme/", form, headers={"origin": sister}).status_code == 403


def test_nobody_is_led_to_another_site(walk: Walk) -> None:
    admin = walk.browser("admin")
    targets = ("http://evil.example/", "//evil.example/", "https:evil.example", "\\\\evil")
    for target in targets:
        assert admin.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"
        signed_in = admin.get("/account/login/", {"next": target})
        assert signed_in["Location"] == "/"
