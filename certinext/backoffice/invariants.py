"""What must hold after anything at all: one query each, which returns no rows.

The application cannot break these: constraints, triggers and the rights of its role refuse it. They
are asked all the same, because a restored backup, a repaired table or a wrong migration is not held
by them. Each query names the rows that break its rule by what people know them by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Invariant:
    """A rule: its code, as results are stored with it, its sentence, and its query."""

    code: str
    sentence: Any
    query: str


def sentence_of(code: str) -> str:
    """Return a rule in words; one that no longer exists keeps its code."""
    return next((str(rule.sentence) for rule in INVARIANTS if rule.code == code), code)


INVARIANTS = [
    Invariant(
        "numbers-gapless",
        _("Numbers are gapless and unique in a series."),
        """
        SELECT series_id FROM billing_document WHERE series_id IS NOT NULL GROUP BY series_id
        HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*)
            OR min(sequence) <> 1""",
    ),
    Invariant(
        "counter-behind-numbers",
        _("The counter stands behind the highest number."),
        """
        SELECT s.prefix FROM billing_numberseries s
        WHERE s.next_number <> 1 + (
            SELECT coalesce(max(sequence), 0) FROM billing_document WHERE series_id = s.id)""",
    ),
    Invariant(
        "issue-time-in-order",
        _("The time of issue never decreases with the number."),
        """
        SELECT number FROM (
            SELECT number, issued_at,
                lag(issued_at) OVER (PARTITION BY series_id ORDER BY sequence) AS before
            FROM billing_document) d WHERE issued_at < before""",
    ),
    Invariant(
        "no-drafts",
        _("No draft outlives its transaction."),
        """
        SELECT id FROM billing_document WHERE number IS NULL""",
    ),
    Invariant(
        "charge-once",
        _("A charge stands on one invoice line or is void, never both."),
        """
        SELECT c.id FROM billing_charge c
        LEFT JOIN billing_documentline l ON l.charge_id = c.id
        LEFT JOIN billing_chargevoid v ON v.charge_id = c.id
        GROUP BY c.id HAVING count(l.id) + count(v.charge_id) > 1""",
    ),
    Invariant(
        "periods-apart",
        _("No two monthly periods of an account overlap."),
        """
        SELECT a.document_id FROM invoices_invoice a JOIN invoices_invoice b
            ON a.account_id = b.account_id AND a.document_id < b.document_id
        WHERE a.period && b.period""",
    ),
    Invariant(
        "document-adds-up",
        _("A document is the sum of its lines, taxes and round-off."),
        """
        SELECT d.number FROM billing_document d WHERE d.total <> d.rounding
            + CASE WHEN kind IN ('receipt', 'refund') THEN d.net_total
                ELSE (SELECT coalesce(sum(net_amount), 0) FROM billing_documentline l
                    WHERE l.document_id = d.id) END
            + (SELECT coalesce(sum(tax_amount), 0) FROM billing_documenttax t
                WHERE t.document_id = d.id)""",
    ),
    Invariant(
        "entry-is-its-transfers",
        _("An entry says what its transfers do."),
        """
        SELECT e.idempotency_key FROM billing_ledgerentry e WHERE e.debit - e.credit <> (
            SELECT coalesce(sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END), 0)
            FROM billing_ledgertransfer t
            JOIN billing_ledgeraccount a
                ON a.id IN (t.debit_id, t.credit_id) AND a.account_id = e.account_id
            WHERE t.entry_id = e.id)""",
    ),
    Invariant(
        "document-has-one-entry",
        _("Every document has its one entry."),
        """
        SELECT d.number FROM billing_document d
        WHERE (SELECT count(*) FROM billing_ledgerentry e WHERE e.document_id = d.id) <> 1""",
    ),
    Invariant(
        "balance-is-its-transfers",
        _("A balance is the sum of its transfers."),
        """
        SELECT b.account_id FROM billing_accountbalance b WHERE (b.receivable, b.credits) <> (
            SELECT coalesce(sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE a.kind = 'receivable'), 0),
                coalesce(sum(CASE WHEN a.id = t.credit_id THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE a.kind = 'credits'), 0)
            FROM billing_ledgeraccount a
            JOIN billing_ledgertransfer t ON a.id IN (t.debit_id, t.credit_id)
            WHERE a.account_id = b.account_id AND a.currency = b.currency)""",
    ),
    Invariant(
        "credits-not-negative",
        _("Prepaid credits are never below zero."),
        """
        SELECT account_id FROM billing_accountbalance WHERE credits < 0""",
    ),
    Invariant(
        "owed-is-asked-for",
        _("What is owed is what invoices and an opening balance still ask for."),
        """
        SELECT b.account_id FROM billing_accountbalance b WHERE b.receivable <> (
            SELECT coalesce(sum(o.open_amount), 0) FROM billing_documentbalance o
            JOIN billing_document d ON d.id = o.document_id
            WHERE d.account_id = b.account_id AND d.currency = b.currency
        ) + (
            SELECT coalesce(sum(t.amount), 0) FROM billing_ledgertransfer t
            JOIN billing_ledgeraccount a ON a.id = t.debit_id AND a.kind = 'receivable'
            JOIN billing_ledgerentry e ON e.id = t.entry_id AND e.kind = 'opening'
            WHERE a.account_id = b.account_id AND a.currency = b.currency
        ) - (
            SELECT coalesce(sum(t.amount), 0) FROM billing_ledgertransfer t
            JOIN billing_ledgeraccount a ON a.id = t.credit_id AND a.kind = 'receivable'
            JOIN billing_ledgerentry e ON e.id = t.entry_id AND e.kind IN ('payment', 'settlement')
            WHERE a.account_id = b.account_id AND a.currency = b.currency
        ) + (
            SELECT coalesce(sum(l.amount), 0) FROM billing_allocation l
            JOIN billing_payment p ON p.id = l.payment_id
            WHERE p.account_id = b.account_id AND p.currency = b.currency)""",
    ),
    Invariant(
        "day-is-its-entries",
        _("A day is the sum of its entries."),
        """
        SELECT account_id, "on" FROM (
            SELECT account_id, currency, "on", sum(debit) AS debit, sum(credit) AS credit,
                count(*) AS entries
            FROM billing_ledgerentry GROUP BY account_id, currency, "on") e
        FULL JOIN billing_ledgerday d USING (account_id, currency, "on")
        WHERE (e.debit, e.credit, e.entries) IS DISTINCT FROM (d.debit, d.credit, d.entries)""",
    ),
    Invariant(
        "paid-is-allocated",
        _(
            "An invoice is paid by what was allocated to "
            "it, and no payment allocates more than it is."
        ),
        """
        SELECT b.document_id FROM billing_documentbalance b WHERE b.paid <> (
            SELECT coalesce(sum(l.amount), 0) FROM billing_allocation l
            WHERE l.target_id = b.document_id AND l.payment_id IS NOT NULL)
        UNION ALL
        SELECT p.id FROM billing_payment p JOIN billing_allocation l ON l.payment_id = p.id
        GROUP BY p.id HAVING sum(l.amount) > p.amount OR p.state <> 'succeeded'""",
    ),
    Invariant(
        "receipt-of-each-payment",
        _("A payment that succeeded has its receipt, and no other."),
        """
        SELECT p.reference FROM billing_payment p LEFT JOIN billing_receipt r ON r.payment_id = p.id
        WHERE (p.state = 'succeeded') <> (r.document_id IS NOT NULL)""",
    ),
    Invariant(
        "credited-within-invoice",
        _("Credit notes of an invoice are not more than it."),
        """
        SELECT i.number FROM credit_notes_creditnote c
        JOIN billing_document n ON n.id = c.document_id
        JOIN billing_document i ON i.id = c.invoice_id
        GROUP BY i.id HAVING sum(n.total) > i.total""",
    ),
    Invariant(
        "note-taken-off",
        _("What a note takes off is what the invoice's balance lost."),
        """
        SELECT b.document_id FROM billing_documentbalance b WHERE b.credited <> (
            SELECT coalesce(sum(applied_amount), 0) FROM credit_notes_creditnote c
            WHERE c.invoice_id = b.document_id)""",
    ),
    Invariant(
        "document-has-outbox",
        _("Every document has its outbox message."),
        """
        SELECT number FROM billing_document d
        WHERE NOT EXISTS (SELECT 1 FROM billing_outboxmessage o WHERE o.document_id = d.id)""",
    ),
    Invariant(
        "document-has-its-row",
        _("Every invoice has its balance, every document its own row."),
        """
        SELECT d.number FROM billing_document d
        LEFT JOIN invoices_invoice i ON i.document_id = d.id
        LEFT JOIN credit_notes_creditnote c ON c.document_id = d.id
        LEFT JOIN billing_documentbalance b ON b.document_id = d.id
        LEFT JOIN billing_receipt r ON r.document_id = d.id
        WHERE CASE d.kind WHEN 'invoice' THEN i.document_id IS NULL OR b.document_id IS NULL
            WHEN 'credit_note' THEN c.document_id IS NULL ELSE r.document_id IS NULL END""",
    ),
    Invariant(
        "closed-run-done",
        _("A closed run has nothing to do."),
        """
        SELECT r.month FROM invoices_billingrun r JOIN invoices_billingrunitem i ON i.run_id = r.id
        WHERE r.state = 'closed' AND i.state = 'todo'""",
    ),
    Invariant(
        "note-like-its-invoice",
        _("A note and its invoice are of one account and one currency."),
        """
        SELECT n.number FROM credit_notes_creditnote c
        JOIN billing_document n ON n.id = c.document_id
        JOIN billing_document i ON i.id = c.invoice_id
        WHERE (n.account_id, n.currency) <> (i.account_id, i.currency)""",
    ),
    Invariant(
        "transfer-two-accounts",
        _("A transfer is between two accounts of its currency, above zero."),
        """
        SELECT t.idempotency_key FROM billing_ledgertransfer t
        JOIN billing_ledgeraccount d ON d.id = t.debit_id
        JOIN billing_ledgeraccount c ON c.id = t.credit_id
        WHERE d.id = c.id OR t.amount <= 0 OR t.amount = 'NaN'
            OR d.currency <> t.currency OR c.currency <> t.currency""",
    ),
    Invariant(
        "entry-is-its-document",
        _("A document's entry is over its total, on its account."),
        """
        SELECT d.number FROM billing_document d JOIN billing_ledgerentry e ON e.document_id = d.id
        WHERE (e.account_id, e.currency) <> (d.account_id, d.currency) OR CASE d.kind
            WHEN 'invoice' THEN e.debit - e.credit <> d.total
            WHEN 'refund' THEN e.debit - e.credit <> d.total
            WHEN 'credit_note' THEN e.credit - e.debit <> d.total
            ELSE greatest(e.debit, e.credit) <> d.total END""",
    ),
    Invariant(
        "payment-once",
        _("A provider's payment is one payment here."),
        """
        SELECT provider, provider_ref FROM billing_payment WHERE provider_ref IS NOT NULL
        GROUP BY provider, provider_ref HAVING count(*) > 1""",
    ),
]
