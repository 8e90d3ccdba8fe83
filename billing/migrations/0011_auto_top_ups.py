"""Automatic top-ups: kept payment methods, what was agreed to, and mails about declines."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import billing.models.fields


class Migration(migrations.Migration):
    """Kept payment methods, what was agreed for them, and mails about declines."""

    dependencies = [
        ("billing", "0010_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclinedTopUpMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unknown", "Not known"),
                            ("dropped", "Not needed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.IntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("recipients", models.JSONField(default=list, verbose_name="recipients")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "error",
                    models.CharField(blank=True, max_length=300, verbose_name="what went wrong"),
                ),
                ("claimed_at", models.DateTimeField(verbose_name="date")),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16, verbose_name="number")),
                ("provider", models.CharField(max_length=20, verbose_name="gateway")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Being kept"),
                            ("active", "Kept"),
                            ("failed", "Not kept"),
                            ("removed", "Removed"),
                        ],
                        default="pending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("session_ref", models.CharField(blank=True, max_length=120)),
                ("url", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField()),
                ("customer_ref", models.CharField(blank=True, max_length=120)),
                ("method_ref", models.CharField(blank=True, max_length=120)),
                ("brand", models.CharField(blank=True, max_length=40, verbose_name="brand")),
                (
                    "last4",
                    models.CharField(blank=True, max_length=4, verbose_name="last four digits"),
                ),
                ("begun_by", models.CharField(max_length=254, verbose_name="begun by")),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("kept_at", models.DateTimeField(blank=True, null=True, verbose_name="kept since")),
                ("ended_by", models.CharField(blank=True, max_length=254, verbose_name="ended by")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("next_check_at", models.DateTimeField(blank=True, db_index=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SandboxMethod",
            fields=[
                ("session_ref", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=16)),
                ("description", models.CharField(max_length=200)),
                ("success_url", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("kept", "Kept"),
                            ("declined", "Declined"),
                            ("gone", "Forgotten"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "behaviour",
                    models.CharField(
                        choices=[
                            ("pays", "Pays"),
                            ("declines", "Is declined later"),
                            ("asks", "Asks for the customer later"),
                        ],
                        default="pays",
                        max_length=8,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="sandboxsession",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("paid", "Paid"),
                    ("declined", "Declined"),
                    ("off", "Called off"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="AutoTopUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "threshold",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="top up below"
                    ),
                ),
                (
                    "amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="amount"
                    ),
                ),
                (
                    "monthly_limit",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="most a month"
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
                ("consent", models.TextField(verbose_name="agreed to")),
                ("set_by", models.CharField(max_length=254, verbose_name="agreed by")),
                ("set_at", models.DateTimeField(verbose_name="agreed")),
                ("is_armed", models.BooleanField(verbose_name="waits for the next fall")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused")),
                ("counted_from", models.DateTimeField()),
                (
                    "ended_by",
                    models.CharField(blank=True, max_length=254, verbose_name="turned off by"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="turned off"),
                ),
                ("end_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="auto_top_ups",
                        to="billing.account",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="auto_top_up",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="billing.autotopup",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("auto_top_up", None),
                    models.Q(("kind", "top_up"), ("method", "gateway")),
                    _connector="OR",
                ),
                name="payment_automatic_is_top_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("auto_top_up__isnull", False), ("state", "initiated")),
                fields=("account",),
                name="payment_automatic_one_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="declinedtopupmail",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="declined_top_up_mail",
                to="billing.payment",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to="billing.account",
            ),
        ),
        migrations.AddField(
            model_name="autotopup",
            name="mandate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="auto_top_ups",
                to="billing.mandate",
            ),
        ),
        migrations.AddConstraint(
            model_name="sandboxmethod",
            constraint=models.UniqueConstraint(fields=("reference",), name="sandbox_method_once"),
        ),
        migrations.AddField(
            model_name="sandboxsession",
            name="method",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="billing.sandboxmethod",
            ),
        ),
        migrations.AddIndex(
            model_name="declinedtopupmail",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "sending"])),
                fields=["next_attempt_at"],
                name="declined_top_up_mail_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="declinedtopupmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="declined_top_up_mail_sent_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="declinedtopupmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["failed", "unknown"]), _negated=True),
                    models.Q(("error", ""), _negated=True),
                    _connector="OR",
                ),
                name="declined_top_up_mail_failure_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                fields=("reference",), name="mandate_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "active")),
                fields=("account",),
                name="mandate_one_active",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "active"), _negated=True),
                    models.Q(
                        models.Q(("method_ref", ""), _negated=True), ("kept_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="mandate_active_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["pending", "active"]),
                    models.Q(("ended_at__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="mandate_end_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("account",),
                name="auto_top_up_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("threshold__gt", 0), ("threshold__range", ("0", Decimal("999999999999.999")))
                ),
                name="auto_top_up_threshold_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__range", (models.F("threshold"), Decimal("999999999999.999")))
                ),
                name="auto_top_up_amount_lifts",
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("monthly_limit__range", (models.F("amount"), Decimal("999999999999.999")))
                ),
                name="auto_top_up_limit_allows_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.CheckConstraint(
                condition=models.Q(("consent", ""), _negated=True), name="auto_top_up_has_consent"
            ),
        ),
        migrations.AddConstraint(
            model_name="autotopup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    models.Q(
                        models.Q(("ended_by", ""), _negated=True),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="auto_top_up_end_has_reason",
            ),
        ),
    ]
