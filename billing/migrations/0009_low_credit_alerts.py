"""Low-balance alerts, what went out, and the trigger that has an alert wait for the next fall."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import billing.models.fields

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# In the transaction that brings credits up: a rise between two looks is never missed. Free are
# credits that no refund and no withdrawal under way will take.
ARMS_AGAIN = f"""
CREATE FUNCTION alert_arms_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
    UPDATE billing_lowcreditalert a SET is_armed = true
        WHERE a.account_id = NEW.account_id AND a.currency = NEW.currency AND NOT a.is_armed
            AND a.threshold <= NEW.credits - coalesce((
                SELECT sum(p.amount) FROM billing_payment p
                WHERE p.account_id = NEW.account_id AND p.kind IN ('refund', 'withdrawal')
                    AND p.state IN ('initiated', 'pending_approval')
            ), 0);
    RETURN NULL;
END $$;
CREATE TRIGGER alert_arms_again AFTER UPDATE OF credits ON billing_accountbalance
    FOR EACH ROW WHEN (NEW.credits > OLD.credits) EXECUTE FUNCTION alert_arms_again();
"""


class Migration(migrations.Migration):
    """One alert an account at most."""

    dependencies = [
        ("billing", "0008_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="LowCreditAlert",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="low_credit_alert",
                        serialize=False,
                        to="billing.account",
                    ),
                ),
                (
                    "threshold",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="alert below"
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
                ("is_armed", models.BooleanField(verbose_name="waits for the next fall")),
                ("set_by", models.CharField(max_length=254, verbose_name="set by")),
                ("set_at", models.DateTimeField(verbose_name="set")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("threshold__gt", 0),
                            ("threshold__range", ("0", Decimal("999999999999.999"))),
                        ),
                        name="low_credit_alert_above_zero",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LowCreditMail",
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="low_credit_mails",
                        to="billing.account",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["next_attempt_at"],
                        name="low_credit_mail_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="low_credit_mail_sent_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["failed", "unknown"]), _negated=True),
                            models.Q(("error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="low_credit_mail_failure_has_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PIN),
        migrations.RunSQL(ARMS_AGAIN),
    ]
