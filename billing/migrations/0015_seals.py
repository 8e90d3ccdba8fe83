"""Seals: whether a seller seals, which certificate sealed which file, files found by their hash."""

import django.db.models.deletion
from django.db import migrations, models

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"

# What sealed a document stays known: it is how its file is recognised later.
GUARDS = """
CREATE TRIGGER seal_certificate_never_changes BEFORE UPDATE OR DELETE ON billing_sealcertificate
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_certificate_is_never_emptied BEFORE TRUNCATE ON billing_sealcertificate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_seal_never_changes BEFORE UPDATE OR DELETE ON billing_documentseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_seal_is_never_emptied BEFORE TRUNCATE ON billing_documentseal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0014_electronic_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentSeal",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="billing.documentfile",
                    ),
                ),
                ("sealed_at", models.DateTimeField(verbose_name="sealed")),
            ],
        ),
        migrations.CreateModel(
            name="SealCertificate",
            fields=[
                ("fingerprint", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=255, verbose_name="sealed by")),
                ("issuer", models.CharField(max_length=255, verbose_name="issued by")),
                ("not_after", models.DateTimeField(verbose_name="valid until")),
                ("pem", models.TextField()),
                ("first_used_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name="seller",
            name="seals_documents",
            field=models.BooleanField(
                default=False,
                help_text="Each PDF is sealed with this seller's key; without a valid key none is issued.",
                verbose_name="seal documents",
            ),
        ),
        migrations.AddIndex(
            model_name="documentfile",
            index=models.Index(fields=["sha256"], name="file_by_sha256"),
        ),
        migrations.AddConstraint(
            model_name="sealcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("fingerprint__regex", "^[0-9a-f]{64}$")),
                name="seal_certificate_fingerprint_form",
            ),
        ),
        migrations.AddField(
            model_name="documentseal",
            name="certificate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seals",
                to="billing.sealcertificate",
            ),
        ),
        migrations.RunSQL(f"{PIN}; {GUARDS}", migrations.RunSQL.noop),
    ]
