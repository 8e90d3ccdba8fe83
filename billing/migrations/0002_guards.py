"""What the database itself promises about money.

Every function pins its search path (the tenant's schema, then public) and its time zone. Those that
write what the application may not (numbers, balances) run as their owner (SECURITY DEFINER).
Temporary tables come last in the path: unnamed there, PostgreSQL looks into them first, and anybody
could put a table of their own before the guards' eyes.
Violations carry the trigger's name as the constraint's name, so that callers and tests can tell them
apart.
"""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# Number many documents under one short lock of their series. The time is taken after the lock, so
# that it never decreases with the number (CGST Rule 46(b): consecutive; no gap, for a rollback of
# the issuing transaction gives the numbers back).
ISSUE_DOCUMENTS = f"""
CREATE FUNCTION issue_documents(
    document_ids bigint[], series_kind text, year_label text, series_prefix text, digits integer
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    wanted integer := cardinality(document_ids);
    series_row bigint;
    first_number bigint;
    issue_time timestamptz;
    numbered integer;
BEGIN
    IF coalesce(wanted, 0) = 0 OR digits NOT BETWEEN 1 AND 15 THEN
        RAISE EXCEPTION 'There is nothing to number, or no digits to number it with'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'issue_drafts_only';
    END IF;
    INSERT INTO billing_numberseries (kind, financial_year, prefix, width, next_number)
        VALUES (series_kind, year_label, series_prefix, digits, 1)
        ON CONFLICT (prefix) DO NOTHING;
    UPDATE billing_numberseries
        SET next_number = next_number + wanted,
            last_issued_at = greatest(last_issued_at, clock_timestamp())
        WHERE prefix = series_prefix AND kind = series_kind AND financial_year = year_label
        RETURNING id, next_number - wanted, last_issued_at
        INTO series_row, first_number, issue_time;
    IF series_row IS NULL THEN
        RAISE EXCEPTION 'The numbers % belong to another series', series_prefix
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'series_prefix_taken';
    END IF;
    IF EXISTS (SELECT 1 FROM billing_numberseries WHERE id = series_row AND width <> digits) THEN
        RAISE EXCEPTION 'The numbers of % have another width', series_prefix
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'series_width_differs';
    END IF;
    IF first_number + wanted > power(10, digits) THEN
        RAISE EXCEPTION 'The series % is exhausted', series_prefix
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'series_exhausted';
    END IF;
    UPDATE billing_document AS d
        SET series_id = series_row,
            sequence = first_number + place.ordinal - 1,
            number = series_prefix
                || lpad((first_number + place.ordinal - 1)::text, digits, '0'),
            issued_at = issue_time
        FROM unnest(document_ids) WITH ORDINALITY AS place (id, ordinal)
        WHERE d.id = place.id AND d.kind = series_kind AND d.number IS NULL;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    IF numbered <> wanted THEN
        RAISE EXCEPTION 'Only % of % documents are drafts of this kind', numbered, wanted
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'issue_drafts_only';
    END IF;
END $$
"""

# A document is born a draft and changes once: when it gets its number.
DOCUMENT_GUARDS = f"""
ALTER TABLE billing_document ADD CONSTRAINT document_kind_known
    CHECK (kind IN ('invoice', 'credit_note', 'receipt', 'refund'));

CREATE FUNCTION document_begins_as_draft() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF NEW.number IS NOT NULL THEN
        RAISE EXCEPTION 'A document is inserted as a draft and numbered by issue_documents()'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_begins_as_draft BEFORE INSERT ON billing_document
    FOR EACH ROW EXECUTE FUNCTION document_begins_as_draft();

CREATE FUNCTION document_changes_once() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF OLD.number IS NOT NULL
        OR to_jsonb(NEW) - '{{number,series_id,sequence,issued_at}}'::text[]
            <> to_jsonb(OLD) - '{{number,series_id,sequence,issued_at}}'::text[]
    THEN
        RAISE EXCEPTION 'Document % never changes', coalesce(OLD.number, OLD.id::text)
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_changes_once BEFORE UPDATE ON billing_document
    FOR EACH ROW EXECUTE FUNCTION document_changes_once();
CREATE TRIGGER document_is_never_deleted BEFORE DELETE ON billing_document
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION document_is_whole() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    document billing_document;
    posted numeric;
    expected numeric;
BEGIN
    SELECT * INTO document FROM billing_document WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF document.number IS NULL THEN
        RAISE EXCEPTION 'A draft cannot outlive its transaction'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF document.kind IN ('invoice', 'credit_note') AND document.net_total <> (
        SELECT coalesce(sum(net_amount), 0) FROM billing_documentline WHERE document_id = document.id
    ) OR document.tax_total <> (
        SELECT coalesce(sum(tax_amount), 0) FROM billing_documenttax WHERE document_id = document.id
    ) THEN
        RAISE EXCEPTION 'Document % does not add up to its lines and taxes', document.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    -- Tax is tax on something: on its taxable amount, and that is part of the lines.
    IF EXISTS (
        SELECT 1 FROM billing_documenttax WHERE document_id = document.id AND (
            taxable_amount > document.net_total
            OR abs(tax_amount - taxable_amount * rate / 100) > 1 AND tax_amount <> 0
        )
    ) THEN
        RAISE EXCEPTION 'Document % bears tax on nothing', document.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    -- A receipt stands for one payment of its account that succeeded, over its whole amount. Only
    -- what was taken from credits moves nothing: it was receipted when it came in.
    IF document.kind IN ('receipt', 'refund') THEN
        SELECT CASE
                WHEN p.kind IN ('withdrawal', 'refund') THEN p.amount
                WHEN p.method = 'credits' THEN 0
                ELSE -p.amount
            END INTO expected
            FROM billing_receipt r JOIN billing_payment p ON p.id = r.payment_id
            WHERE r.document_id = document.id AND p.state = 'succeeded'
                AND p.account_id = document.account_id AND p.currency = document.currency
                AND p.amount = document.total
                AND (document.kind = 'refund') = (p.kind IN ('withdrawal', 'refund'));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Receipt % stands for no payment', document.number
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
    ELSE
        expected := CASE document.kind WHEN 'invoice' THEN document.total ELSE -document.total END;
    END IF;
    -- What this customer owes moved by exactly the document's total.
    SELECT coalesce(sum(CASE WHEN debited.account_id = document.account_id THEN t.amount ELSE 0 END
                      - CASE WHEN credited.account_id = document.account_id THEN t.amount ELSE 0 END), 0)
        INTO posted
        FROM billing_ledgertransfer t
        JOIN billing_ledgeraccount debited ON debited.id = t.debit_id
        JOIN billing_ledgeraccount credited ON credited.id = t.credit_id
        WHERE t.document_id = document.id AND t.currency = document.currency;
    IF posted <> expected THEN
        RAISE EXCEPTION 'Document % is over %, the ledger says %', document.number, document.total, posted
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM billing_outboxmessage WHERE document_id = document.id) THEN
        RAISE EXCEPTION 'Document % has no outbox message', document.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_is_whole AFTER INSERT ON billing_document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION document_is_whole();
"""

# Lines, taxes and postings join a document only while it is a draft; lines repeat their source.
LINE_GUARDS = f"""
ALTER TABLE billing_documentline ADD CONSTRAINT line_figures_in_range CHECK (
    quantity BETWEEN 0 AND 999999999 AND unit_price BETWEEN 0 AND 999999999 AND tax_rate BETWEEN 0 AND 100
);
ALTER TABLE billing_documenttax ADD CONSTRAINT tax_rate_in_range CHECK (rate BETWEEN 0 AND 100);

CREATE FUNCTION part_joins_draft() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added JOIN billing_document d ON d.id = added.document_id
        WHERE d.number IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'An issued document takes nothing more'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_joins_draft AFTER INSERT ON billing_documentline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_joins_draft();
CREATE TRIGGER tax_joins_draft AFTER INSERT ON billing_documenttax
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_joins_draft();
CREATE TRIGGER transfer_joins_draft AFTER INSERT ON billing_ledgertransfer
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION part_joins_draft();
CREATE TRIGGER line_never_changes BEFORE UPDATE OR DELETE ON billing_documentline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tax_never_changes BEFORE UPDATE OR DELETE ON billing_documenttax
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION line_repeats_charge() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    -- Holds the charge still until commit: a void that is being written waits, or is seen.
    PERFORM 1 FROM billing_charge c JOIN added ON added.charge_id = c.id FOR KEY SHARE OF c;
    IF EXISTS (
        SELECT 1 FROM added
        JOIN billing_document d ON d.id = added.document_id
        JOIN billing_charge c ON c.id = added.charge_id
        LEFT JOIN billing_chargevoid v ON v.charge_id = c.id
        WHERE v.charge_id IS NOT NULL OR d.kind <> 'invoice' OR c.payer_id <> d.account_id OR c.currency <> d.currency
            OR (c.net_amount, c.quantity, c.unit_price, c.kind)
                <> (added.net_amount, added.quantity, added.unit_price, added.kind)
    ) THEN
        RAISE EXCEPTION 'A line is not what its charge says, or the charge is void'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_repeats_charge AFTER INSERT ON billing_documentline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION line_repeats_charge();

CREATE FUNCTION line_credits_within() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    -- Two notes over one line at once: the second waits, and then sees the first.
    PERFORM 1 FROM billing_documentline origin
        WHERE origin.id IN (SELECT credited_line_id FROM added)
        ORDER BY origin.id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM added
        JOIN billing_document note ON note.id = added.document_id
        JOIN billing_documentline origin ON origin.id = added.credited_line_id
        JOIN billing_document invoice ON invoice.id = origin.document_id
        WHERE note.kind <> 'credit_note' OR invoice.kind <> 'invoice'
            OR note.account_id <> invoice.account_id OR note.currency <> invoice.currency
            OR origin.net_amount < (
                SELECT sum(every.net_amount) FROM billing_documentline every
                WHERE every.credited_line_id = origin.id
            )
            OR origin.quantity < (
                SELECT sum(every.quantity) FROM billing_documentline every
                WHERE every.credited_line_id = origin.id AND NOT every.credits_amount
            )
    ) THEN
        RAISE EXCEPTION 'A line credits more than was invoiced, or another account''s invoice'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER line_credits_within AFTER INSERT ON billing_documentline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION line_credits_within();

CREATE FUNCTION void_spares_invoiced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    PERFORM 1 FROM billing_charge WHERE id = NEW.charge_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM billing_documentline WHERE charge_id = NEW.charge_id) THEN
        RAISE EXCEPTION 'An invoiced charge is credited, not voided'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER void_spares_invoiced BEFORE INSERT ON billing_chargevoid
    FOR EACH ROW EXECUTE FUNCTION void_spares_invoiced();
"""

APPEND_ONLY = [
    ("charge", "billing_charge"),
    ("charge_void", "billing_chargevoid"),
    ("subscription_charge", "billing_subscriptioncharge"),
    ("file", "billing_documentfile"),
    ("allocation", "billing_allocation"),
    ("transfer", "billing_ledgertransfer"),
    ("ledger_account", "billing_ledgeraccount"),
]
NEVER_EMPTIED = [
    *APPEND_ONLY,
    ("document", "billing_document"),
    ("line", "billing_documentline"),
    ("tax", "billing_documenttax"),
]

# The balance follows from the invoice and its allocations, and from nothing else.
BALANCE = f"""
ALTER TABLE billing_documentbalance ADD CONSTRAINT balance_total_in_range
    CHECK (total BETWEEN 0 AND 999999999999.999);

CREATE FUNCTION balance_opens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    INSERT INTO billing_documentbalance (document_id, total, credited, paid)
        VALUES (NEW.id, NEW.total, 0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER balance_opens AFTER UPDATE OF number ON billing_document
    FOR EACH ROW WHEN (OLD.number IS NULL AND NEW.number IS NOT NULL AND NEW.kind = 'invoice')
    EXECUTE FUNCTION balance_opens();

CREATE FUNCTION balance_follows_allocation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    IF NEW.payment_id IS NULL THEN
        UPDATE billing_documentbalance b SET credited = b.credited + NEW.amount
            FROM billing_document note, billing_document invoice
            WHERE b.document_id = NEW.target_id AND invoice.id = NEW.target_id
                AND note.id = NEW.source_id AND note.kind = 'credit_note'
                AND note.account_id = invoice.account_id AND note.currency = invoice.currency
                AND note.total >= (
                    SELECT sum(every.amount) FROM billing_allocation every
                    WHERE every.source_id = note.id
                );
    ELSE
        UPDATE billing_documentbalance b SET paid = b.paid + NEW.amount
            FROM billing_payment payment, billing_document invoice
            WHERE b.document_id = NEW.target_id AND invoice.id = NEW.target_id
                AND payment.id = NEW.payment_id AND payment.kind = 'invoices'
                AND payment.account_id = invoice.account_id AND payment.currency = invoice.currency
                AND payment.amount >= (
                    SELECT sum(every.amount) FROM billing_allocation every
                    WHERE every.payment_id = payment.id
                );
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'An allocation leads from a credit note or a payment, within it, to an invoice of its account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balance_follows_allocation AFTER INSERT ON billing_allocation
    FOR EACH ROW EXECUTE FUNCTION balance_follows_allocation();

CREATE FUNCTION transfer_keeps_currency() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM billing_ledgeraccount
        WHERE id IN (NEW.debit_id, NEW.credit_id) AND currency <> NEW.currency
    ) THEN
        RAISE EXCEPTION 'A transfer stays in one currency'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_keeps_currency BEFORE INSERT ON billing_ledgertransfer
    FOR EACH ROW EXECUTE FUNCTION transfer_keeps_currency();
"""


def append_only() -> str:
    """Return the triggers that refuse every change, for the owner too."""
    statements = [
        f"CREATE TRIGGER {name}_never_changes BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
        for name, table in APPEND_ONLY
    ] + [
        f"CREATE TRIGGER {name}_is_never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
        for name, table in NEVER_EMPTIED
    ]
    return "\n".join(statements)


class Migration(migrations.Migration):
    """Guards of charges, documents, balances and the ledger."""

    dependencies = [("billing", "0001_initial"), ("audit", "0002_guards")]

    operations = [
        migrations.RunSQL(statements)
        for statements in (
            PIN,
            ISSUE_DOCUMENTS,
            DOCUMENT_GUARDS,
            LINE_GUARDS,
            BALANCE,
            append_only(),
        )
    ]
