"""Asking every route as everybody, and noting what came back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access.grid import NO_SUBJECT, Line
from tests.access.markers import Markers
from tests.access.routes import PUBLIC_HOST, TENANT_HOST, Route
from tests.access.world import World
from tests.database import TENANTS

PUBLIC = "localhost"
# Who asks where; everybody else asks at the first seller's host.
HOSTS = {
    "beta_admin": TENANTS["beta"],
    "beta_staff": TENANTS["beta"],
    "operator": PUBLIC,
    "clerk": PUBLIC,
    "stranger": PUBLIC,
}
# What differs between two answers that say the same.
ONE_TIME = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


@dataclass(frozen=True)
class Answer:
    """What a persona got."""

    persona: str
    word: str
    body: bytes
    headers: dict[str, str]
    markers: frozenset[str]


@dataclass(repr=False)
class Walk:
    """Asks each line once; nothing that a request writes stays."""

    world: World
    markers: Markers
    asked: dict[Line, dict[str, Answer]] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def ask(self, line: Line, route: Route, data: dict[str, Any]) -> dict[str, Answer]:
        """Return the answers to everybody of a line."""
        if line not in self.asked:
            subject = {} if line.subject == NO_SUBJECT else self.world.subjects[line.subject]
            url = route.url(subject)
            self.asked[line] = {
                persona: self.request(persona, line.method, url, data) for persona in line.expected
            }
        return self.asked[line]

    def request(
        self, persona: str, method: str, url: str, data: dict[str, Any] | None = None
    ) -> Answer:
        """Ask as somebody, and take back what it wrote."""
        browser = self.browser(persona)
        send = browser.get if method == "GET" else browser.post
        with self.nothing_stays():
            response = send(url, data if method == "POST" else None)
            body = response.getvalue() if response.streaming else response.content
        # The page's own address stands in it, as the place to come back to.
        body = body.replace(f'name="next" value="{url}"'.encode(), b"")
        headers = dict(response.headers)
        return Answer(
            persona,
            word_for(response, host=HOSTS.get(persona, TENANTS["alpha"])),
            body,
            headers,
            self.markers.found_in(body, headers),
        )

    @contextmanager
    def nothing_stays(self) -> Iterator[None]:
        """Take back whatever is written meanwhile."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    def browser(self, persona: str) -> Client:
        """Return the persona's browser as it was at first: signed in, unless nobody is."""
        host = HOSTS.get(persona, TENANTS["alpha"])
        browser = self.browsers.setdefault(persona, Client(HTTP_HOST=host))
        browser.cookies.clear()
        if session := self.world.sessions.get(persona):
            browser.cookies[settings.SESSION_COOKIE_NAME] = session
        return browser


def word_for(response: HttpResponseBase, *, host: str) -> str:
    """Put an answer into the grid's words."""
    target = response.headers.get("Location")
    if target is None:
        return str(response.status_code)
    urlconf = PUBLIC_HOST if host == PUBLIC else TENANT_HOST
    try:
        found = resolve(target.partition("?")[0], urlconf=urlconf)
    except Resolver404:
        return f">{target}"
    if found.view_name in {"account_login", "admin:login"}:
        return "sign-in"
    return f">{found.view_name}"
