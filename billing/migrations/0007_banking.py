"""Bank statements, and the number of a document as banks carry it."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import billing.models.fields

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# What the bank said stays, and what was decided about it too.
GUARDS = f"""
CREATE FUNCTION bank_entry_keeps_its_facts() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF OLD.state <> 'open'
        OR (OLD.file_id, OLD.bank_account, OLD.bank_reference, OLD.booked_on, OLD.amount,
            OLD.currency, OLD.debtor, OLD.debtor_account, OLD.remittance)
            <> (NEW.file_id, NEW.bank_account, NEW.bank_reference, NEW.booked_on, NEW.amount,
                NEW.currency, NEW.debtor, NEW.debtor_account, NEW.remittance)
        OR OLD.valued_on IS DISTINCT FROM NEW.valued_on
    THEN
        RAISE EXCEPTION 'Bank entry % keeps what it is', OLD.bank_reference
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_entry_keeps_its_facts BEFORE UPDATE ON billing_bankentry
    FOR EACH ROW EXECUTE FUNCTION bank_entry_keeps_its_facts();
CREATE TRIGGER bank_entry_is_never_deleted BEFORE DELETE ON billing_bankentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_gateway_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bank_account",
                    models.CharField(blank=True, max_length=40, verbose_name="bank account"),
                ),
                (
                    "bank_reference",
                    models.CharField(max_length=100, verbose_name="bank's reference"),
                ),
                ("booked_on", models.DateField(verbose_name="booked")),
                ("valued_on", models.DateField(blank=True, null=True, verbose_name="value date")),
                (
                    "amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="amount"
                    ),
                ),
                (
                    "currency",
                    billing.models.fields.CurrencyField(
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{3}\\Z", "Write a currency's three capital letters."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                ("debtor", models.CharField(blank=True, max_length=140, verbose_name="from")),
                (
                    "debtor_account",
                    models.CharField(blank=True, max_length=40, verbose_name="from account"),
                ),
                (
                    "remittance",
                    models.CharField(blank=True, max_length=1000, verbose_name="remittance"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("matched", "Matched"), ("open", "Open"), ("ignored", "Ignored")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "decided_by",
                    models.CharField(blank=True, max_length=254, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
            ],
            options={
                "ordering": ["-booked_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("camt", "CAMT.053"), ("csv", "CSV")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("incoming", models.PositiveIntegerField(verbose_name="incoming")),
                ("skipped", models.PositiveIntegerField(verbose_name="skipped")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("imported_by", models.CharField(max_length=254, verbose_name="by")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                models.Func(
                    django.db.models.functions.text.Upper("number"),
                    models.Value("[^A-Z0-9]"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                    output_field=models.CharField(),
                ),
                name="document_by_plain_number",
            ),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="payment",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bank_entry",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="bankentry",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="billing.bankfile",
            ),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["-booked_on", "-id"], name="bank_entry_by_day"),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["state", "-booked_on", "-id"], name="bank_entry_by_state"),
        ),
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["bank_reference"], name="bank_entry_by_reference"),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.UniqueConstraint(
                fields=("bank_account", "bank_reference"), name="bank_entry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount__range", ("0", "999999999999.999"))),
                name="bank_entry_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("state", "matched")),
                    models.Q(
                        models.Q(("state", "matched"), _negated=True), ("payment__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="bank_entry_matched_has_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ignored"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="bank_entry_ignored_has_reason",
            ),
        ),
        migrations.RunSQL(PIN),
        migrations.RunSQL(GUARDS),
    ]
