"""Each rule of the books finds what breaks it, past all guards; and nothing else is reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.models import Account, LedgerCheck
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from certinext.audit.models import AuditEvent
from certinext.backoffice.invariants import INVARIANTS
from certinext.backoffice.tasks import check_ledger, dispatch_ledger_checks
from certinext.backoffice.verify_ledger import broken_rules, verify_ledger
from invoices.models import BillingRun, BillingRunItem
from orders.cancel import cancel_order
from tests.customers import NOW, Customer
from tests.factories import UserFactory

# What breaks each rule: the owner's statements, with triggers and constraints out of the way.
BREAKS: dict[str, tuple[str, ...]] = {
    "numbers-gapless": ("UPDATE billing_document SET sequence = 99 WHERE number LIKE '%/000002'",),
    "counter-behind-numbers": ("UPDATE billing_numberseries SET next_number = 77",),
    "issue-time-in-order": (
        "UPDATE billing_document SET issued_at = '2020-01-01' WHERE number LIKE 'INV%/000002'",
    ),
    "no-drafts": (
        """UPDATE billing_document SET number = NULL, series_id = NULL, sequence = NULL,
        issued_at = NULL WHERE number LIKE 'INV%/000002'""",
    ),
    "charge-once": (
        """INSERT INTO billing_chargevoid (charge_id, reason, voided_at)
        SELECT charge_id, 'x', now() FROM billing_documentline
        WHERE charge_id IS NOT NULL LIMIT 1""",
    ),
    "periods-apart": (
        "UPDATE invoices_invoice SET kind = 'monthly', period = '[2026-10-01, 2026-11-01)'",
    ),
    "document-adds-up": ("UPDATE billing_documentline SET net_amount = net_amount + 1",),
    "entry-is-its-transfers": ("UPDATE billing_ledgerentry SET debit = debit + 1",),
    "document-has-one-entry": ("UPDATE billing_ledgerentry SET document_id = NULL",),
    "balance-is-its-transfers": ("UPDATE billing_accountbalance SET receivable = receivable + 1",),
    "credits-not-negative": ("UPDATE billing_accountbalance SET credits = -1",),
    "owed-is-asked-for": ("UPDATE billing_accountbalance SET receivable = receivable + 1",),
    "day-is-its-entries": ("UPDATE billing_ledgerday SET entries = entries + 1",),
    "paid-is-allocated": ("DELETE FROM billing_allocation WHERE payment_id IS NOT NULL",),
    "receipt-of-each-payment": ("DELETE FROM billing_receipt",),
    "credited-within-invoice": (
        """UPDATE billing_document SET total = total * 9, net_total = total * 9 - tax_total
        WHERE kind = 'credit_note'""",
    ),
    "note-taken-off": ("UPDATE credit_notes_creditnote SET applied_amount = 0",),
    "document-has-outbox": ("DELETE FROM billing_outboxmessage",),
    "document-has-its-row": ("DELETE FROM billing_receipt",),
    "closed-run-done": ("UPDATE invoices_billingrunitem SET state = 'todo'",),
    "note-like-its-invoice": (
        "UPDATE billing_document SET currency = 'EUR' WHERE kind = 'credit_note'",
    ),
    "transfer-two-accounts": ("UPDATE billing_ledgertransfer SET currency = 'EUR'",),
    "entry-is-its-document": ("UPDATE billing_ledgerentry SET currency = 'EUR'",),
    "payment-once": (
        "ALTER TABLE billing_payment DROP CONSTRAINT payment_once_per_provider",
        "UPDATE billing_payment SET provider = 'bank', provider_ref = 'same'",
    ),
}


@pytest.fixture
def books(own_database: str) -> Account:
    """Invoices, a credit note, credits, payments, an opening balance and a closed run."""
    customer = Customer()
    account = customer.account
    customer.order()
    cancel_order(customer.order(), reason="Wrong name", by="x", now=NOW)
    open_balance(account, owed=Decimal("50"), currency="INR", source="Before", by="x", now=NOW)
    adjust_credits(account, amount=Decimal("500"), currency="INR", reason="Gift", by="x", now=NOW)
    for amount in ("100", "150"):
        pay_from_credits(account, amount=Decimal(amount), currency="INR", by="x", now=NOW)
    run = BillingRun.objects.create(
        month="2026-09",
        period_start=NOW,
        period_end=NOW + timedelta(days=30),
        state="closed",
        started_by="x",
        started_at=NOW,
        closed_at=NOW,
    )
    BillingRunItem.objects.create(run=run, account=account, state="done")
    return account


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in INVARIANTS} == set(BREAKS)


def test_books_in_order_break_no_rule(books: Account) -> None:
    assert broken_rules() == []


def test_each_rule_reports_what_breaks_it(books: Account, as_owner: psycopg.Connection) -> None:
    silent = []
    for rule in INVARIANTS:
        with as_owner.transaction(force_rollback=True):
            without_guards(as_owner)
            for statement in BREAKS[rule.code]:
                as_owner.execute(statement.encode())
            if not as_owner.execute(rule.query.encode()).fetchall():
                silent.append(rule.code)
    assert silent == []


def without_guards(owner: psycopg.Connection) -> None:
    """Take the triggers, checks and exclusions of alpha away, as only its owner can."""
    tables = owner.execute(
        "SELECT quote_ident(relname) FROM pg_class"
        " WHERE relnamespace = 'alpha'::regnamespace AND relkind = 'r'"
    )
    for (table,) in tables.fetchall():
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    checks = owner.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
        " WHERE connamespace = 'alpha'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'x')"
    )
    for table, name in checks.fetchall():
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())


def test_the_command_prints_the_rows_and_fails(
    books: Account, as_owner: psycopg.Connection
) -> None:
    printed = StringIO()
    call_command("verify_ledger", tenant="alpha", stdout=printed)
    assert f"alpha: {len(INVARIANTS)} rules" in printed.getvalue()

    without_guards(as_owner)
    as_owner.execute("UPDATE billing_ledgerday SET entries = entries + 1")
    printed = StringIO()
    with pytest.raises(CommandError, match="Not in order: alpha"):
        call_command("verify_ledger", stdout=printed)

    assert "A day is the sum of its entries. (1 rows)" in printed.getvalue()
    assert "2026-10-06" in printed.getvalue()
    assert LedgerCheck.objects.latest("id").broken[0]["rule"] == "day-is-its-entries"


@pytest.mark.django_db
def test_an_unknown_tenant_is_a_clear_error() -> None:
    with pytest.raises(CommandError, match="there is no tenant nowhere"):
        call_command("verify_ledger", tenant="nowhere")


@pytest.mark.django_db
def test_a_proof_is_kept_and_stands_in_the_trail() -> None:
    check = verify_ledger(by="clerk@example.com", clock=lambda: datetime(2026, 10, 6, tzinfo=UTC))

    assert (check.holds, check.rules, check.checked_by) == (
        True,
        len(INVARIANTS),
        "clerk@example.com",
    )
    assert AuditEvent.objects.get(action="ledger.verified").details["broken"] == []


@pytest.mark.django_db
def test_the_page_shows_the_last_result_and_proves_anew(sign_in: Callable[..., Any]) -> None:
    clerk = sign_in(UserFactory.create(is_staff=True))
    assert "not proved yet" in clerk.get("/backoffice/proof/").content.decode()

    assert clerk.post("/backoffice/proof/run/").status_code == 302

    page = clerk.get("/backoffice/proof/").content.decode()
    assert "Every rule held at" in page
    assert LedgerCheck.objects.count() == 1


@pytest.mark.django_db
def test_the_page_names_what_broke(sign_in: Callable[..., Any]) -> None:
    LedgerCheck.objects.create(
        checked_at=timezone.now(),
        checked_by="x",
        seconds=1,
        rules=24,
        broken=[{"rule": "day-is-its-entries", "count": 3, "rows": [["7", "2026-10-06"]]}],
    )

    page = sign_in(UserFactory.create(is_staff=True)).get("/backoffice/proof/").content.decode()

    assert "One rule is broken" in page
    assert "A day is the sum of its entries." in page
    assert "7, 2026-10-06" in page


@pytest.mark.django_db
def test_beat_has_every_tenant_prove_its_books(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(check_ledger, "apply_async", lambda **options: sent.append(options))

    dispatch_ledger_checks()

    assert "alpha" in {options["headers"]["tenant"] for options in sent}
