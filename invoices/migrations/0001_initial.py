import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="invoice",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.account",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("per_order", "Order"),
                            ("monthly", "Monthly"),
                            ("supplementary", "Supplementary"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        null=True, verbose_name="period"
                    ),
                ),
                (
                    "order_number",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{10}\\Z", "Write 10 digits."
                            )
                        ],
                        verbose_name="order number",
                    ),
                ),
            ],
            options={
                "ordering": ["-document_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "monthly"), ("period__isnull", False)),
                            models.Q(
                                models.Q(("kind", "monthly"), _negated=True),
                                ("period__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="invoice_period_when_monthly",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "per_order"), _negated=True),
                            ("order_number__regex", "^[0-9]{10}$"),
                            _connector="OR",
                        ),
                        name="invoice_order_when_per_order",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("kind", "monthly")),
                        expressions=[("account", "="), ("period", "&&")],
                        name="invoice_periods_no_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monthly_permissions",
                        to="billing.account",
                    ),
                ),
                ("granted_at", models.DateTimeField(verbose_name="granted")),
                ("granted_by", models.CharField(max_length=254, verbose_name="granted by")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("billed_until", models.DateTimeField(verbose_name="billed until")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                (
                    "revoked_by",
                    models.CharField(blank=True, max_length=254, verbose_name="revoked by"),
                ),
            ],
            options={
                "ordering": ["-granted_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("account",),
                        name="monthly_permission_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            ("revoked_at__gte", models.F("granted_at")),
                            _connector="OR",
                        ),
                        name="monthly_permission_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.CharField(max_length=7, unique=True, verbose_name="month")),
                ("period_start", models.DateTimeField()),
                ("period_end", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("closed", "Closed")],
                        default="running",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("started_by", models.CharField(max_length=254, verbose_name="started by")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
            ],
            options={
                "ordering": ["-month"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__regex", "^[0-9]{4}-(0[1-9]|1[0-2])$")),
                        name="run_month_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gt", models.F("period_start"))),
                        name="run_period_forwards",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingRunItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="invoices.billingrun",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="run_items",
                        to="billing.account",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("todo", "To do"), ("done", "Done"), ("parked", "Parked")],
                        default="todo",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("reason_code", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "invoice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="run_items",
                        to="invoices.invoice",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "state", "account"], name="run_item_by_state")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "account"), name="run_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invoice__isnull", True), ("state", "done"), _connector="OR"
                        ),
                        name="run_item_invoice_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "parked"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="run_item_parked_has_reason",
                    ),
                ],
            },
        ),
    ]
