"""What an invoice's own row promises."""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
GUARDS = """
CREATE FUNCTION invoice_matches_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM billing_document
        WHERE id = NEW.document_id AND kind = 'invoice' AND account_id = NEW.account_id
            AND number IS NULL
    ) THEN
        RAISE EXCEPTION 'An invoice extends a draft invoice of its own account'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_matches_document BEFORE INSERT ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION invoice_matches_document();

CREATE FUNCTION invoice_has_its_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM invoices_invoice WHERE document_id = NEW.id) THEN
        RAISE EXCEPTION 'A document that asks for money is an invoice'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoice_has_its_row AFTER INSERT ON billing_document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'invoice')
    EXECUTE FUNCTION invoice_has_its_row();
CREATE TRIGGER invoice_never_changes BEFORE UPDATE OR DELETE ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_is_never_emptied BEFORE TRUNCATE ON invoices_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """Guards of invoices."""

    dependencies = [("invoices", "0001_initial"), ("billing", "0002_guards")]

    operations = [migrations.RunSQL(PIN), migrations.RunSQL(GUARDS)]
