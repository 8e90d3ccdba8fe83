from decimal import Decimal

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import billing.models.catalogue
import billing.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account_number",
                    models.CharField(
                        max_length=10,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{10}\\Z", "Write 10 digits."
                            )
                        ],
                        verbose_name="account number",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("partner", "Partner"),
                            ("enterprise", "Enterprise"),
                            ("retail", "Retail"),
                        ],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sub_accounts",
                        to="billing.account",
                        verbose_name="partner",
                    ),
                ),
                (
                    "bill_to",
                    models.CharField(
                        choices=[("self", "This account"), ("parent", "The parent account")],
                        default="self",
                        max_length=6,
                        verbose_name="invoices go to",
                    ),
                ),
                ("display_name", models.CharField(max_length=160, verbose_name="name")),
                ("legal_name", models.CharField(max_length=160, verbose_name="legal name")),
                (
                    "contact_name",
                    models.CharField(blank=True, max_length=120, verbose_name="contact"),
                ),
                (
                    "billing_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="billing e-mail"),
                ),
                (
                    "address_line1",
                    models.CharField(blank=True, max_length=120, verbose_name="address"),
                ),
                (
                    "address_line2",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="address, second line"
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=16, verbose_name="postal code"),
                ),
                (
                    "country",
                    billing.models.fields.CountryField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{2}\\Z", "Write a country's two capital letters."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "state_code",
                    models.CharField(blank=True, max_length=2, verbose_name="State code"),
                ),
                (
                    "region",
                    models.CharField(blank=True, max_length=80, verbose_name="State or province"),
                ),
                (
                    "billing_line1",
                    models.CharField(blank=True, max_length=120, verbose_name="billing address"),
                ),
                (
                    "billing_line2",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="billing address, second line"
                    ),
                ),
                (
                    "billing_city",
                    models.CharField(blank=True, max_length=80, verbose_name="billing city"),
                ),
                (
                    "billing_postal_code",
                    models.CharField(blank=True, max_length=16, verbose_name="billing postal code"),
                ),
                (
                    "billing_country",
                    billing.models.fields.CountryField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{2}\\Z", "Write a country's two capital letters."
                            )
                        ],
                        verbose_name="billing country",
                    ),
                ),
                (
                    "billing_state_code",
                    models.CharField(blank=True, max_length=2, verbose_name="billing State code"),
                ),
                (
                    "billing_region",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="billing State or province"
                    ),
                ),
                (
                    "tax_id",
                    models.CharField(
                        blank=True,
                        help_text="GSTIN, VAT id or none.",
                        max_length=20,
                        verbose_name="tax id",
                    ),
                ),
                ("is_business", models.BooleanField(default=True, verbose_name="business")),
                (
                    "is_sez",
                    models.BooleanField(default=False, verbose_name="in a Special Economic Zone"),
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
                    "document_language",
                    models.CharField(
                        choices=[("en", "English")],
                        default="en",
                        max_length=8,
                        verbose_name="language of documents",
                    ),
                ),
                (
                    "po_number",
                    models.CharField(blank=True, max_length=60, verbose_name="purchase order"),
                ),
                (
                    "payment_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to pay",
                    ),
                ),
                (
                    "billing_from",
                    models.DateField(
                        blank=True,
                        help_text="Earlier orders, fees and usage are history.",
                        null=True,
                        verbose_name="billed from",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["display_name", "account_number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("account_number__regex", "^[0-9]{10}$")),
                        name="account_number_ten_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bill_to", "self"), ("parent__isnull", False), _connector="OR"
                        ),
                        name="account_bill_to_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="account_not_own_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "product_code",
                    models.CharField(max_length=20, unique=True, verbose_name="product code"),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("category_id", models.CharField(blank=True, max_length=20)),
                (
                    "category_name",
                    models.CharField(blank=True, max_length=120, verbose_name="category"),
                ),
                ("product_type_id", models.CharField(blank=True, max_length=20)),
                (
                    "tax_code",
                    models.CharField(default="998319", max_length=8, verbose_name="HSN/SAC"),
                ),
                (
                    "validation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dv", "Domain (DV)"),
                            ("ov", "Organization (OV)"),
                            ("ev", "Extended (EV)"),
                        ],
                        max_length=2,
                        verbose_name="validation",
                    ),
                ),
                (
                    "wildcard",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no", "No wildcard names"),
                            ("yes", "Wildcard names, and plain ones"),
                            ("only", "Wildcard names only"),
                        ],
                        max_length=4,
                        verbose_name="wildcard names",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="can be ordered")),
                (
                    "added_name_product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.product",
                        verbose_name="added names",
                    ),
                ),
            ],
            options={
                "ordering": ["category_id", "product_code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("added_name_product__isnull", True),
                            models.Q(("added_name_product", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="product_is_not_its_own_added_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("financial_year", models.CharField(max_length=9)),
                ("prefix", models.CharField(max_length=16, unique=True)),
                ("width", models.PositiveSmallIntegerField()),
                ("next_number", models.PositiveBigIntegerField(default=1)),
                ("last_issued_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seller",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("legal_name", models.CharField(max_length=160, verbose_name="legal name")),
                ("trade_name", models.CharField(max_length=80, verbose_name="trade name")),
                ("address_line1", models.CharField(max_length=120, verbose_name="address")),
                (
                    "address_line2",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="address, second line"
                    ),
                ),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("postal_code", models.CharField(max_length=16, verbose_name="postal code")),
                (
                    "country",
                    billing.models.fields.CountryField(
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{2}\\Z", "Write a country's two capital letters."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "state_code",
                    models.CharField(
                        blank=True,
                        help_text="India: the GST State code.",
                        max_length=2,
                        verbose_name="State code",
                    ),
                ),
                (
                    "region",
                    models.CharField(blank=True, max_length=80, verbose_name="State or province"),
                ),
                ("gstin", models.CharField(blank=True, max_length=15, verbose_name="GSTIN")),
                ("pan", models.CharField(blank=True, max_length=10, verbose_name="PAN")),
                ("vat_id", models.CharField(blank=True, max_length=20, verbose_name="VAT id")),
                (
                    "registration",
                    models.CharField(
                        blank=True,
                        help_text="CIN, or register and court.",
                        max_length=120,
                        verbose_name="registration",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="billing e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("bank_name", models.CharField(blank=True, max_length=80, verbose_name="bank")),
                (
                    "bank_account",
                    models.CharField(blank=True, max_length=40, verbose_name="bank account"),
                ),
                ("bank_ifsc", models.CharField(blank=True, max_length=11, verbose_name="IFSC")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC/SWIFT")),
                ("upi_id", models.CharField(blank=True, max_length=80, verbose_name="UPI id")),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
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
                    "financial_year_start",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="first month of the financial year",
                    ),
                ),
                (
                    "payment_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days to pay",
                    ),
                ),
                (
                    "terms",
                    models.TextField(blank=True, max_length=600, verbose_name="terms on documents"),
                ),
                (
                    "legal_footer",
                    models.TextField(blank=True, max_length=400, verbose_name="legal footer"),
                ),
                (
                    "signatory",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="authorised signatory"
                    ),
                ),
                (
                    "invoice_number_format",
                    models.CharField(
                        default="INV/{fy}/{number:6}", max_length=40, verbose_name="invoice numbers"
                    ),
                ),
                (
                    "credit_note_number_format",
                    models.CharField(
                        default="CN/{fy}/{number:6}",
                        max_length=40,
                        verbose_name="credit note numbers",
                    ),
                ),
                (
                    "export_under_lut",
                    models.BooleanField(
                        default=True,
                        help_text="Off: exports are charged with IGST.",
                        verbose_name="exports under LUT",
                    ),
                ),
                (
                    "lut_number",
                    models.CharField(blank=True, max_length=40, verbose_name="LUT number"),
                ),
                (
                    "oss_registered",
                    models.BooleanField(
                        default=False, verbose_name="registered for the One Stop Shop"
                    ),
                ),
                (
                    "round_to_unit",
                    models.BooleanField(
                        default=False,
                        help_text="The difference is printed as “Round off”.",
                        verbose_name="round totals to the whole rupee",
                    ),
                ),
                (
                    "issue_zero_invoices",
                    models.BooleanField(default=True, verbose_name="issue invoices of zero total"),
                ),
                (
                    "logo",
                    models.TextField(
                        blank=True,
                        help_text="An SVG drawing, paths only.",
                        max_length=60000,
                        verbose_name="logo",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        default="#2b50c8",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A#[0-9a-f]{6}\\Z", "Write a colour such as #2b50c8."
                            )
                        ],
                        verbose_name="accent colour",
                    ),
                ),
            ],
            options={
                "verbose_name": "seller",
                "verbose_name_plural": "seller",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="seller_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("financial_year_start__range", (1, 12))),
                        name="seller_financial_year_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="plan code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="description"),
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
                    "monthly_fee",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="monthly fee"
                    ),
                ),
                (
                    "yearly_fee",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="yearly fee"
                    ),
                ),
                (
                    "minimum_commitment",
                    billing.models.fields.AmountField(
                        decimal_places=3,
                        default=0,
                        max_digits=15,
                        verbose_name="minimum commitment a month",
                    ),
                ),
                (
                    "tax_code",
                    models.CharField(default="998319", max_length=8, verbose_name="HSN/SAC"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("monthly_fee__range", (0, Decimal("999999999999.999")))
                        ),
                        name="plan_monthly_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("yearly_fee__range", (0, Decimal("999999999999.999")))),
                        name="plan_yearly_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_commitment__range", (0, Decimal("999999999999.999")))
                        ),
                        name="plan_minimum_commitment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Group",
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
                        related_name="groups",
                        to="billing.account",
                    ),
                ),
                (
                    "group_number",
                    models.CharField(
                        max_length=10,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9]{10}\\Z", "Write 10 digits."
                            )
                        ],
                        verbose_name="group number",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "finance",
                    models.CharField(
                        choices=[("1", "Account balance"), ("2", "Own balance")],
                        default="1",
                        max_length=1,
                        verbose_name="finance",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="default")),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("account",),
                        name="group_one_default",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="billing.account",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("finance_manager", "Finance manager"),
                            ("manager", "Manager"),
                            ("standard", "Standard"),
                            ("basic", "Basic"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "account"), name="membership_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InvitedMembership",
            fields=[
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="identity.invitation",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="billing.account",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("finance_manager", "Finance manager"),
                            ("manager", "Manager"),
                            ("standard", "Standard"),
                            ("basic", "Basic"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ParkedAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parked",
                        to="billing.account",
                    ),
                ),
                ("reason_code", models.CharField(max_length=40)),
                ("reason", models.TextField(verbose_name="reason")),
                ("parked_at", models.DateTimeField(verbose_name="since")),
            ],
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_lists",
                        to="billing.account",
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
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "discount_percent",
                    billing.models.fields.PercentField(
                        decimal_places=2,
                        default=0,
                        max_digits=5,
                        verbose_name="discount in per cent",
                    ),
                ),
            ],
            options={
                "ordering": ["-valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("valid_until__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="price_list_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("account"), models.Value(0)
                                ),
                                "=",
                            ),
                            ("currency", "="),
                            (
                                billing.models.catalogue.DateRange(
                                    models.F("valid_from"), models.F("valid_until")
                                ),
                                "&&",
                            ),
                        ],
                        name="price_list_no_overlap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount_percent__range", (0, 100))),
                        name="price_list_discount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.account",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="billing.numberseries",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField(null=True)),
                (
                    "number",
                    models.CharField(max_length=16, null=True, unique=True, verbose_name="number"),
                ),
                ("issued_at", models.DateTimeField(null=True, verbose_name="issued")),
                (
                    "issue_date",
                    models.DateField(help_text="In the seller's zone.", verbose_name="date"),
                ),
                ("due_date", models.DateField(null=True, verbose_name="due")),
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
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                (
                    "net_total",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="net"
                    ),
                ),
                (
                    "tax_total",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="tax"
                    ),
                ),
                (
                    "rounding",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="round off"
                    ),
                ),
                (
                    "total",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="total"
                    ),
                ),
                ("seller", models.JSONField()),
                ("buyer", models.JSONField()),
                ("supply", models.JSONField(default=dict)),
                ("tax_decision", models.JSONField()),
                ("notices", models.JSONField(default=list)),
                ("issued_by", models.CharField(max_length=254, verbose_name="issued by")),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["account", "kind", "-issue_date", "-id"], name="document_by_account"
                    ),
                    models.Index(fields=["kind", "-issue_date", "-id"], name="document_by_date"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "sequence"), name="document_sequence_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__isnull", True),
                            ("number__regex", "^[A-Za-z0-9/-]{1,16}$"),
                            _connector="OR",
                        ),
                        name="document_number_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_at__isnull", True),
                                ("number__isnull", True),
                                ("sequence__isnull", True),
                                ("series__isnull", True),
                            ),
                            models.Q(
                                ("issued_at__isnull", False),
                                ("number__isnull", False),
                                ("sequence__isnull", False),
                                ("series__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="document_draft_or_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("net_total"), "+", models.F("tax_total")
                                    ),
                                    "+",
                                    models.F("rounding"),
                                ),
                            )
                        ),
                        name="document_total_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__range", (0, Decimal("999999999999.999")))),
                        name="document_total_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net_total__range", (0, Decimal("999999999999.999")))),
                        name="document_net_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_total__range", (0, Decimal("999999999999.999")))),
                        name="document_tax_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rounding__range", ("-0.500", "0.500"))),
                        name="document_rounding_small",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("orders", "Orders"),
                            ("products", "Products and prices"),
                            ("groups", "Groups"),
                            ("usage", "Usage"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="billing.account",
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("imported_by", models.CharField(max_length=254, verbose_name="by")),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receivable", "Receivable"),
                            ("credits", "Customer credits"),
                            ("revenue", "Revenue"),
                            ("output_tax", "Output tax"),
                            ("rounding", "Rounding"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_accounts",
                        to="billing.account",
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "account", "currency"),
                        name="ledger_account_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account__isnull", False), ("kind__in", ["receivable", "credits"])
                            ),
                            models.Q(
                                ("account__isnull", True),
                                ("kind__in", ["revenue", "output_tax", "rounding"]),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_account_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanMeter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meters",
                        to="billing.plan",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="meter")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "included_units",
                    billing.models.fields.QuantityField(
                        decimal_places=6,
                        default=0,
                        max_digits=15,
                        verbose_name="included units a month",
                    ),
                ),
                (
                    "unit_price",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="price of a further unit"
                    ),
                ),
                (
                    "tier_mode",
                    models.CharField(
                        choices=[
                            ("graduated", "Graduated: each at the price of its own tier"),
                            ("volume", "Volume: all at the price of the tier that is reached"),
                        ],
                        default="graduated",
                        max_length=9,
                        verbose_name="tiers",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "code"), name="meter_once_per_plan"),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__range", (0, Decimal("999999999999.999")))),
                        name="meter_unit_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("included_units__range", (0, Decimal("999999999999.999")))
                        ),
                        name="meter_included_units",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
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
                        related_name="subscriptions",
                        to="billing.account",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="billing.plan",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="starts")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gt", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="subscription_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("account", "="),
                            ("plan", "="),
                            (
                                billing.models.catalogue.DateRange(
                                    models.F("starts_on"), models.F("ends_on")
                                ),
                                "&&",
                            ),
                        ],
                        name="subscription_no_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceListItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="billing.pricelist",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="billing.product",
                    ),
                ),
                ("term_years", models.PositiveSmallIntegerField(verbose_name="term in years")),
                (
                    "amount",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="price"
                    ),
                ),
                (
                    "discount_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="discount in per cent",
                    ),
                ),
                (
                    "tier_mode",
                    models.CharField(
                        choices=[
                            ("graduated", "Graduated: each at the price of its own tier"),
                            ("volume", "Volume: all at the price of the tier that is reached"),
                        ],
                        default="graduated",
                        max_length=9,
                        verbose_name="tiers",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("price_list", "product", "term_years"), name="price_once_per_term"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__range", (0, Decimal("999999999999.999")))),
                        name="price_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("term_years__range", (1, 10))), name="price_term"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__isnull", True),
                            ("discount_percent__range", (0, 100)),
                            _connector="OR",
                        ),
                        name="price_discount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_key", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("order", "Certificate orders"),
                            ("subscription", "Subscription"),
                            ("usage", "Usage"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="billing.account",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payable_charges",
                        to="billing.account",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="billing.group",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="billing.product",
                    ),
                ),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="detail")),
                (
                    "tax_code",
                    models.CharField(default="998319", max_length=8, verbose_name="HSN/SAC"),
                ),
                (
                    "term_years",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="term in years"
                    ),
                ),
                (
                    "quantity",
                    billing.models.fields.QuantityField(
                        decimal_places=6, default=1, max_digits=15, verbose_name="quantity"
                    ),
                ),
                (
                    "unit_price",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="unit price"
                    ),
                ),
                (
                    "net_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3,
                        help_text="Quantity times unit price, rounded.",
                        max_digits=15,
                        verbose_name="net",
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
                    "service_from",
                    models.DateField(
                        help_text="The local day of acceptance, or the first day.",
                        verbose_name="date of supply",
                    ),
                ),
                (
                    "service_until",
                    models.DateField(
                        blank=True,
                        help_text="The last day, inclusive.",
                        null=True,
                        verbose_name="supplied until",
                    ),
                ),
                (
                    "order_number",
                    models.CharField(
                        blank=True, db_index=True, max_length=10, verbose_name="order number"
                    ),
                ),
                (
                    "domain_name",
                    models.CharField(blank=True, max_length=255, verbose_name="domain"),
                ),
                (
                    "po_number",
                    models.CharField(blank=True, max_length=60, verbose_name="purchase order"),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="raised")),
            ],
            options={
                "ordering": ["service_from", "id"],
                "indexes": [models.Index(fields=["payer", "service_from"], name="charge_by_payer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("net_amount__range", (0, Decimal("999999999999.999")))),
                        name="charge_net_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__range", (0, Decimal("999999999999.999")))),
                        name="charge_unit_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (0, Decimal("999999999999.999")))),
                        name="charge_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "order"), _negated=True),
                            ("order_number__regex", "^[0-9]{10}$"),
                            _connector="OR",
                        ),
                        name="charge_order_has_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentTax",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taxes",
                        to="billing.document",
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "component",
                    models.CharField(
                        help_text="VAT, IGST, CGST, SGST, UTGST.", max_length=8, verbose_name="tax"
                    ),
                ),
                ("category", models.CharField(max_length=2, verbose_name="category")),
                ("tax_code", models.CharField(blank=True, max_length=8, verbose_name="HSN/SAC")),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="rate in percent"
                    ),
                ),
                (
                    "taxable_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="taxable"
                    ),
                ),
                (
                    "tax_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="tax"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "position"), name="tax_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taxable_amount__range", (0, Decimal("999999999999.999")))
                        ),
                        name="tax_taxable_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_amount__range", (0, Decimal("999999999999.999")))),
                        name="tax_amount_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentFile",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("stored_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="file_sha256_form",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentBalance",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="billing.document",
                    ),
                ),
                (
                    "total",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="total"
                    ),
                ),
                (
                    "credited",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="credited"
                    ),
                ),
                (
                    "paid",
                    billing.models.fields.AmountField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="paid"
                    ),
                ),
                (
                    "open_amount",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("total"), "-", models.F("credited")
                            ),
                            "-",
                            models.F("paid"),
                        ),
                        output_field=billing.models.fields.AmountField(
                            decimal_places=3, max_digits=15, verbose_name="due"
                        ),
                    ),
                ),
                (
                    "state",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                paid=0,
                                then=models.Value("issued"),
                                total__gt=django.db.models.expressions.CombinedExpression(
                                    models.F("credited"), "+", models.F("paid")
                                ),
                            ),
                            models.When(
                                then=models.Value("partially_paid"),
                                total__gt=django.db.models.expressions.CombinedExpression(
                                    models.F("credited"), "+", models.F("paid")
                                ),
                            ),
                            models.When(
                                credited__gte=models.F("total"),
                                then=models.Value("credited"),
                                total__gt=0,
                            ),
                            default=models.Value("paid"),
                        ),
                        output_field=models.CharField(
                            choices=[
                                ("issued", "Issued"),
                                ("partially_paid", "Partially paid"),
                                ("paid", "Paid"),
                                ("credited", "Credited"),
                            ],
                            max_length=16,
                            verbose_name="state",
                        ),
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "document"], name="balance_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credited__gte", 0),
                            ("credited__lte", models.F("total")),
                            ("paid__gte", 0),
                        ),
                        name="balance_credited_within_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("credited"), "+", models.F("paid")
                                ),
                            )
                        ),
                        name="balance_not_overpaid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.document",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="billing.document",
                    ),
                ),
                (
                    "amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="amount"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "target"), name="allocation_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0), ("amount__range", ("0", "999999999999.999"))
                        ),
                        name="allocation_amount_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outbox",
                        to="billing.document",
                    ),
                ),
                ("topic", models.CharField(choices=[("render", "Render the PDF")], max_length=12)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["next_attempt_at"],
                        name="outbox_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "topic"), name="outbox_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
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
                        related_name="rows",
                        to="billing.importrun",
                    ),
                ),
                ("row_number", models.PositiveIntegerField(verbose_name="row")),
                ("key", models.CharField(blank=True, max_length=100, verbose_name="number")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("updated", "Updated"),
                            ("unchanged", "Unchanged"),
                            ("reported", "Reported, nothing changed"),
                            ("failed", "Failed"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=500, verbose_name="message")),
                ("term_assumed", models.BooleanField(default=False)),
                ("documents", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ["row_number"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "row_number"), name="import_row_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerTransfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=120, unique=True)),
                (
                    "debit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="billing.ledgeraccount",
                    ),
                ),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="billing.ledgeraccount",
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
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="billing.document",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0), ("amount__range", ("0", "999999999999.999"))
                        ),
                        name="transfer_amount_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("debit", models.F("credit")), _negated=True),
                        name="transfer_two_accounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeterTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="billing.planmeter",
                    ),
                ),
                (
                    "above",
                    billing.models.fields.QuantityField(
                        decimal_places=6, max_digits=15, verbose_name="above so many further units"
                    ),
                ),
                (
                    "unit_price",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="price of a unit"
                    ),
                ),
                (
                    "flat_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3,
                        default=0,
                        max_digits=15,
                        verbose_name="once, when reached",
                    ),
                ),
            ],
            options={
                "ordering": ["meter", "above"],
                "constraints": [
                    models.UniqueConstraint(fields=("meter", "above"), name="tier_once_per_meter"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("above__gt", 0), ("above__range", (0, Decimal("999999999999.999")))
                        ),
                        name="tier_above_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__range", (0, Decimal("999999999999.999")))),
                        name="tier_unit_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("flat_amount__range", (0, Decimal("999999999999.999")))
                        ),
                        name="tier_flat_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tiers",
                        to="billing.pricelistitem",
                    ),
                ),
                ("above", models.PositiveIntegerField(verbose_name="above so many a month")),
                (
                    "amount",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="price"
                    ),
                ),
            ],
            options={
                "ordering": ["item", "above"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "above"), name="price_tier_once"),
                    models.CheckConstraint(
                        condition=models.Q(("above__gt", 0)), name="price_tier_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__range", (0, Decimal("999999999999.999")))),
                        name="price_tier_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionCharge",
            fields=[
                (
                    "charge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="subscribed",
                        serialize=False,
                        to="billing.charge",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="billing.subscription",
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("month", "Monthly fee"),
                            ("year", "Yearly fee"),
                            ("commitment", "Minimum commitment"),
                            ("included", "Included units"),
                            ("usage", "Usage"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.planmeter",
                    ),
                ),
                ("first_day", models.DateField()),
                ("until", models.DateField(help_text="The day after the last one.")),
                (
                    "units",
                    billing.models.fields.QuantityField(decimal_places=6, default=0, max_digits=15),
                ),
                (
                    "covered",
                    billing.models.fields.AmountField(decimal_places=3, default=0, max_digits=15),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("first_day"))),
                        name="subscription_charge_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("meter__isnull", True),
                                ("what__in", ["month", "year", "commitment"]),
                            ),
                            models.Q(("meter__isnull", False), ("what__in", ["included", "usage"])),
                            _connector="OR",
                        ),
                        name="subscription_charge_meter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("units__range", (0, Decimal("999999999999.999")))),
                        name="subscription_charge_units",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("covered__range", (0, Decimal("999999999999.999")))),
                        name="subscription_charge_covered",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("what", "usage"), _negated=True),
                        expressions=[
                            ("subscription", "="),
                            ("what", "="),
                            (
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("meter"), models.Value(0)
                                ),
                                "=",
                            ),
                            (
                                billing.models.catalogue.DateRange(
                                    models.F("first_day"), models.F("until")
                                ),
                                "&&",
                            ),
                        ],
                        name="subscription_period_once",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="UsageRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=100, unique=True)),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage_records",
                        to="billing.subscription",
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage_records",
                        to="billing.planmeter",
                    ),
                ),
                (
                    "quantity",
                    billing.models.fields.QuantityField(
                        decimal_places=6, max_digits=15, verbose_name="quantity"
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="used")),
                ("occurred_on", models.DateField()),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subscription", "meter", "occurred_on"], name="usage_by_month"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__range", (0, Decimal("999999999999.999")))),
                        name="usage_quantity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChargeVoid",
            fields=[
                (
                    "charge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="void",
                        serialize=False,
                        to="billing.charge",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("voided_at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
            ],
        ),
        migrations.CreateModel(
            name="DocumentLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.document",
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "charge",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line",
                        to="billing.charge",
                    ),
                ),
                (
                    "credited_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crediting_lines",
                        to="billing.documentline",
                    ),
                ),
                (
                    "credits_amount",
                    models.BooleanField(default=False, verbose_name="an amount"),
                ),
                (
                    "account_name",
                    models.CharField(blank=True, max_length=160, verbose_name="account"),
                ),
                ("group_name", models.CharField(blank=True, max_length=160, verbose_name="group")),
                ("ordered_by_id", models.BigIntegerField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("order", "Certificate orders"),
                            ("subscription", "Subscription"),
                            ("usage", "Usage"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("details", models.JSONField(default=list)),
                (
                    "order_number",
                    models.CharField(
                        blank=True, db_index=True, max_length=10, verbose_name="order number"
                    ),
                ),
                (
                    "domain_name",
                    models.CharField(blank=True, max_length=255, verbose_name="domain"),
                ),
                (
                    "product_code",
                    models.CharField(blank=True, max_length=20, verbose_name="product code"),
                ),
                (
                    "term_years",
                    models.PositiveSmallIntegerField(null=True, verbose_name="term in years"),
                ),
                ("service_from", models.DateField(verbose_name="date of supply")),
                ("service_until", models.DateField(null=True, verbose_name="supplied until")),
                ("is_late", models.BooleanField(default=False, verbose_name="late")),
                ("tax_code", models.CharField(blank=True, max_length=8, verbose_name="HSN/SAC")),
                (
                    "quantity",
                    billing.models.fields.QuantityField(
                        decimal_places=6, max_digits=15, verbose_name="quantity"
                    ),
                ),
                (
                    "unit_price",
                    billing.models.fields.UnitPriceField(
                        decimal_places=6, max_digits=15, verbose_name="unit price"
                    ),
                ),
                (
                    "net_amount",
                    billing.models.fields.AmountField(
                        decimal_places=3, max_digits=15, verbose_name="net"
                    ),
                ),
                ("tax_category", models.CharField(max_length=2, verbose_name="tax category")),
                (
                    "tax_rate",
                    models.DecimalField(decimal_places=3, max_digits=6, verbose_name="tax rate"),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "position"), name="line_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("charge__isnull", False), ("credited_line__isnull", True)),
                            models.Q(("charge__isnull", True), ("credited_line__isnull", False)),
                            _connector="OR",
                        ),
                        name="line_has_one_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credits_amount", False),
                            models.Q(("credited_line__isnull", False), ("quantity", 1)),
                            _connector="OR",
                        ),
                        name="line_credits_amount_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net_amount__range", (0, Decimal("999999999999.999")))),
                        name="line_net_not_negative",
                    ),
                ],
            },
        ),
    ]
