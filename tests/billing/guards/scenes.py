"""Rows that a guard's case starts from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg.sql import SQL, Identifier

from billing.models import (
    Charge,
    Document,
    DocumentFile,
    DocumentLine,
    DocumentTax,
    LedgerAccount,
    LedgerEntry,
    LedgerTransfer,
    OutboxMessage,
)
from credit_notes.issue import credit_charges
from credit_notes.models import CreditNote
from invoices.models import BillingRun, BillingRunItem, Invoice
from orders.models import AddedName
from tests.billing.rows import draft_document
from tests.factories import AccountFactory, ChargeFactory, OrderFactory
from tests.invoices.helpers import NOW, ON, issue_order_invoice


def sql(statement: str, *values: Any, **names: str) -> None:
    """Execute one statement past the ORM; `{table}` is replaced by the identifier `table`."""
    composed = SQL(statement).format(**{key: Identifier(name) for key, name in names.items()})
    with connection.cursor() as cursor:
        cursor.execute(composed, values)


def at_commit() -> None:
    """Have the deferred guards judge now, as the commit would."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")


def again(row: models.Model, **changes: object) -> None:
    """Insert a row like this one, with changes."""
    copy = type(row)()
    for field in row._meta.concrete_fields:
        if not field.generated and not (field.primary_key and field.name == "id"):
            setattr(copy, field.attname, getattr(row, field.attname))
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


def issued(**charge: Any) -> Invoice:
    """Issue an invoice over one charge (10,531.50 INR with tax)."""
    account = AccountFactory()
    return issue_order_invoice(account, ChargeFactory(account=account, **charge))


def line_of(invoice: Invoice) -> DocumentLine:
    """Return the invoice's only line."""
    return invoice.document.lines.get()


def tax_of(invoice: Invoice) -> DocumentTax:
    """Return the invoice's first tax."""
    return invoice.document.taxes.all()[0]


def noted() -> CreditNote:
    """Issue an invoice and credit it in full."""
    invoice = issued()
    (note,) = credit_charges(
        charges=list(Charge.objects.filter(line__document=invoice.document)),
        reason_code="cancelled",
        reason="Ordered twice",
        order_number="",
        on=ON,
        now=NOW,
        issued_by="test",
    )
    return note


def added_name(**changes: Any) -> AddedName:
    """Add a name to an order."""
    values = {"order": OrderFactory(), "name": "a.example.com", "extension": 1, **changes}
    return AddedName.objects.create(**values)


def transfer_of(invoice: Invoice) -> LedgerTransfer:
    """Return the invoice's first posting."""
    return invoice.document.transfers.order_by("pk")[0]


def file_of(document: Document, **changes: Any) -> DocumentFile:
    """Store a file of the document."""
    values = {"path": "a.pdf", "sha256": "0" * 64, "size": 1, **changes}
    return DocumentFile.objects.create(document=document, **values)


def draft_line(document: Document, like: Charge, **changes: Any) -> DocumentLine:
    """Put the charge on a draft."""
    values: dict[str, Any] = {
        "position": 1,
        "kind": like.kind,
        "description": like.description,
        "service_from": like.service_from,
        "quantity": like.quantity,
        "unit_price": like.unit_price,
        "net_amount": like.net_amount,
        "tax_category": "S",
        "tax_rate": Decimal(18),
        "charge": like,
        **changes,
    }
    return DocumentLine.objects.create(document=document, **values)


def crediting_line(note: Document, origin: DocumentLine, **changes: Any) -> DocumentLine:
    """Credit an invoice's line on a draft of a credit note."""
    assert origin.charge is not None
    values = {"charge": None, "credited_line": origin, **changes}
    return draft_line(note, origin.charge, **values)


def draft_note(invoice: Invoice, **changes: Any) -> Document:
    """Draft a credit note over 10.00 for the invoice's account."""
    values = {"kind": "credit_note", "account": invoice.account, "net_total": 10, "total": 10}
    return draft_document(**{**values, **changes})


def note_row(document: Document, invoice: Invoice, **changes: Any) -> CreditNote:
    """Make the draft a credit note of the invoice."""
    values = {"reason_code": "cancelled", "reason": "x", "applied_amount": 10, "credit_amount": 0}
    return CreditNote.objects.create(document=document, invoice=invoice, **{**values, **changes})


def invoice_row(document: Document, **changes: Any) -> Invoice:
    """Make the draft an order's invoice."""
    values = {"account": document.account, "kind": "per_order", "order_number": "9433110001"}
    return Invoice.objects.create(document=document, **{**values, **changes})


def october(account: Any, *, first: int = 1, last: int = 31) -> Invoice:
    """Draft a monthly invoice over some days of October."""
    days = DateTimeTZRange(
        datetime(2026, 10, first, tzinfo=UTC), datetime(2026, 10, last, tzinfo=UTC), bounds="[)"
    )
    draft = draft_document(account=account)
    return invoice_row(draft, kind="monthly", period=days, order_number="")


def run(**changes: Any) -> BillingRun:
    """Start a run past the verb."""
    values = {
        "month": "2026-10",
        "period_start": datetime(2026, 9, 30, 18, 30, tzinfo=UTC),
        "period_end": datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
        "started_by": "test",
        "started_at": NOW,
    }
    return BillingRun.objects.create(**{**values, **changes})


def run_item(**changes: Any) -> BillingRunItem:
    """Put an account on a run."""
    values = {"run": None, "account": None, **changes}
    values["run"] = values["run"] or run()
    values["account"] = values["account"] or AccountFactory()
    return BillingRunItem.objects.create(**values)


def book(kind: str, currency: str = "INR", account: Any = None) -> LedgerAccount:
    """Find or open a ledger account."""
    found, _ = LedgerAccount.objects.get_or_create(kind=kind, currency=currency, account=account)
    return found


def entry(**changes: Any) -> LedgerEntry:
    """Enter an event past the verb: a rupee owed, unless it says otherwise."""
    values: dict[str, Any] = {
        "idempotency_key": "entry:1",
        "currency": "INR",
        "on": ON,
        "kind": "invoice",
        "debit": 1,
        **changes,
    }
    values.setdefault("account", None)
    values["account"] = values["account"] or AccountFactory()
    return LedgerEntry.objects.create(**values)


def transfer(**changes: Any) -> LedgerTransfer:
    """Post one rupee past the verb, to no document, in an entry that says so."""
    values: dict[str, Any] = {
        "idempotency_key": "test:1",
        "amount": 1,
        "currency": "INR",
        "on": ON,
        **changes,
    }
    for side, kind in {"debit": "receivable", "credit": "revenue"}.items():
        if side not in values:
            owner = AccountFactory() if kind == "receivable" else None
            values[side] = book(kind, account=owner)
    if "entry" not in values:
        owned = values["debit"].account is not None
        values["entry"] = entry(
            account=values["debit"].account,
            currency=values["currency"],
            debit=values["amount"] if owned else 0,
            document=values.get("document"),
        )
    return LedgerTransfer.objects.create(**values)


def whole_draft(*, wanted: bool = True) -> Document:
    """Draft an invoice over nothing that lacks only its number."""
    draft = draft_document()
    if wanted:
        OutboxMessage.objects.create(document=draft, topic="render", next_attempt_at=NOW)
    return draft


def number(*documents: Document, kind: str = "invoice", prefix: str = "T/", width: int = 6) -> None:
    """Number drafts as the issuing code does."""
    ids = [document.pk for document in documents]
    sql("SELECT issue_documents(%s::bigint[], %s, '26-27', %s, %s)", ids, kind, prefix, width)


def by_hand(document: Document, **changes: Any) -> None:
    """Number a draft past `issue_documents`, as only the owner could."""
    from billing.models import NumberSeries

    series, _ = NumberSeries.objects.get_or_create(
        prefix="H/", defaults={"kind": "invoice", "financial_year": "26-27", "width": 6}
    )
    values = {
        "number": "H/000001",
        "sequence": 1,
        "series": series,
        "issued_at": datetime(2026, 10, 6, tzinfo=UTC),
    }
    Document.objects.filter(pk=document.pk).update(**{**values, **changes})


DAY = date(2026, 10, 6)
