"""The statement of an account with 200,000 entries beside that of one with 200, in one run.

Measured are the first and the last page of the whole range, as a ratio of the medians of requests
that take turns; the most memory that a process of its own takes to export each of them, and to make
the large one as a worker does, file and storage included; and how long the longest exports take
that a page answers at once, from which its limits are set (billing.statement.large).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from unittest import mock

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certinext.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.memory import peak_megabytes  # noqa: E402
from benchmarks.report import Result, report  # noqa: E402
from billing.exports.ask import ask_for_export  # noqa: E402
from billing.exports.make import work_off_exports  # noqa: E402
from billing.models import Account, LedgerEntry  # noqa: E402
from billing.models.seller import current_seller  # noqa: E402
from billing.statement.ageing import ageing_of  # noqa: E402
from billing.statement.exports import csv_lines, workbook_file  # noqa: E402
from billing.statement.large import AT_ONCE, wanted_export  # noqa: E402
from billing.statement.read import Statement, read_statement  # noqa: E402
from billing.statement.sheet import statement_pdf  # noqa: E402
from billing.statement.span import Span  # noqa: E402
from certinext.tenancy.models import Tenant  # noqa: E402
from certinext.tenancy.schema import use_tenant  # noqa: E402
from tests.database import (  # noqa: E402
    TENANTS,
    connected_to,
    copy_of_template,
    make_template,
    owner_conninfo,
)
from tests.factories import (  # noqa: E402
    AccountFactory,
    ChargeFactory,
    MembershipFactory,
    UserFactory,
)
from tests.invoices.helpers import issue_order_invoice  # noqa: E402

SMALL, LARGE = 200, 200_000
# What an answer at once may take on a machine like this, in seconds.
PATIENCE = 4
SPAN = Span(date(2023, 11, 1), date(2026, 10, 31))
REQUESTS = 15
ROOT = Path(__file__).resolve().parent.parent

# Half of the entries are invoices with their documents, half are credits given; over three years.
FILL = [
    """INSERT INTO billing_document (kind, account_id, series_id, sequence, number, issued_at,
        issue_date, due_date, currency, language, time_zone, net_total, tax_total, rounding, total,
        seller, buyer, supply, tax_decision, notices, issued_by)
    SELECT kind, %(account)s, series_id, %(first)s + n, 'B' || (%(first)s + n), issued_at,
        DATE '2023-11-01' + (n * 1090 / %(half)s), DATE '2023-11-16' + (n * 1090 / %(half)s),
        currency, language, time_zone, net_total, tax_total, rounding, total, seller, buyer, supply,
        tax_decision, notices, issued_by
    FROM billing_document, generate_series(1, %(half)s) n WHERE id = %(document)s""",
    """INSERT INTO billing_documentbalance (document_id, total, credited, paid)
    SELECT id, total, 0, total FROM billing_document WHERE account_id = %(account)s""",
    """INSERT INTO billing_ledgerentry (idempotency_key, account_id, currency, "on", kind,
        document_id, order_number, description, debit, credit, created_at)
    SELECT 'i' || id, account_id, currency, issue_date, 'invoice', id, '9433110001', '', total, 0,
        now() FROM billing_document WHERE account_id = %(account)s""",
    """INSERT INTO billing_ledgerentry (idempotency_key, account_id, currency, "on", kind,
        document_id, order_number, description, debit, credit, created_at)
    SELECT 'a' || id, account_id, currency, issue_date, 'adjustment', NULL, '', 'A gift', 0, total,
        now() FROM billing_document WHERE account_id = %(account)s""",
    """INSERT INTO billing_ledgerday (account_id, currency, "on", debit, credit, entries)
    SELECT account_id, currency, "on", sum(debit), sum(credit), count(*) FROM billing_ledgerentry
    WHERE account_id = %(account)s GROUP BY account_id, currency, "on" """,
]
TABLES = ("document", "documentbalance", "ledgerentry", "ledgerday")


def main() -> int:
    """Measure in a database of one's own."""
    settings.ALLOWED_HOSTS = ["*"]
    with copy_of_template(make_template()) as name, connected_to(name):
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        limits = set(AT_ONCE.values())
        accounts = {rows: AccountFactory.create() for rows in sorted({SMALL, LARGE} | limits)}
        _fill(name, accounts)
        compared = {rows: accounts[rows] for rows in (SMALL, LARGE)}
        return report(
            "statement",
            [*_pages(compared), *_exports(name, compared), *_at_once(name, accounts)],
        )


def _fill(name: str, accounts: dict[int, Account]) -> None:
    """Write past the guards, as the owner: what takes the portal hours takes it seconds."""
    model = AccountFactory.create()
    document = issue_order_invoice(model, ChargeFactory.create(account=model)).document
    with psycopg.connect(owner_conninfo(name)) as owner:
        owner.execute("SET search_path = alpha, public")
        for table in TABLES:
            owner.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER".encode())
        first = 1000
        for rows, account in accounts.items():
            values = {
                "account": account.pk,
                "document": document.pk,
                "half": rows // 2,
                "first": first,
            }
            first += rows
            for statement in FILL:
                owner.execute(statement, values)
        owner.commit()
        for table in TABLES:
            owner.execute(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER".encode())
    with psycopg.connect(owner_conninfo(name), autocommit=True) as owner:
        owner.execute("SET search_path = alpha, public")
        owner.execute("VACUUM ANALYZE")
    assert LedgerEntry.objects.filter(account=accounts[LARGE]).count() == LARGE


def _pages(accounts: dict[int, Account]) -> list[Result]:
    browsers = {rows: _browser(account) for rows, account in accounts.items()}
    address = f"/statement/?{SPAN.query}&size=50&page="
    results = []
    for page, number in (("first", "1"), ("last", "999999")):
        gets = {rows: partial(browser.get, address + number) for rows, browser in browsers.items()}
        queries = {rows: _queries(get) for rows, get in gets.items()}
        taken: dict[int, list[float]] = {rows: [] for rows in gets}
        for _ in range(REQUESTS):
            for rows, get in gets.items():
                taken[rows].append(_seconds(get))
        medians = {rows: statistics.median(seconds) for rows, seconds in taken.items()}
        results += [
            Result(f"{page} page of {SMALL} entries, ms", medians[SMALL] * 1000),
            Result(f"{page} page of {LARGE} entries, ms", medians[LARGE] * 1000),
            Result(f"{page} page, ratio of times", medians[LARGE] / medians[SMALL], 3),
            Result(f"{page} page, queries more", queries[LARGE] - queries[SMALL], 1),
        ]
    return results


def _browser(account: Account) -> Client:
    membership = MembershipFactory.create(account=account, role="administrator")
    browser = Client(HTTP_HOST=TENANTS["alpha"])
    browser.force_login(membership.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert browser.get("/statement/").status_code == 200
    return browser


def _queries(get: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        get()
    return len(queries)


def _seconds(get: Callable[[], object]) -> float:
    started = time.perf_counter()
    get()
    return time.perf_counter() - started


def _exports(name: str, accounts: dict[int, Account]) -> list[Result]:
    results = []
    for form in ("csv", "xlsx"):
        found = {rows: _in_own_process(name, form, account) for rows, account in accounts.items()}
        ratio = found[LARGE]["megabytes"] / found[SMALL]["megabytes"]
        worker = _in_own_process(name, f"worker-{form}", accounts[LARGE])
        results += [
            Result(f"{form} of {SMALL} entries, peak MB", found[SMALL]["megabytes"]),
            Result(f"{form} of {LARGE} entries, peak MB", found[LARGE]["megabytes"]),
            Result(f"{form}, ratio of peak memory", ratio, 1.25),
            Result(f"{form} of {LARGE} entries, s", found[LARGE]["seconds"]),
            Result(f"{form} of {LARGE} entries by a worker, s", worker["seconds"]),
            Result(
                f"{form} by a worker, ratio of peak memory",
                worker["megabytes"] / found[SMALL]["megabytes"],
                1.25,
            ),
        ]
    return results


def _at_once(name: str, accounts: dict[int, Account]) -> list[Result]:
    return [
        Result(
            f"{form} of {rows} entries, the most at once, s",
            _in_own_process(name, form, accounts[rows])["seconds"],
            PATIENCE,
        )
        for form, rows in AT_ONCE.items()
    ]


def _in_own_process(name: str, form: str, account: Account) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.statement", name, form, str(account.pk)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def export(name: str, form: str, account: str) -> int:
    """Export one statement to nowhere; print what it took."""
    with connected_to(name):
        use_tenant(Tenant.objects.get(schema_name="alpha"))
        found = Account.objects.get(pk=account)
        statement, ageing = read_statement(found, SPAN), ageing_of(found, on=SPAN.last)
        started = time.perf_counter()
        if form.startswith("worker-"):
            size = _by_worker(statement, form.removeprefix("worker-"))
        elif form == "csv":
            size = sum(len(line) for line in csv_lines(statement, ageing, language="en"))
        elif form == "pdf":
            size = len(statement_pdf(statement, ageing, seller=current_seller(), today=SPAN.last))
        else:
            with workbook_file(statement, ageing, language="en") as file:
                size = sum(len(chunk) for chunk in iter(lambda: file.read(65536), b""))
        taken = {
            "seconds": time.perf_counter() - started,
            "megabytes": peak_megabytes(),
            "size": size,
        }
    print(json.dumps(taken))
    return 0


def _by_worker(statement: Statement, form: str) -> int:
    """Have it asked for and made; return the size of the stored file."""
    person = UserFactory.create(email=f"worker-{form}@example.com", is_staff=True)
    wanted = wanted_export(statement, form, language="en", is_staffs=True)
    with mock.patch("billing.outbox._wake"), tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        export = ask_for_export(wanted, by=person, now=timezone.now())
        assert work_off_exports(clock=timezone.now) == 1
        export.refresh_from_db()
        assert export.size is not None
        return export.size


if __name__ == "__main__":
    sys.exit(export(*sys.argv[1:]) if sys.argv[1:] else main())
