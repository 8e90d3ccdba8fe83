"""Entries of the ledger, balances, payments and their receipts."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import billing.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "receivable",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="owed"
                    ),
                ),
                (
                    "credits",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="credits"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("on", models.DateField(verbose_name="date")),
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
                ("entries", models.PositiveIntegerField(default=0, verbose_name="entries")),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=120, unique=True)),
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
                (
                    "on",
                    models.DateField(
                        help_text="The booking day in the seller's zone.", verbose_name="date"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("credit_note", "Credit note"),
                            ("payment", "Payment"),
                            ("settlement", "Settlement"),
                            ("top_up", "Top-up"),
                            ("withdrawal", "Withdrawal"),
                            ("refund", "Refund"),
                            ("adjustment", "Adjustment"),
                            ("opening", "Opening balance"),
                        ],
                        max_length=12,
                        verbose_name="type",
                    ),
                ),
                (
                    "order_number",
                    models.CharField(blank=True, max_length=10, verbose_name="order number"),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
                ),
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
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=16, unique=True, verbose_name="payment number"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoices", "Invoices"),
                            ("top_up", "Top-up"),
                            ("withdrawal", "Withdrawal"),
                            ("refund", "Refund"),
                        ],
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("credits", "Credits"),
                            ("gateway", "Online"),
                            ("bank_transfer", "Bank transfer"),
                        ],
                        max_length=13,
                        verbose_name="mode",
                    ),
                ),
                ("provider", models.CharField(max_length=20, verbose_name="provider")),
                ("session_ref", models.CharField(blank=True, db_index=True, max_length=120)),
                (
                    "provider_ref",
                    models.CharField(
                        blank=True, max_length=120, null=True, verbose_name="transaction number"
                    ),
                ),
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("initiated", "Initiated"),
                            ("pending_approval", "Pending approval"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                        ],
                        default="initiated",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "received_on",
                    models.DateField(blank=True, null=True, verbose_name="received on"),
                ),
                ("destination", models.JSONField(blank=True, default=dict)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_by", models.CharField(max_length=254, verbose_name="begun by")),
                ("created_at", models.DateTimeField(verbose_name="begun")),
                (
                    "decided_by",
                    models.CharField(blank=True, max_length=254, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="PaymentTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="receipt",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "credit_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="kept as credit"
                    ),
                ),
                (
                    "credits_before",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="credits before"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="ledgeraccount",
            name="ledger_account_owner",
        ),
        migrations.AddField(
            model_name="seller",
            name="receipt_number_format",
            field=models.CharField(
                default="RV/{fy}/{number:6}", max_length=40, verbose_name="receipt numbers"
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="refund_number_format",
            field=models.CharField(
                default="RF/{fy}/{number:6}", max_length=40, verbose_name="refund voucher numbers"
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="source",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.document",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("invoice", "Invoice"),
                    ("credit_note", "Credit note"),
                    ("receipt", "Receipt"),
                    ("refund", "Refund voucher"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="ledgeraccount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receivable", "Receivable"),
                    ("credits", "Customer credits"),
                    ("revenue", "Revenue"),
                    ("output_tax", "Output tax"),
                    ("rounding", "Rounding"),
                    ("cash", "Bank and gateways"),
                    ("adjustment", "Adjustments"),
                    ("opening", "Opening balances"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgeraccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", False), ("kind__in", ["receivable", "credits"])),
                    models.Q(
                        ("account__isnull", True),
                        (
                            "kind__in",
                            ["revenue", "output_tax", "rounding", "cash", "adjustment", "opening"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="ledger_account_owner",
            ),
        ),
        migrations.AddField(
            model_name="accountbalance",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="balances",
                to="billing.account",
            ),
        ),
        migrations.AddField(
            model_name="ledgerday",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ledger_days",
                to="billing.account",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ledger_entries",
                to="billing.account",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="billing.document",
            ),
        ),
        migrations.AddField(
            model_name="ledgertransfer",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="billing.ledgerentry",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="billing.account",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="refund_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="payment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="allocations",
                to="billing.payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                fields=("payment", "target"), name="allocation_of_payment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", True), ("source__isnull", False)),
                    models.Q(("payment__isnull", False), ("source__isnull", True)),
                    _connector="OR",
                ),
                name="allocation_has_one_source",
            ),
        ),
        migrations.AddField(
            model_name="paymenttarget",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="aimed_at",
                to="billing.document",
            ),
        ),
        migrations.AddField(
            model_name="paymenttarget",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="targets",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipt",
                to="billing.payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountbalance",
            constraint=models.UniqueConstraint(
                fields=("account", "currency"), name="account_balance_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="accountbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits__range", (0, Decimal("999999999999.999")))),
                name="credits_never_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "receivable__range",
                        (Decimal("-999999999999.999"), Decimal("999999999999.999")),
                    )
                ),
                name="balance_receivable_in_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerday",
            constraint=models.UniqueConstraint(
                fields=("account", "currency", "on"), name="ledger_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerday",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit__range", (0, Decimal("999999999999.999")))),
                name="day_debit_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerday",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__range", (0, Decimal("999999999999.999")))),
                name="day_credit_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["account", "currency", "on", "id"], name="entry_by_day"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit__range", (0, Decimal("999999999999.999")))),
                name="entry_debit_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit__range", (0, Decimal("999999999999.999")))),
                name="entry_credit_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["account", "-id"], name="payment_by_account"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["state", "-id"], name="payment_by_state"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("provider", "provider_ref"), name="payment_once_per_provider"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("amount__range", ("0", "999999999999.999"))),
                name="payment_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "succeeded"), _negated=True),
                    models.Q(("decided_at__isnull", False), ("received_on__isnull", False)),
                    _connector="OR",
                ),
                name="payment_success_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["failed", "rejected"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="payment_end_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymenttarget",
            constraint=models.UniqueConstraint(
                fields=("payment", "document"), name="payment_target_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_amount__range", (0, Decimal("999999999999.999")))),
                name="receipt_credit_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits_before__range", (0, Decimal("999999999999.999")))),
                name="receipt_credits_before_not_negative",
            ),
        ),
    ]
