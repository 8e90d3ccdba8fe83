"""What must hold after anything at all: one query each, which returns no rows."""

from __future__ import annotations

from django.db import connection

INVARIANTS = {
    "numbers are gapless and unique in a series": """
        SELECT series_id FROM billing_document WHERE series_id IS NOT NULL GROUP BY series_id
        HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*)
            OR min(sequence) <> 1""",
    "the counter stands behind the highest number": """
        SELECT s.prefix FROM billing_numberseries s
        WHERE s.next_number <> 1 + (
            SELECT coalesce(max(sequence), 0) FROM billing_document WHERE series_id = s.id)""",
    "the time of issue never decreases with the number": """
        SELECT number FROM (
            SELECT number, issued_at,
                lag(issued_at) OVER (PARTITION BY series_id ORDER BY sequence) AS before
            FROM billing_document) d WHERE issued_at < before""",
    "no draft outlives its transaction": "SELECT id FROM billing_document WHERE number IS NULL",
    "a charge stands on one invoice line or is void, never both": """
        SELECT c.id FROM billing_charge c
        LEFT JOIN billing_documentline l ON l.charge_id = c.id
        LEFT JOIN billing_chargevoid v ON v.charge_id = c.id
        GROUP BY c.id HAVING count(l.id) + count(v.charge_id) > 1""",
    "no two monthly periods of an account overlap": """
        SELECT a.document_id FROM invoices_invoice a JOIN invoices_invoice b
            ON a.account_id = b.account_id AND a.document_id < b.document_id
        WHERE a.period && b.period""",
    "a document is the sum of its lines, taxes and round-off": """
        SELECT d.number FROM billing_document d WHERE d.total <> d.rounding
            + (SELECT coalesce(sum(net_amount), 0) FROM billing_documentline l
                WHERE l.document_id = d.id)
            + (SELECT coalesce(sum(tax_amount), 0) FROM billing_documenttax t
                WHERE t.document_id = d.id)""",
    "the customer's ledger moved by what was issued": """
        SELECT a.id FROM billing_account a WHERE (
            SELECT coalesce(sum(CASE kind WHEN 'invoice' THEN total ELSE -total END), 0)
            FROM billing_document d WHERE d.account_id = a.id
        ) <> (
            SELECT coalesce(sum(CASE WHEN l.id = t.debit_id THEN t.amount ELSE -t.amount END), 0)
            FROM billing_ledgeraccount l
            JOIN billing_ledgertransfer t ON l.id IN (t.debit_id, t.credit_id)
            WHERE l.account_id = a.id)""",
    "credit notes of an invoice are not more than it": """
        SELECT i.number FROM credit_notes_creditnote c
        JOIN billing_document n ON n.id = c.document_id
        JOIN billing_document i ON i.id = c.invoice_id
        GROUP BY i.id HAVING sum(n.total) > i.total""",
    "what a note takes off is what the invoice's balance lost": """
        SELECT b.document_id FROM billing_documentbalance b WHERE b.credited <> (
            SELECT coalesce(sum(applied_amount), 0) FROM credit_notes_creditnote c
            WHERE c.invoice_id = b.document_id)""",
    "every document has its outbox message": """
        SELECT number FROM billing_document d
        WHERE NOT EXISTS (SELECT 1 FROM billing_outboxmessage o WHERE o.document_id = d.id)""",
    "every invoice has its balance, every document its own row": """
        SELECT d.number FROM billing_document d
        LEFT JOIN invoices_invoice i ON i.document_id = d.id
        LEFT JOIN credit_notes_creditnote c ON c.document_id = d.id
        LEFT JOIN billing_documentbalance b ON b.document_id = d.id
        WHERE CASE d.kind WHEN 'invoice' THEN i.document_id IS NULL OR b.document_id IS NULL
            ELSE c.document_id IS NULL END""",
    "a closed run has nothing to do": """
        SELECT r.month FROM invoices_billingrun r JOIN invoices_billingrunitem i ON i.run_id = r.id
        WHERE r.state = 'closed' AND i.state = 'todo'""",
}


def broken_invariants() -> dict[str, list[object]]:
    """Return the invariants that do not hold in the active tenant, with what breaks them."""
    broken = {}
    with connection.cursor() as cursor:
        for rule, query in INVARIANTS.items():
            cursor.execute(query)
            if rows := cursor.fetchall():
                broken[rule] = rows
    return broken
