"""What the database promises about automatic top-ups."""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# What was agreed to stays as it was agreed; once it is over, all of it stays.
TERMS = f"""
CREATE FUNCTION auto_top_up_keeps_its_terms() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR (OLD.account_id, OLD.mandate_id, OLD.threshold, OLD.amount, OLD.monthly_limit,
            OLD.currency, OLD.consent, OLD.set_by, OLD.set_at)
        <> (NEW.account_id, NEW.mandate_id, NEW.threshold, NEW.amount, NEW.monthly_limit,
            NEW.currency, NEW.consent, NEW.set_by, NEW.set_at)
    THEN
        RAISE EXCEPTION 'Automatic top-up % keeps what was agreed to', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER auto_top_up_keeps_its_terms BEFORE UPDATE ON billing_autotopup
    FOR EACH ROW EXECUTE FUNCTION auto_top_up_keeps_its_terms();
CREATE TRIGGER auto_top_up_is_never_deleted BEFORE DELETE ON billing_autotopup
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# A payment keeps the agreement that allows to charge it, as it keeps its other terms.
PAYMENTS = f"""
CREATE FUNCTION payment_keeps_its_agreement() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    RAISE EXCEPTION 'Payment % keeps what allows to charge it', OLD.reference
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER payment_keeps_its_agreement BEFORE UPDATE ON billing_payment
    FOR EACH ROW WHEN (OLD.auto_top_up_id IS DISTINCT FROM NEW.auto_top_up_id)
    EXECUTE FUNCTION payment_keeps_its_agreement();
"""

# As alerts do: in the transaction that brings credits up, so that no rise is missed. Free are
# credits that no refund and no withdrawal under way will take.
ARMS_AGAIN = f"""
CREATE FUNCTION auto_top_up_arms_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    UPDATE billing_autotopup a SET is_armed = true
        WHERE a.account_id = NEW.account_id AND a.currency = NEW.currency
            AND a.ended_at IS NULL AND NOT a.is_armed
            AND a.threshold <= NEW.credits - coalesce((
                SELECT sum(p.amount) FROM billing_payment p
                WHERE p.account_id = NEW.account_id AND p.kind IN ('refund', 'withdrawal')
                    AND p.state IN ('initiated', 'pending_approval')
            ), 0);
    RETURN NULL;
END $$;
CREATE TRIGGER auto_top_up_arms_again AFTER UPDATE OF credits ON billing_accountbalance
    FOR EACH ROW WHEN (NEW.credits > OLD.credits) EXECUTE FUNCTION auto_top_up_arms_again();
"""


class Migration(migrations.Migration):
    """Guards of automatic top-ups."""

    dependencies = [("billing", "0011_auto_top_ups")]

    operations = [
        migrations.RunSQL(statements) for statements in (PIN, TERMS, PAYMENTS, ARMS_AGAIN)
    ]
