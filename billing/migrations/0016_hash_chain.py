"""The hash chain over issued documents, and where its heads are sent."""

import django.db.models.deletion
from django.db import migrations, models

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# What a document says, in one text that is the same on every machine: jsonb sorts its keys, and the
# time zone is pinned. The columns are named: one that is added later makes a new version, and old
# documents keep theirs.
CONTENT = f"""
CREATE FUNCTION document_content(document bigint) RETURNS text LANGUAGE sql STABLE {PINNED} AS $$
    SELECT jsonb_build_object(
        'number', d.number, 'kind', d.kind, 'account', d.account_id, 'issued_at', d.issued_at,
        'issue_date', d.issue_date, 'due_date', d.due_date, 'currency', d.currency,
        'language', d.language, 'time_zone', d.time_zone, 'net_total', d.net_total,
        'tax_total', d.tax_total, 'rounding', d.rounding, 'total', d.total, 'seller', d.seller,
        'buyer', d.buyer, 'supply', d.supply, 'tax_decision', d.tax_decision,
        'notices', d.notices, 'issued_by', d.issued_by,
        'lines', (
            SELECT jsonb_agg(jsonb_build_object(
                'position', l.position, 'charge', l.charge_id, 'credited_line', l.credited_line_id,
                'credits_amount', l.credits_amount, 'account_name', l.account_name,
                'group_name', l.group_name, 'ordered_by', l.ordered_by_id, 'kind', l.kind,
                'description', l.description, 'details', l.details,
                'order_number', l.order_number, 'domain_name', l.domain_name,
                'product_code', l.product_code, 'term_years', l.term_years,
                'service_from', l.service_from, 'service_until', l.service_until,
                'is_late', l.is_late, 'tax_code', l.tax_code, 'quantity', l.quantity,
                'unit_price', l.unit_price, 'net_amount', l.net_amount,
                'tax_category', l.tax_category, 'tax_rate', l.tax_rate
            ) ORDER BY l.position)
            FROM billing_documentline l WHERE l.document_id = d.id
        ),
        'taxes', (
            SELECT jsonb_agg(jsonb_build_object(
                'position', t.position, 'component', t.component, 'category', t.category,
                'tax_code', t.tax_code, 'rate', t.rate, 'taxable_amount', t.taxable_amount,
                'tax_amount', t.tax_amount
            ) ORDER BY t.position)
            FROM billing_documenttax t WHERE t.document_id = d.id
        )
    )::text
    FROM billing_document d WHERE d.id = document
$$;
CREATE FUNCTION chain_hash(previous text, content text) RETURNS text
    LANGUAGE sql IMMUTABLE {PINNED} AS $$
    SELECT encode(sha256(convert_to(previous || content, 'UTF8')), 'hex')
$$;
"""

# Under the lock of the series' row, which numbering holds: two transactions never grow one chain.
CHAIN = f"""
CREATE FUNCTION document_joins_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
    document record;
    previous text;
BEGIN
    FOR document IN
        SELECT n.id, n.series_id, n.sequence, s.prefix
        FROM numbered n JOIN billing_numberseries s ON s.id = n.series_id
        WHERE n.number IS NOT NULL ORDER BY n.series_id, n.sequence
    LOOP
        SELECT hash INTO previous FROM billing_chainlink
            WHERE series_id = document.series_id AND sequence < document.sequence
            ORDER BY sequence DESC LIMIT 1;
        INSERT INTO billing_chainlink (document_id, series_id, sequence, version, hash) VALUES (
            document.id, document.series_id, document.sequence, 1,
            chain_hash(coalesce(previous, document.prefix), document_content(document.id))
        );
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER document_joins_chain AFTER UPDATE ON billing_document
    REFERENCING NEW TABLE AS numbered FOR EACH STATEMENT EXECUTE FUNCTION document_joins_chain();
CREATE TRIGGER chain_link_never_changes BEFORE UPDATE OR DELETE ON billing_chainlink
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_link_is_never_emptied BEFORE TRUNCATE ON billing_chainlink
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Documents that were issued before there was a chain begin it.
BACKFILL = """
DO $$
DECLARE
    document record;
    previous text;
    series bigint;
BEGIN
    FOR document IN
        SELECT d.id, d.series_id, d.sequence, s.prefix
        FROM billing_document d JOIN billing_numberseries s ON s.id = d.series_id
        WHERE d.number IS NOT NULL ORDER BY d.series_id, d.sequence
    LOOP
        IF series IS DISTINCT FROM document.series_id THEN
            series := document.series_id;
            previous := document.prefix;
        END IF;
        previous := chain_hash(previous, document_content(document.id));
        INSERT INTO billing_chainlink (document_id, series_id, sequence, version, hash)
            VALUES (document.id, document.series_id, document.sequence, 1, previous);
    END LOOP;
    -- No trigger can be made while checks of these rows are still to come.
    SET CONSTRAINTS ALL IMMEDIATE;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="chain_link",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField()),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("hash", models.CharField(max_length=64)),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chain",
                        to="billing.numberseries",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "sequence"), name="chain_sequence_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")),
                        name="chain_hash_form",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="seller",
            name="chain_email",
            field=models.EmailField(
                blank=True,
                help_text="An auditor's, outside of this portal: each day it gets the last hash of each series of documents, against which the database can be proved later.",
                max_length=254,
                verbose_name="e-mail for the chain's heads",
            ),
        ),
        migrations.RunSQL(PIN, migrations.RunSQL.noop),
        migrations.RunSQL(CONTENT, migrations.RunSQL.noop),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
    ]
