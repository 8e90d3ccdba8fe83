"""The demo's self-check: over HTTP like a customer, then compared with what is stored."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.urls import reverse
from django_tenants.utils import tenant_context

from billing.models import Document
from certinext.backoffice.demo.browser import Answer, Browser, Page
from certinext.backoffice.demo.plans import PersonPlan, SellerPlan
from certinext.backoffice.demo.sellers import PASSWORD, SELLERS
from certinext.backoffice.demo.tenants import tenant_of
from orders.models import Order, OrderStatus

URLCONF = "certinext.urls"


class CheckFailed(Exception):
    """The portal does not do what it should: one sentence says what and where."""


def check_demo(
    *,
    port: int,
    say: Callable[[str], object],
    sellers: tuple[SellerPlan, ...] = SELLERS,
) -> None:
    """Sign in at each seller, download an invoice and a credit note, and compare them.

    Raises `CheckFailed` and `DemoMissing`. Only this machine is talked to.
    """
    for index, seller in enumerate(sellers):
        other = sellers[(index + 1) % len(sellers)]
        with tenant_context(tenant_of(seller)):
            try:
                _Visit(seller, other, port, say).make()
            except (OSError, http.client.HTTPException) as error:
                raise CheckFailed(
                    f"{seller.host}: the portal does not answer on port {port} ({error})."
                ) from error


@dataclass
class _Visit:
    """A customer's administrator visits the portal."""

    seller: SellerPlan
    other: SellerPlan
    port: int
    say: Callable[[str], object]

    def make(self) -> None:
        """Do everything that the self-check promises, a line for each step."""
        person = self._administrator()
        browser = self._sign_in(person)
        self._download_from_invoices(browser, person)
        self._download_from_order(browser, person)
        self._try_other_tenant(browser)

    def _administrator(self) -> PersonPlan:
        """Return the administrator of an account with an invoice per order."""
        return next(
            person
            for person in self.seller.people
            for number, role in person.roles.items()
            if role == "administrator"
            and self.seller.account(number).kind == "enterprise"
            and not self.seller.account(number).monthly
        )

    def _sign_in(self, person: PersonPlan) -> Browser:
        browser = Browser(self.seller.host, self.port)
        path = _path("account_login")
        form = Page(self._expect(browser.get(path), 200, "the sign-in page")).fields
        answer = browser.post(
            path,
            {
                "csrfmiddlewaretoken": form.get("csrfmiddlewaretoken", ""),
                "login": person.email,
                "password": PASSWORD,
            },
        )
        self._expect(answer, 302, f"signing in as {person.email}")
        self._step(f"{person.email} is signed in")
        return browser

    def _download_from_invoices(self, browser: Browser, person: PersonPlan) -> None:
        path = _path("invoices:list")
        page = Page(self._expect(browser.get(path), 200, "the invoices page"))
        links = [urlsplit(link).path for link in page.links]
        wanted = [link for link in links if link.startswith(path) and link.endswith(".pdf")]
        if not wanted:
            raise self._failure(f"the invoices page of {person.email} has no download")
        number = unquote(wanted[0].removeprefix(path).removesuffix(".pdf"))
        self._compare(browser, wanted[0], "invoice", number)

    def _download_from_order(self, browser: Browser, person: PersonPlan) -> None:
        order = (
            Order.objects.filter(
                account__account_number__in=person.roles,
                order_status=OrderStatus.CANCELLED,
                order_charges__charge__line__crediting_lines__isnull=False,
            )
            .order_by("-ordered_at")
            .first()
        )
        if order is None:
            raise self._failure(f"no cancelled order of {person.email} was credited")
        path = _path("orders:detail", number=str(order))
        page = Page(self._expect(browser.get(path), 200, f"the page of order {order}"))
        number = str(self._credit_note(order))
        link = _path("orders:credit_note", number=str(order), document_number=number)
        if link not in [urlsplit(found).path for found in page.links]:
            raise self._failure(f"the page of order {order} has no link {link}")
        self._compare(browser, link, "credit note", number)

    def _credit_note(self, order: Order) -> Document:
        return Document.objects.filter(
            lines__credited_line__charge__order_charge__order=order
        ).latest("id")

    def _compare(self, browser: Browser, link: str, what: str, number: str) -> None:
        """Download a document and compare its bytes and headers with what they must be."""
        answer = self._expect(browser.get(link), 200, f"the {what} at {link}")
        document = Document.objects.select_related("file").get(number=number)
        found = hashlib.sha256(answer.body).hexdigest()
        if found != document.file.sha256 or len(answer.body) != document.file.size:
            raise self._failure(f"{what} {document} is not the stored one: its sha256 is {found}")
        self._require_headers(answer, document)
        self._step(f"{what} {document}, {len(answer.body):,} bytes, sha256 {found[:16]}… as stored")

    def _require_headers(self, answer: Answer, document: Document) -> None:
        cache = answer.headers.get("cache-control", "")
        wanted = {
            "private": "private" in cache,
            "no-store": "no-store" in cache,
            "attachment": answer.headers.get("content-disposition", "").startswith("attachment"),
            "application/pdf": answer.headers.get("content-type", "") == "application/pdf",
        }
        missing = [name for name, is_there in wanted.items() if not is_there]
        if missing:
            raise self._failure(f"the headers of {document} lack {', '.join(missing)}")

    def _try_other_tenant(self, browser: Browser) -> None:
        stranger = Browser(self.other.host, self.port)
        stranger.cookies = dict(browser.cookies)
        path = _path("invoices:list")
        answer = stranger.get(path)
        if answer.status != 302 or _path("account_login") not in answer.headers.get("location", ""):
            raise self._failure(
                f"its session cookie is taken at {self.other.host}: {path} answers {answer.status}"
            )
        self._step(f"the same cookie is signed out at {self.other.host}")

    def _expect(self, answer: Answer, status: int, what: str) -> Answer:
        if answer.status != status:
            raise self._failure(f"{what} answers {answer.status} instead of {status}")
        return answer

    def _step(self, text: str) -> None:
        self.say(f"{self.seller.host}: {text}")

    def _failure(self, text: str) -> CheckFailed:
        return CheckFailed(f"{self.seller.host}: {text}.")


def _path(name: str, **values: object) -> str:
    return reverse(name, urlconf=URLCONF, kwargs=values or None)
