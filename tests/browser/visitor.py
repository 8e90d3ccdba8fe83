"""Somebody at the portal with a browser of their own, who notes all its complaints."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from billing.models import DocumentFile
from certinext.identity.models import User
from tests.billing.reading_pdfs import text_of
from tests.browser.portal import Portal
from tests.factories import PASSWORD

PATIENCE_MS = 20_000


@dataclass
class Visitor:
    """A page at the portal."""

    portal: Portal
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.portal.origin + path)

    def sign_in(self, email: str) -> None:
        """Sign in as a person does: with address and password."""
        self.go("/account/login/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("main").wait_for()

    def come_in(self, person: User, path: str = "/") -> None:
        """Be signed in already, and open a page."""
        client = Client()
        person.refresh_from_db()  # the session depends on the password
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        self.context.add_cookies([{"name": name, "value": value, "url": self.portal.origin}])
        self.go(path)

    def download(self, link: Locator) -> Download:
        """Follow a link to a file, and return the file."""
        with self.page.expect_download() as started:
            link.click()
        return Download(started.value.suggested_filename, started.value.path().read_bytes())


@dataclass(frozen=True)
class Download:
    """A file that the browser has saved."""

    name: str
    content: bytes

    def check(self, *, number: str, buyer: str, total: str) -> None:
        """Compare the PDF with what the page says, and its bytes with what was stored."""
        assert self.name == f"{number.replace('/', '-')}.pdf"
        text = text_of(self.content)
        assert number in text
        assert buyer in text
        assert digits(total) in digits(text)
        stored = DocumentFile.objects.get(document__number=number)
        assert hashlib.sha256(self.content).hexdigest() == stored.sha256
        assert len(self.content) == stored.size


def digits(text: str) -> str:
    """Return a text's amounts as both, page and document, write them: without spaces or signs."""
    return re.sub(r"[^0-9.,]", "", text)


@contextmanager
def arriving(browser: Browser, portal: Portal, **options: Any) -> Iterator[Visitor]:
    """Open a browser window of one's own; leaving it fails when the browser complained."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(portal, context, context.new_page())
    visitor.page.on("console", lambda message: _note(visitor, message))
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.complaints, "\n".join(visitor.complaints)


def _note(visitor: Visitor, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        visitor.complaints.append(f"{visitor.page.url}: {message.text}")
