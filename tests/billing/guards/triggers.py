"""Cases of triggers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from billing.models import (
    Allocation,
    ChainLink,
    Charge,
    ChargeVoid,
    Document,
    DocumentFile,
    DocumentLine,
    DocumentSeal,
    DocumentTax,
    EarlierEntry,
    LedgerAccount,
    LedgerCheck,
    LedgerTransfer,
    Registration,
    RegistrationAttempt,
    SealCertificate,
    SubscriptionCharge,
)
from certinext.audit.models import AuditEvent
from certinext.audit.trail import record
from credit_notes.models import CreditNote
from invoices.models import Invoice
from tests.billing.guards import registrations
from tests.billing.guards.registry import CASES, Case, refuses, table
from tests.billing.guards.scenes import (
    again,
    at_commit,
    book,
    by_hand,
    crediting_line,
    draft_line,
    draft_note,
    file_of,
    invoice_row,
    issued,
    line_of,
    note_row,
    noted,
    number,
    sql,
    tax_of,
    transfer,
    transfer_of,
    whole_draft,
)
from tests.billing.rows import draft_document
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    EarlierEntryFactory,
    LedgerCheckFactory,
    SubscriptionChargeFactory,
)
from tests.invoices.helpers import NOW

NEVER_EMPTIED = {
    "audit_is_never_emptied": AuditEvent,
    "allocation_is_never_emptied": Allocation,
    "chain_link_is_never_emptied": ChainLink,
    "charge_is_never_emptied": Charge,
    "charge_void_is_never_emptied": ChargeVoid,
    "credit_note_is_never_emptied": CreditNote,
    "document_is_never_emptied": Document,
    "document_seal_is_never_emptied": DocumentSeal,
    "earlier_entry_is_never_emptied": EarlierEntry,
    "file_is_never_emptied": DocumentFile,
    "invoice_is_never_emptied": Invoice,
    "ledger_account_is_never_emptied": LedgerAccount,
    "ledger_check_is_never_emptied": LedgerCheck,
    "registration_attempt_is_never_emptied": RegistrationAttempt,
    "registration_is_never_emptied": Registration,
    "line_is_never_emptied": DocumentLine,
    "seal_certificate_is_never_emptied": SealCertificate,
    "subscription_charge_is_never_emptied": SubscriptionCharge,
    "tax_is_never_emptied": DocumentTax,
    "transfer_is_never_emptied": LedgerTransfer,
}


def _void() -> ChargeVoid:
    return ChargeVoid.objects.create(charge=ChargeFactory(), reason="x")


def _allocation() -> Allocation:
    return noted().document.allocations.get()


def _seal() -> DocumentSeal:
    certificate = seal_certificate("ab" * 32)
    return DocumentSeal.objects.create(
        file=file_of(draft_document()), certificate=certificate, sealed_at=NOW
    )


def seal_certificate(fingerprint: str) -> SealCertificate:
    """Note a certificate that sealed documents."""
    return SealCertificate.objects.create(
        fingerprint=fingerprint, subject="Aravalli", issuer="Test CA", not_after=NOW, pem="x"
    )


table(
    {("seal_certificate_fingerprint_form", "capital letters"): lambda: seal_certificate("AB" * 32)}
)


def chain_link(**changes: object) -> ChainLink:
    """Put a draft into the chain by hand."""
    link = issued().document.chain_link
    values: dict[str, object] = {"series": link.series, "sequence": 99, "hash": "ab" * 32}
    return ChainLink.objects.create(document=draft_document(), **{**values, **changes})


table(
    {
        ("chain_sequence_once", "one place twice"): lambda: chain_link(sequence=1),
        ("chain_hash_form", "capital letters"): lambda: chain_link(hash="AB" * 32),
        ("billing_chainlink_sequence_check", "before the first"): lambda: chain_link(sequence=-1),
        ("billing_chainlink_version_check", "below zero"): lambda: chain_link(version=-1),
    }
)

FROZEN: dict[str, Callable[[], Any]] = {
    "audit_is_append_only": lambda: record("test.done"),
    "allocation_never_changes": _allocation,
    "chain_link_never_changes": lambda: issued().document.chain_link,
    "charge_never_changes": ChargeFactory,
    "charge_void_never_changes": _void,
    "credit_note_never_changes": noted,
    "document_seal_never_changes": _seal,
    "earlier_entry_never_changes": EarlierEntryFactory,
    "file_never_changes": lambda: file_of(draft_document()),
    "invoice_never_changes": issued,
    "ledger_account_never_changes": lambda: book("revenue"),
    "ledger_check_never_changes": LedgerCheckFactory,
    "seal_certificate_never_changes": lambda: _seal().certificate,
    "registration_attempt_never_changes": registrations.attempt,
    "registration_never_changes": registrations.registration,
    "line_never_changes": lambda: line_of(issued()),
    "subscription_charge_never_changes": SubscriptionChargeFactory,
    "tax_never_changes": lambda: tax_of(issued()),
    "transfer_never_changes": transfer,
}

for _guard, _model in NEVER_EMPTIED.items():

    def _truncate(table: str = _model._meta.db_table) -> None:
        sql("TRUNCATE {table} CASCADE", table=table)

    CASES.append(Case(_guard, "truncate", _truncate))

for _guard, _make in FROZEN.items():

    def _update(make: Callable[[], Any] = _make) -> None:
        row = make()
        names = {"table": row._meta.db_table, "key": row._meta.pk.column}
        sql("UPDATE {table} SET {key} = {key} WHERE {key} = %s", row.pk, **names)

    def _delete(make: Callable[[], Any] = _make) -> None:
        row = make()
        names = {"table": row._meta.db_table, "key": row._meta.pk.column}
        sql("DELETE FROM {table} WHERE {key} = %s", row.pk, **names)

    CASES.extend([Case(_guard, "update", _update), Case(_guard, "delete", _delete)])


# A document past the verb has no invoice's row either: its guard stands aside for another's case.
ROW = ("invoice_has_its_row",)


# ── Documents
@refuses("document_begins_as_draft", "a number of one's own")
def _born_numbered() -> None:
    draft_document(number="A/1")


@refuses("document_is_never_deleted", "an issued one")
def _delete_issued() -> None:
    sql("DELETE FROM billing_document WHERE id = %s", issued().pk)


@refuses("document_is_never_deleted", "a draft")
def _delete_draft() -> None:
    sql("DELETE FROM billing_document WHERE id = %s", draft_document().pk)


@refuses("document_changes_once", "the date of an issued one")
def _change_issued() -> None:
    Document.objects.filter(pk=issued().pk).update(issue_date="2026-10-07")


@refuses("document_changes_once", "the buyer of a draft")
def _change_draft() -> None:
    Document.objects.filter(pk=draft_document().pk).update(buyer={"legal_name": "Other"})


@refuses("document_changes_once", "a second number")
def _number_again() -> None:
    by_hand(issued().document)


@refuses("document_changes_once", "back to a draft")
def _number_removed() -> None:
    by_hand(issued().document, number=None, series=None, sequence=None, issued_at=None)


@refuses("document_is_whole", "a draft at the commit", without=ROW)
def _draft_left() -> None:
    whole_draft()
    at_commit()


@refuses("document_is_whole", "no outbox message", without=ROW)
def _no_outbox() -> None:
    number(whole_draft(wanted=False))
    at_commit()


def _at_commit_of(document: Document, *, posted: int, account: object = None) -> None:
    from billing.models import OutboxMessage
    from tests.invoices.helpers import NOW

    owner = account or document.account
    transfer(debit=book("receivable", account=owner), amount=posted, document=document)
    OutboxMessage.objects.create(document=document, topic="render", next_attempt_at=NOW)
    number(document)
    at_commit()


@refuses("document_is_whole", "more than its lines", without=ROW)
def _more_than_lines() -> None:
    _at_commit_of(draft_document(net_total=10, total=10), posted=10)


@refuses("document_is_whole", "more than its taxes", without=ROW)
def _more_than_taxes() -> None:
    _at_commit_of(draft_document(tax_total=10, total=10), posted=10)


def _over_8925() -> Document:
    charge = ChargeFactory()
    draft = draft_document(account=charge.account, net_total=8925, total=8925)
    draft_line(draft, charge)
    return draft


@refuses("document_is_whole", "posted a rupee less", without=ROW)
def _posted_less() -> None:
    _at_commit_of(_over_8925(), posted=8924)


@refuses("document_is_whole", "posted to another customer", without=ROW)
def _posted_elsewhere() -> None:
    _at_commit_of(_over_8925(), posted=8925, account=AccountFactory())


@refuses("document_is_whole", "tax on nothing", without=ROW)
def _tax_on_nothing() -> None:
    draft = draft_document(tax_total=10, total=10)
    DocumentTax.objects.create(
        document=draft,
        position=1,
        component="IGST",
        category="S",
        rate=18,
        taxable_amount=0,
        tax_amount=10,
    )
    _at_commit_of(draft, posted=10)


@refuses("invoice_has_its_row", "a bare document")
def _bare_invoice() -> None:
    number(whole_draft())
    at_commit()


@refuses("credit_note_has_its_row", "a bare document", without=("document_is_whole",))
def _bare_credit_note() -> None:
    draft_document(kind="credit_note")
    at_commit()


# ── Lines, taxes and postings
@refuses("line_joins_draft", "an issued document")
def _line_joins_issued() -> None:
    invoice = issued()
    draft_line(invoice.document, ChargeFactory(account=invoice.account), position=2)


@refuses("tax_joins_draft", "an issued document")
def _tax_joins_issued() -> None:
    again(tax_of(issued()), position=9)


@refuses("transfer_joins_draft", "an issued document")
def _transfer_joins_issued() -> None:
    again(transfer_of(issued()), idempotency_key="once more")


@refuses("transfer_keeps_currency", "the debit in another")
def _debit_in_dollars() -> None:
    transfer(debit=book("receivable", "USD", AccountFactory()))


@refuses("transfer_keeps_currency", "the credit in another")
def _credit_in_dollars() -> None:
    transfer(credit=book("revenue", "USD"))


@refuses("line_repeats_charge", "another net")
def _another_net() -> None:
    charge = ChargeFactory()
    draft_line(draft_document(account=charge.account), charge, net_amount=Decimal("8925.01"))


@refuses("line_repeats_charge", "another quantity")
def _another_quantity() -> None:
    charge = ChargeFactory()
    draft_line(draft_document(account=charge.account), charge, quantity=2)


@refuses("line_repeats_charge", "another payer")
def _another_payer() -> None:
    draft_line(draft_document(), ChargeFactory())


@refuses("line_repeats_charge", "another currency")
def _another_currency() -> None:
    charge = ChargeFactory(currency="USD")
    draft_line(draft_document(account=charge.account), charge)


@refuses("line_repeats_charge", "a void charge")
def _void_charge() -> None:
    charge = _void().charge
    draft_line(draft_document(account=charge.account), charge)


@refuses("line_repeats_charge", "a credit note")
def _charge_on_note() -> None:
    charge = ChargeFactory()
    draft_line(draft_document(account=charge.account, kind="credit_note"), charge)


@refuses("void_spares_invoiced", "an invoiced charge")
def _void_invoiced() -> None:
    ChargeVoid.objects.create(charge=Charge.objects.get(line=line_of(issued())), reason="x")


# ── Credit
@refuses("line_credits_within", "more than the line")
def _too_much() -> None:
    invoice = issued()
    crediting_line(draft_note(invoice), line_of(invoice), net_amount=Decimal("8925.01"))


@refuses("line_credits_within", "the line twice")
def _twice() -> None:
    invoice = issued()
    crediting_line(draft_note(invoice), line_of(invoice))
    crediting_line(draft_note(invoice), line_of(invoice))


@refuses("line_credits_within", "more units than the line")
def _too_many() -> None:
    invoice = issued()
    crediting_line(draft_note(invoice), line_of(invoice), net_amount=10, quantity=2)


@refuses("line_credits_within", "another account's line")
def _of_another() -> None:
    crediting_line(draft_note(issued()), line_of(issued()))


@refuses("line_credits_within", "in another currency")
def _in_dollars() -> None:
    invoice = issued()
    crediting_line(draft_note(invoice, currency="USD"), line_of(invoice))


@refuses("line_credits_within", "on an invoice")
def _on_an_invoice() -> None:
    invoice = issued()
    crediting_line(draft_document(account=invoice.account), line_of(invoice))


@refuses("balance_follows_allocation", "from an invoice")
def _from_an_invoice() -> None:
    invoice = issued()
    Allocation.objects.create(source=invoice.document, target=invoice.document, amount=1)


@refuses("balance_follows_allocation", "to another account's invoice")
def _to_another() -> None:
    Allocation.objects.create(source=noted().document, target=issued().document, amount=1)


@refuses("balance_follows_allocation", "to a credit note")
def _to_a_note() -> None:
    note = noted()
    Allocation.objects.create(source=note.document, target=note.document, amount=1)


@refuses("balance_follows_allocation", "more than the note")
def _more_than_the_note() -> None:
    invoice = issued()
    note = draft_note(invoice)
    Allocation.objects.create(source=note, target=invoice.document, amount=Decimal("10.01"))


def _note_over(invoice: Invoice, **changes: object) -> CreditNote:
    return note_row(draft_note(invoice), invoice, **changes)


table(
    {
        ("credit_note_matches_document", "split in part"): lambda: _note_over(
            issued(), applied_amount=9
        ),
        ("credit_note_matches_document", "an invoice's document"): lambda: note_row(
            draft_document(total=10, net_total=10), issued()
        ),
        ("credit_note_matches_document", "another account's invoice"): lambda: note_row(
            draft_note(issued()), issued()
        ),
        ("invoice_matches_document", "a credit note's document"): lambda: invoice_row(
            draft_note(issued())
        ),
        ("invoice_matches_document", "another account"): lambda: invoice_row(
            draft_document(), account=AccountFactory()
        ),
    }
)


@refuses("invoice_matches_document", "an issued document")
def _invoice_of_issued() -> None:
    document = whole_draft()
    number(document)
    invoice_row(document)


@refuses("credit_note_matches_document", "an issued document")
def _note_of_issued() -> None:
    invoice = issued()
    document = draft_note(invoice)
    number(document, kind="credit_note")
    note_row(document, invoice)


@refuses("credit_note_matches_document", "more than the invoice")
def _more_than_the_invoice() -> None:
    invoice = issued()
    note_row(draft_note(invoice, net_total=10532, total=10532), invoice, applied_amount=10532)


@refuses("credit_note_matches_document", "with an earlier note more than the invoice")
def _together_more() -> None:
    invoice = issued()
    note_row(draft_note(invoice, net_total=10530, total=10530), invoice, applied_amount=10530)
    _note_over(invoice)


@refuses("credit_note_matches_document", "over the line of another invoice")
def _line_of_another_invoice() -> None:
    first = issued()
    from tests.invoices.helpers import issue_order_invoice

    second = issue_order_invoice(first.account, ChargeFactory(account=first.account))
    document = draft_note(first)
    crediting_line(document, line_of(second), net_amount=10)
    note_row(document, first)
