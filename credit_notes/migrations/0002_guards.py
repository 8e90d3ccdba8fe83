"""What a credit note's own row promises."""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
GUARDS = """
CREATE FUNCTION credit_note_matches_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
BEGIN
    -- Two notes over one invoice at once: the second waits, and then sees the first.
    PERFORM 1 FROM billing_document WHERE id = NEW.invoice_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM billing_document note
        JOIN billing_document invoice ON invoice.id = NEW.invoice_id
        WHERE note.id = NEW.document_id AND note.kind = 'credit_note' AND note.number IS NULL
            AND note.account_id = invoice.account_id AND note.currency = invoice.currency
            AND note.total = NEW.applied_amount + NEW.credit_amount
            AND note.total + (
                SELECT coalesce(sum(earlier.total), 0) FROM credit_notes_creditnote c
                JOIN billing_document earlier ON earlier.id = c.document_id
                WHERE c.invoice_id = invoice.id
            ) <= invoice.total
    ) OR EXISTS (
        SELECT 1 FROM billing_documentline line
        JOIN billing_documentline origin ON origin.id = line.credited_line_id
        WHERE line.document_id = NEW.document_id AND origin.document_id <> NEW.invoice_id
    ) THEN
        RAISE EXCEPTION 'A credit note extends a draft over its invoice''s lines, split in full'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_note_matches_document BEFORE INSERT ON credit_notes_creditnote
    FOR EACH ROW EXECUTE FUNCTION credit_note_matches_document();

CREATE FUNCTION credit_note_has_its_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM credit_notes_creditnote WHERE document_id = NEW.id) THEN
        RAISE EXCEPTION 'A document that gives money back is a credit note of an invoice'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credit_note_has_its_row AFTER INSERT ON billing_document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'credit_note')
    EXECUTE FUNCTION credit_note_has_its_row();
CREATE TRIGGER credit_note_never_changes BEFORE UPDATE OR DELETE ON credit_notes_creditnote
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_note_is_never_emptied BEFORE TRUNCATE ON credit_notes_creditnote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """Guards of credit notes."""

    dependencies = [("credit_notes", "0001_initial"), ("invoices", "0002_guards")]

    operations = [migrations.RunSQL(PIN), migrations.RunSQL(GUARDS)]
