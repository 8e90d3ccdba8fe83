"""Asking for a large file, watching it, downloading it: who may, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.exports.make import work_off_exports
from billing.models import Account, Export
from billing.statement import large
from certinext.audit.models import AuditEvent
from certinext.identity.models import User
from tests.billing.exports.helpers import OCTOBER, account_with_gifts, ask
from tests.customers import SignIn, words
from tests.factories import AccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

XLSX = f"/statement/statement.xlsx?{OCTOBER.query}"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _two_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have three entries count as many."""
    monkeypatch.setattr(large, "AT_ONCE", {"pdf": 2, "csv": 2, "xlsx": 2})


@pytest.fixture
def account() -> Account:
    """An account with three entries."""
    return account_with_gifts()


@pytest.fixture
def person(account: Account) -> User:
    """Its administrator."""
    user: User = MembershipFactory.create(account=account, role="administrator").user
    return user


def work() -> int:
    return work_off_exports(clock=timezone.now)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_large_statement_is_asked_for_watched_and_downloaded(
    sign_in: SignIn, account: Account, person: User
) -> None:
    browser = sign_in(person)

    asking = browser.get(XLSX)
    assert "too large to be made while you wait" in words(asking)
    assert not Export.objects.exists()

    page = browser.post(XLSX, follow=True)
    export = Export.objects.get()
    assert page.redirect_chain == [(f"/exports/{export.pk}/", 302)]
    assert (
        f"Statement of {account}, 1 – 31 Oct 2026 Waiting Excel, asked for on"  # noqa: RUF001
        in words(page)
    )
    assert "0 of 3 rows" in words(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 404
    assert browser.post(XLSX)["Location"] == f"/exports/{export.pk}/"

    assert work() == 1

    part = browser.get(f"/exports/{export.pk}/", **HTMX)
    assert part["HX-Refresh"] == "true"
    assert "Download," in words(browser.get(f"/exports/{export.pk}/"))
    file = browser.get(f"/exports/{export.pk}/file/")
    assert body(file).startswith(b"PK")
    name = f"statement-{account.account_number}-2026-10-01-2026-10-31.xlsx"
    assert file["Content-Disposition"] == f'attachment; filename="{name}"'
    assert file["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(action="statement.downloaded")
    assert (event.actor, event.details["format"]) == (person.email, "xlsx")


def test_asking_for_the_headers_is_not_on_the_record(
    sign_in: SignIn, account: Account, person: User
) -> None:
    export = ask(account, person)
    work()

    assert sign_in(person).head(f"/exports/{export.pk}/file/").status_code == 200
    assert not AuditEvent.objects.filter(action="statement.downloaded").exists()


def test_a_small_statement_is_handed_out_at_once(sign_in: SignIn, person: User) -> None:
    browser = sign_in(person)
    query = "from=2026-09-01&until=2026-09-30"
    url = f"/statement/statement.csv?{query}"

    assert body(browser.get(url)).startswith(b"\xef\xbb\xbfDate")
    assert browser.post(url)["Location"] == url
    assert not Export.objects.exists()


def test_a_pdf_of_too_many_entries_has_a_line_a_month_and_comes_at_once(
    sign_in: SignIn, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/statement/statement.pdf?{OCTOBER.query}"
    assert "too large" in words(sign_in(person).get(url))

    monkeypatch.setattr(large, "MOST_ROWS", 2)
    assert sign_in(person).get(url).content.startswith(b"%PDF")


def test_only_who_asked_finds_it(sign_in: SignIn, account: Account, person: User) -> None:
    export = ask(account, person)
    work()
    colleague = MembershipFactory.create(account=account, role="administrator").user
    clerk = UserFactory.create(is_staff=True)

    for address in ("", "file/"):
        assert sign_in(person).get(f"/exports/{export.pk}/{address}").status_code == 200
        for other in (colleague, clerk):
            assert sign_in(other).get(f"/exports/{export.pk}/{address}").status_code == 404
        assert sign_in(clerk).get(f"/backoffice/exports/{export.pk}/{address}").status_code == 404
    assert sign_in(colleague).post(f"/exports/{export.pk}/again/").status_code == 404
    assert "No prepared files" in words(sign_in(colleague).get("/exports/"))
    assert "Ready" in words(sign_in(person).get("/exports/"))


def test_rights_that_were_lost_meanwhile_are_lost_for_the_file_too(
    sign_in: SignIn, account: Account, person: User
) -> None:
    export = ask(account, person)
    work()
    browser, membership = sign_in(person), person.memberships.get()

    membership.role = "standard"
    membership.save()
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 404
    assert browser.get("/exports/").status_code == 404

    membership.role, membership.account = "administrator", AccountFactory.create()
    membership.save()
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 404
    assert browser.get("/exports/").status_code == 200

    account.parent = membership.account
    account.save()
    assert browser.get(f"/exports/{export.pk}/file/").status_code == 200


def test_a_clerk_who_left_the_backoffice_gets_nothing(sign_in: SignIn, account: Account) -> None:
    clerk = UserFactory.create(is_staff=True)
    url = f"/backoffice/accounts/{account.account_number}/statement/statement.csv?{OCTOBER.query}"
    browser = sign_in(clerk)
    where = browser.post(url)["Location"]
    export = Export.objects.get()
    assert where == f"/backoffice/exports/{export.pk}/"
    work()
    assert body(browser.get(f"{where}file/")).startswith(b"\xef\xbb\xbfDate")
    assert browser.get(f"/exports/{export.pk}/").status_code == 404

    clerk.is_staff = False
    clerk.save()
    assert browser.get(f"{where}file/").status_code == 404


def test_what_failed_says_so_and_can_be_asked_for_again(
    sign_in: SignIn, account: Account, person: User
) -> None:
    export = ask(account, person)
    Export.objects.update(state="failed", error="The log has it as abc.")
    browser = sign_in(person)

    page = words(browser.get(f"/exports/{export.pk}/"))
    assert "The file could not be made The log has it as abc. Make it again" in page

    answer = browser.post(f"/exports/{export.pk}/again/")
    again = Export.objects.latest("id")
    assert answer["Location"] == f"/exports/{again.pk}/"
    assert (again.state, again.rows) == ("waiting", 3)
    assert browser.post(f"/exports/{again.pk}/again/")["Location"] == f"/exports/{again.pk}/"
    assert Export.objects.count() == 2


def test_a_file_whose_days_are_over_is_gone_before_it_is_deleted(
    sign_in: SignIn, account: Account, person: User
) -> None:
    export = ask(account, person)
    work()
    Export.objects.update(expires_at=timezone.now())
    browser = sign_in(person)

    assert browser.get(f"/exports/{export.pk}/file/").status_code == 404
    page = words(browser.get(f"/exports/{export.pk}/"))
    assert "Deleted" in page
    assert "The file is not kept any more" in page
    browser.post(f"/exports/{export.pk}/again/")
    assert Export.objects.filter(state="waiting").count() == 1


def test_a_damaged_file_is_handed_to_nobody(
    sign_in: SignIn, account: Account, person: User
) -> None:
    export = ask(account, person)
    work()
    export.refresh_from_db()
    default_storage.delete(export.path)

    answer = sign_in(person).get(f"/exports/{export.pk}/file/")

    assert answer.status_code == 503
    assert f"/statement/?account={account.account_number}" in answer.content.decode()


def test_who_asks_for_too_many_is_told(sign_in: SignIn, account: Account, person: User) -> None:
    browser = sign_in(person)
    for day in range(1, 6):
        browser.post(f"/statement/statement.csv?from=2026-10-0{day}&until=2026-10-31")

    page = browser.post(XLSX, follow=True)

    assert page.redirect_chain == [("/exports/", 302)]
    assert "You wait for 5 files already" in words(page)


def test_a_list_costs_the_same_queries_however_many_there_are(
    sign_in: SignIn, account: Account, person: User
) -> None:
    browser = sign_in(person)
    ask(account, person)
    work()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get("/exports/")
        return len(queries)

    cost()
    before = cost()
    for _ in range(6):
        ask(account, person)
        work()
    assert cost() == before


def test_progress_costs_few_queries(sign_in: SignIn, account: Account, person: User) -> None:
    export = ask(account, person)
    browser = sign_in(person)
    browser.get("/exports/")

    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(f"/exports/{export.pk}/", **HTMX)

    assert "HX-Refresh" not in answer
    asked = [query["sql"] for query in queries if "billing_export" in query["sql"]]
    assert len(asked) == 1
    assert len(queries) <= 8
