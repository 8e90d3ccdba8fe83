"""What the database promises about entries, balances and payments.

As in the first guards: functions pin their search path and time zone, and those that write what the
application only reads run as their owner.
"""

from __future__ import annotations

from django.db import migrations

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# What the transfers of some entries do to the customer of each: receivable less credits.
EFFECT = """
    SELECT e.id, e.debit - e.credit AS said, coalesce(sum(
            CASE WHEN debited.account_id = e.account_id THEN t.amount ELSE 0 END
            - CASE WHEN credited.account_id = e.account_id THEN t.amount ELSE 0 END
        ), 0) AS done
    FROM billing_ledgerentry e
    LEFT JOIN billing_ledgertransfer t ON t.entry_id = e.id
    LEFT JOIN billing_ledgeraccount debited ON debited.id = t.debit_id
    LEFT JOIN billing_ledgeraccount credited ON credited.id = t.credit_id
    WHERE {entries}
    GROUP BY e.id
"""

# An entry says what its transfers do: at the commit, and when a transfer joins it later.
ENTRIES = f"""
CREATE FUNCTION entry_is_its_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM ({EFFECT.format(entries="e.id = NEW.id")}) AS effect WHERE said <> done
    ) THEN
        RAISE EXCEPTION 'Entry % does not say what its transfers do', NEW.idempotency_key
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_is_its_transfers AFTER INSERT ON billing_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_is_its_transfers();

CREATE FUNCTION transfers_fit_their_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM ({EFFECT.format(entries="e.id IN (SELECT entry_id FROM added)")}) AS effect
        WHERE said <> done
    ) OR EXISTS (
        SELECT 1 FROM added
        JOIN billing_ledgerentry e ON e.id = added.entry_id
        JOIN billing_ledgeraccount a ON a.id IN (added.debit_id, added.credit_id)
        WHERE a.account_id <> e.account_id OR added.currency <> e.currency OR added."on" <> e."on"
            OR added.document_id IS DISTINCT FROM e.document_id
    ) THEN
        RAISE EXCEPTION 'Transfers do what their entry says, on its day, to its customer'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER transfers_fit_their_entry AFTER INSERT ON billing_ledgertransfer
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transfers_fit_their_entry();
"""

# Sums beside the rows. Customers in the order of their ids: two batches never wait for each other.
SUMS = f"""
CREATE FUNCTION days_follow_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    INSERT INTO billing_ledgerday AS d (account_id, currency, "on", debit, credit, entries)
        SELECT account_id, currency, "on", sum(debit), sum(credit), count(*) FROM added
        GROUP BY account_id, currency, "on" ORDER BY account_id, currency, "on"
        ON CONFLICT (account_id, currency, "on") DO UPDATE
            SET debit = d.debit + excluded.debit, credit = d.credit + excluded.credit,
                entries = d.entries + excluded.entries;
    RETURN NULL;
END $$;
CREATE TRIGGER days_follow_entries AFTER INSERT ON billing_ledgerentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION days_follow_entries();

CREATE FUNCTION balances_follow_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    INSERT INTO billing_accountbalance AS b (account_id, currency, receivable, credits)
        SELECT DISTINCT a.account_id, a.currency, 0::numeric, 0::numeric FROM added
        JOIN billing_ledgeraccount a ON a.id IN (added.debit_id, added.credit_id)
        WHERE a.account_id IS NOT NULL ORDER BY a.account_id, a.currency
        ON CONFLICT (account_id, currency) DO NOTHING;
    -- Held one after the other, in one order; NO KEY, so that spends wait and never deadlock.
    PERFORM 1 FROM billing_accountbalance b
        WHERE (b.account_id, b.currency) IN (
            SELECT a.account_id, a.currency FROM added
            JOIN billing_ledgeraccount a ON a.id IN (added.debit_id, added.credit_id)
        ) ORDER BY b.account_id, b.currency FOR NO KEY UPDATE;
    UPDATE billing_accountbalance b
        SET receivable = b.receivable + moved.receivable, credits = b.credits + moved.credits
        FROM (
            SELECT a.account_id, a.currency,
                coalesce(sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE a.kind = 'receivable'), 0) AS receivable,
                coalesce(sum(CASE WHEN a.id = t.credit_id THEN t.amount ELSE -t.amount END)
                    FILTER (WHERE a.kind = 'credits'), 0) AS credits
            FROM added t JOIN billing_ledgeraccount a ON a.id IN (t.debit_id, t.credit_id)
            WHERE a.account_id IS NOT NULL
            GROUP BY a.account_id, a.currency
        ) AS moved
        WHERE b.account_id = moved.account_id AND b.currency = moved.currency;
    RETURN NULL;
END $$;
CREATE TRIGGER balances_follow_transfers AFTER INSERT ON billing_ledgertransfer
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION balances_follow_transfers();
"""

# A payment keeps its terms; once it succeeded or was rejected it keeps everything.
PAYMENTS = f"""
CREATE FUNCTION payment_keeps_its_terms() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF OLD.state IN ('succeeded', 'rejected')
        OR (OLD.reference, OLD.account_id, OLD.kind, OLD.method, OLD.amount, OLD.currency)
            <> (NEW.reference, NEW.account_id, NEW.kind, NEW.method, NEW.amount, NEW.currency)
        OR OLD.refund_of_id IS DISTINCT FROM NEW.refund_of_id
    THEN
        RAISE EXCEPTION 'Payment % keeps what it is', OLD.reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_keeps_its_terms BEFORE UPDATE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION payment_keeps_its_terms();
CREATE TRIGGER payment_is_never_deleted BEFORE DELETE ON billing_payment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION payment_has_its_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM billing_receipt WHERE payment_id = NEW.id) THEN
        RAISE EXCEPTION 'Payment % succeeded without a receipt', NEW.reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_has_its_receipt AFTER INSERT OR UPDATE ON billing_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'succeeded')
    EXECUTE FUNCTION payment_has_its_receipt();
"""

APPEND_ONLY = [
    ("entry", "billing_ledgerentry"),
    ("payment_target", "billing_paymenttarget"),
    ("receipt", "billing_receipt"),
]
NEVER_EMPTIED = [*APPEND_ONLY, ("payment", "billing_payment")]


def append_only() -> str:
    """Return the triggers that refuse every change, for the owner too."""
    return "\n".join(
        [
            f"CREATE TRIGGER {name}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
            for name, table in APPEND_ONLY
        ]
        + [
            f"CREATE TRIGGER {name}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
            for name, table in NEVER_EMPTIED
        ]
    )


class Migration(migrations.Migration):
    """Guards of entries, balances and payments."""

    dependencies = [("billing", "0003_money")]

    operations = [
        migrations.RunSQL(statements)
        for statements in (PIN, ENTRIES, SUMS, PAYMENTS, append_only())
    ]
