"""Registration at the government's portal: what is still to be registered, tries, and what it gave."""

import django.db.models.deletion
from django.db import migrations, models

PIN = "SELECT set_config('search_path', quote_ident(current_schema()) || ', public, pg_temp', true)"
PINNED = "SET search_path FROM CURRENT SET timezone = 'UTC'"

# What the portal gave never changes, and nothing is printed that still waits for it.
GUARDS = f"""
CREATE TRIGGER registration_never_changes BEFORE UPDATE OR DELETE ON billing_registration
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER registration_is_never_emptied BEFORE TRUNCATE ON billing_registration
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER registration_attempt_never_changes BEFORE UPDATE OR DELETE
    ON billing_registrationattempt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER registration_attempt_is_never_emptied BEFORE TRUNCATE ON billing_registrationattempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_file_before_registration() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF EXISTS (SELECT FROM billing_registrationrequest WHERE document_id = NEW.document_id)
        AND NOT EXISTS (SELECT FROM billing_registration WHERE document_id = NEW.document_id)
    THEN
        RAISE EXCEPTION 'Document % waits for its registration.', NEW.document_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER file_awaits_registration BEFORE INSERT ON billing_documentfile
    FOR EACH ROW EXECUTE FUNCTION refuse_file_before_registration();
CREATE FUNCTION refuse_unasked_registration() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM billing_registrationrequest r JOIN billing_document d ON d.id = r.document_id
        WHERE r.document_id = NEW.document_id AND r.registry = NEW.registry
            AND d.number IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'Nobody asked % to register document %.', NEW.registry, NEW.document_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_was_asked_for BEFORE INSERT ON billing_registration
    FOR EACH ROW EXECUTE FUNCTION refuse_unasked_registration();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0022_pictures_as_logos"),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="registration",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "registry",
                    models.CharField(
                        choices=[
                            ("irp", "Invoice Registration Portal (IRP)"),
                            ("sandbox", "Sandbox, not valid for tax"),
                        ],
                        max_length=8,
                        verbose_name="registered by",
                    ),
                ),
                ("irn", models.CharField(max_length=64, unique=True, verbose_name="IRN")),
                (
                    "ack_number",
                    models.CharField(max_length=20, verbose_name="acknowledgement number"),
                ),
                ("acked_at", models.DateTimeField(verbose_name="acknowledged")),
                ("signed_qr", models.TextField()),
                ("signed_invoice", models.TextField()),
                ("answer", models.JSONField()),
                ("verified_with", models.CharField(blank=True, max_length=64)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RegistrationAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("taken_up", "Was registered already"),
                            ("unavailable", "No answer"),
                            ("refused", "Refused"),
                            ("disagrees", "Answer does not fit"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=20, verbose_name="code")),
                (
                    "message",
                    models.CharField(blank=True, max_length=1000, verbose_name="what it said"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RegistrationRequest",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="registration_request",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "registry",
                    models.CharField(
                        choices=[
                            ("irp", "Invoice Registration Portal (IRP)"),
                            ("sandbox", "Sandbox, not valid for tax"),
                        ],
                        max_length=8,
                        verbose_name="registered by",
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(null=True, verbose_name="next attempt")),
            ],
        ),
        migrations.AddField(
            model_name="seller",
            name="einvoicing_from",
            field=models.DateField(
                blank=True,
                help_text="India: documents issued on this day or later, to registered buyers and abroad, wait for the government's portal before they are rendered. Empty: e-invoicing does not apply.",
                null=True,
                verbose_name="e-invoicing applies from",
            ),
        ),
        migrations.AddField(
            model_name="seller",
            name="registry",
            field=models.CharField(
                choices=[
                    ("irp", "Invoice Registration Portal (IRP)"),
                    ("sandbox", "Sandbox, not valid for tax"),
                ],
                default="irp",
                max_length=8,
                verbose_name="registered by",
            ),
        ),
        migrations.AddConstraint(
            model_name="seller",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("einvoicing_from__isnull", True),
                    models.Q(("country", "IN"), models.Q(("gstin", ""), _negated=True)),
                    _connector="OR",
                ),
                name="seller_einvoicing_in_india",
            ),
        ),
        migrations.AddConstraint(
            model_name="seller",
            constraint=models.CheckConstraint(
                condition=models.Q(("registry__in", ["irp", "sandbox"])),
                name="seller_registry_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("irn__regex", "^[0-9a-f]{64}$")), name="registration_irn_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(("ack_number__regex", "^[0-9]{1,20}$")),
                name="registration_ack_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_qr", ""), _negated=True),
                    models.Q(("signed_invoice", ""), _negated=True),
                ),
                name="registration_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="registrationrequest",
            index=models.Index(
                condition=models.Q(("next_attempt_at__isnull", False)),
                fields=["next_attempt_at"],
                name="registration_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("registry__in", ["irp", "sandbox"])),
                name="registration_registry_known",
            ),
        ),
        migrations.AddField(
            model_name="registrationattempt",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outcomes",
                to="billing.registrationrequest",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["registered", "taken_up"]),
                    models.Q(("message", ""), _negated=True),
                    _connector="OR",
                ),
                name="registration_failure_has_reason",
            ),
        ),
        migrations.RunSQL(PIN, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
