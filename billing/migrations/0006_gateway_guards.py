"""What the database promises about gateways' messages: they stay as they arrived."""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# A message keeps its words; its outcome is written once.
DELIVERIES = f"""
CREATE FUNCTION delivery_keeps_its_words() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF OLD.outcome <> ''
        OR (OLD.provider, OLD.event_id, OLD.body, OLD.received_at, OLD.kind, OLD.session_ref,
            OLD.provider_ref, OLD.reference, OLD.currency)
        IS DISTINCT FROM (NEW.provider, NEW.event_id, NEW.body, NEW.received_at, NEW.kind,
            NEW.session_ref, NEW.provider_ref, NEW.reference, NEW.currency)
        OR OLD.amount IS DISTINCT FROM NEW.amount
    THEN
        RAISE EXCEPTION 'Message % of % stays as it arrived', OLD.event_id, OLD.provider
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delivery_keeps_its_words BEFORE UPDATE ON billing_webhookdelivery
    FOR EACH ROW EXECUTE FUNCTION delivery_keeps_its_words();
CREATE TRIGGER delivery_is_never_deleted BEFORE DELETE ON billing_webhookdelivery
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_is_never_emptied BEFORE TRUNCATE ON billing_webhookdelivery
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    """Guards of the inbox."""

    dependencies = [("billing", "0005_gateways")]

    operations = [migrations.RunSQL(statements) for statements in (PIN, DELIVERIES)]
