import django.db.models.deletion
from django.db import migrations, models

import billing.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing", "0001_initial"),
        ("invoices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="credit_note",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="invoices.invoice",
                    ),
                ),
                (
                    "reason_code",
                    models.CharField(
                        choices=[
                            ("cancelled", "Order cancelled"),
                            ("rejected", "Order rejected"),
                            ("goodwill", "Price correction or goodwill"),
                            ("billing_error", "Billing error"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason in words")),
                (
                    "order_number",
                    models.CharField(
                        blank=True, db_index=True, max_length=10, verbose_name="order number"
                    ),
                ),
                (
                    "applied_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="taken off the invoice"
                    ),
                ),
                (
                    "credit_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="kept as credit"
                    ),
                ),
            ],
            options={
                "ordering": ["-document_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applied_amount__range", ("0", "999999999999.999")),
                            ("credit_amount__range", ("0", "999999999999.999")),
                        ),
                        name="credit_note_split_not_negative",
                    )
                ],
            },
        ),
    ]
