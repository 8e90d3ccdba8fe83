import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing", "0001_initial"),
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
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
                        related_name="orders",
                        to="billing.account",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="billing.group",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="billing.product",
                    ),
                ),
                (
                    "order_number",
                    models.CharField(
                        max_length=10,
                        null=True,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{10}\\Z", "Write 10 digits."
                            )
                        ],
                        verbose_name="order number",
                    ),
                ),
                (
                    "request_number",
                    models.CharField(
                        max_length=10,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{10}\\Z", "Write 10 digits."
                            )
                        ],
                        verbose_name="request number",
                    ),
                ),
                (
                    "order_status",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Placed"),
                            (2, "Accepted"),
                            (3, "In Progress"),
                            (4, "Rejected"),
                            (5, "Cancelled"),
                            (6, "Fulfilled"),
                            (7, "On Hold"),
                            (8, "Pending Approval"),
                            (9, "Pending Admin Approval"),
                        ],
                        verbose_name="order status",
                    ),
                ),
                (
                    "certificate_status",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "None"),
                            (2, "Pending for Approver"),
                            (3, "Under Discrepancy"),
                            (4, "Approved"),
                            (5, "Rejected"),
                            (9, "Downloaded"),
                            (12, "Expired"),
                            (13, "Rejected due to Order Cancellation"),
                            (14, "Auto Rejected"),
                            (20, "Generated"),
                            (22, "Revoked"),
                        ],
                        default=0,
                        verbose_name="certificate status",
                    ),
                ),
                ("term_years", models.PositiveSmallIntegerField(verbose_name="term in years")),
                ("term_assumed", models.BooleanField(default=False)),
                (
                    "domain_name",
                    models.CharField(blank=True, max_length=255, verbose_name="domain"),
                ),
                (
                    "organization_name",
                    models.CharField(blank=True, max_length=200, verbose_name="organization"),
                ),
                (
                    "country_name",
                    models.CharField(blank=True, max_length=100, verbose_name="country"),
                ),
                ("ordered_at", models.DateTimeField(verbose_name="ordered")),
                (
                    "ordered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("portal", "This portal"), ("import", "Order report")],
                        max_length=6,
                        verbose_name="source",
                    ),
                ),
                (
                    "originator",
                    models.CharField(blank=True, max_length=60, verbose_name="originator"),
                ),
                (
                    "po_number",
                    models.CharField(blank=True, max_length=60, verbose_name="purchase order"),
                ),
                ("remarks", models.CharField(blank=True, max_length=300, verbose_name="remarks")),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="tags")),
                (
                    "custom_fields",
                    models.JSONField(blank=True, default=list, verbose_name="custom fields"),
                ),
                (
                    "issuer_ca",
                    models.CharField(blank=True, max_length=120, verbose_name="issuing CA"),
                ),
                ("report_digest", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "certificate_serial",
                    models.CharField(blank=True, max_length=64, verbose_name="serial number"),
                ),
                (
                    "certificate_expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-ordered_at", "-id"],
                "indexes": [
                    models.Index(fields=["account", "-ordered_at", "-id"], name="order_by_account"),
                    models.Index(fields=["-ordered_at", "-id"], name="order_by_date"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("order_number__isnull", True),
                            ("order_number__regex", "^[0-9]{10}$"),
                            _connector="OR",
                        ),
                        name="order_number_ten_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("order_number__isnull", False),
                            models.Q(("order_status__in", [1, 2, 3, 6]), _negated=True),
                            _connector="OR",
                        ),
                        name="order_number_when_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("term_years__range", (1, 10))),
                        name="order_term_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderCharge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_charges",
                        to="orders.order",
                    ),
                ),
                (
                    "charge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_charge",
                        to="billing.charge",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("order", "Order"),
                            ("added_names", "Added names"),
                            ("renewal", "Renewal"),
                        ],
                        max_length=12,
                        verbose_name="for",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AddedName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="added_names",
                        to="orders.order",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("extension", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "name"), name="added_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Cancellation",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="cancellation",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("cancelled_by", models.CharField(max_length=254, verbose_name="by")),
                ("cancelled_at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
            ],
        ),
        migrations.CreateModel(
            name="Rejection",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rejection",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("rejected_by", models.CharField(max_length=254, verbose_name="by")),
                ("rejected_at", models.DateTimeField(verbose_name="when")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
            ],
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="orders.order",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("order_status", "Order status"),
                            ("certificate_status", "Certificate status"),
                            ("charged", "Charged"),
                            ("voided", "Charge voided"),
                            ("invoiced", "Invoiced"),
                            ("credited", "Credit note issued"),
                            ("reissued", "Reissued"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=40)),
                ("actor", models.CharField(blank=True, max_length=254, verbose_name="who")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
            ],
            options={
                "ordering": ["-at", "-id"],
            },
        ),
    ]
