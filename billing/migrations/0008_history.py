"""Earlier books, and the results of proving the books."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import billing.models.fields

# As of the ledger's rows: neither changes, for the owner too.
FROZEN = [
    ("earlier_entry", "billing_earlierentry"),
    ("ledger_check", "billing_ledgercheck"),
]
GUARDS = "\n".join(
    f"CREATE TRIGGER {name}_never_changes BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
    f"CREATE TRIGGER {name}_is_never_emptied BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
    for name, table in FROZEN
)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_banking"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                ("checked_by", models.CharField(max_length=254, verbose_name="by")),
                ("seconds", models.FloatField(verbose_name="seconds")),
                ("rules", models.PositiveSmallIntegerField(verbose_name="rules")),
                ("broken", models.JSONField(default=list, verbose_name="broken")),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("orders", "Orders"),
                    ("products", "Products and prices"),
                    ("groups", "Groups"),
                    ("usage", "Usage"),
                    ("balances", "Opening balances"),
                    ("ledger", "Earlier ledger"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="EarlierEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_key", models.CharField(max_length=70)),
                ("happened_at", models.DateTimeField(verbose_name="date")),
                (
                    "description",
                    models.CharField(blank=True, max_length=300, verbose_name="description"),
                ),
                (
                    "order_number",
                    models.CharField(blank=True, max_length=10, verbose_name="order number"),
                ),
                ("kind", models.CharField(blank=True, max_length=60, verbose_name="type")),
                (
                    "debit",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="debit"
                    ),
                ),
                (
                    "credit",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="credit"
                    ),
                ),
                (
                    "balance",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="balance"
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
                ("imported_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_entries",
                        to="billing.account",
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["account", "happened_at", "id"], name="earlier_entry_by_moment"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "content_key"), name="earlier_entry_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="earlierentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("debit__range", (Decimal("-999999999999.999"), Decimal("999999999999.999")))
                ),
                name="earlier_debit_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit__range", (Decimal("-999999999999.999"), Decimal("999999999999.999")))
                ),
                name="earlier_credit_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("balance__range", (Decimal("-999999999999.999"), Decimal("999999999999.999")))
                ),
                name="earlier_balance_in_range",
            ),
        ),
        migrations.RunSQL(GUARDS),
    ]
