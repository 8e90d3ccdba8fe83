"""Issued documents and what belongs to them.

An issued document, its lines, taxes and stored bytes never change: the application's role has no
UPDATE or DELETE on them, and triggers refuse the owner too. A draft exists only inside the issuing
transaction. What comes later (files, balance, allocations) is rows of its own.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.charges import Charge
from billing.models.fields import (
    AmountField,
    CurrencyField,
    QuantityField,
    UnitPriceField,
    amount_check,
)
from billing.models.readers import Reader
from certinext.tenancy.grants import APPEND_ONLY, KEPT, READ_ONLY


def plain_number() -> Func:
    """Return a document's number as banks carry it: capital letters and digits only, in SQL."""
    return Func(
        Upper("number"),
        Value("[^A-Z0-9]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=models.CharField(),
    )


class NumberSeries(models.Model):
    """The counter of one series in one financial year. Only `issue_documents()` moves it."""

    kind = models.CharField(max_length=12)
    financial_year = models.CharField(max_length=9)
    prefix = models.CharField(max_length=16, unique=True)
    width = models.PositiveSmallIntegerField()
    next_number = models.PositiveBigIntegerField(default=1)
    last_issued_at = models.DateTimeField(null=True)

    application_rights = READ_ONLY

    def __str__(self) -> str:
        return f"{self.prefix}…"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Who may see which documents."""

    def for_member(self, membership: Reader) -> DocumentQuerySet:
        """Return what a member may read.

        Administrators and finance managers: all documents of the account and, for a partner, of its
        sub-accounts. Managers and standard users: documents made of nothing but orders that they
        placed themselves. Basic: none. A parent's documents are its own: a sub-account does not
        see them, even where they carry its charges.
        """
        visible = self.filter(account__in=membership.accounts())
        if membership.sees_all_documents:
            return visible
        if membership.sees_own_documents:
            others = DocumentLine.objects.filter(document=models.OuterRef("pk")).exclude(
                ordered_by_id=membership.user_id
            )
            own = DocumentLine.objects.filter(
                document=models.OuterRef("pk"), ordered_by_id=membership.user_id
            )
            return visible.filter(models.Exists(own), ~models.Exists(others))
        return self.none()


class Document(models.Model):
    """An invoice, a credit note, a receipt: what they have in common, frozen at issue.

    Amounts are in `currency`, rounded to its minor unit: total = net + tax + rounding. `seller` and
    `buyer` are snapshots of the parties; `supply` the facts printed about the supply (place of
    supply, reverse charge, purchase order); `tax_decision` the rule, inputs and verdict that
    decided the tax; `notices` statements that the law wants printed.
    """

    class Kind(models.TextChoices):
        """EN 16931 type codes 380 and 381; receipts of money and of refunds (Rules 50, 51)."""

        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")
        RECEIPT = "receipt", _("Receipt")
        REFUND = "refund", _("Refund voucher")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="documents")
    series = models.ForeignKey(NumberSeries, null=True, on_delete=models.PROTECT)
    sequence = models.PositiveBigIntegerField(null=True)
    number = models.CharField(_("number"), max_length=16, null=True, unique=True)
    issued_at = models.DateTimeField(_("issued"), null=True)
    issue_date = models.DateField(_("date"), help_text=_("In the seller's zone."))
    due_date = models.DateField(_("due"), null=True)
    currency = CurrencyField(_("currency"))
    language = models.CharField(_("language"), max_length=8)
    time_zone = models.CharField(_("time zone"), max_length=60)
    net_total = AmountField(_("net"))
    tax_total = AmountField(_("tax"))
    rounding = AmountField(_("round off"), default=0)
    total = AmountField(_("total"))
    seller = models.JSONField()
    buyer = models.JSONField()
    supply = models.JSONField(default=dict)
    tax_decision = models.JSONField()
    notices = models.JSONField(default=list)
    issued_by = models.CharField(_("issued by"), max_length=254)

    objects = DocumentQuerySet.as_manager()

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["account", "kind", "-issue_date", "-id"], name="document_by_account"
            ),
            models.Index(fields=["kind", "-issue_date", "-id"], name="document_by_date"),
            # As banks carry a number in a remittance text: letters and digits only.
            models.Index(plain_number(), name="document_by_plain_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="document_sequence_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__regex=r"^[A-Za-z0-9/-]{1,16}$"),
                name="document_number_form",
            ),
            models.CheckConstraint(
                condition=Q(
                    number__isnull=True,
                    series__isnull=True,
                    sequence__isnull=True,
                    issued_at__isnull=True,
                )
                | Q(
                    number__isnull=False,
                    series__isnull=False,
                    sequence__isnull=False,
                    issued_at__isnull=False,
                ),
                name="document_draft_or_issued",
            ),
            models.CheckConstraint(
                condition=Q(total=F("net_total") + F("tax_total") + F("rounding")),
                name="document_total_adds_up",
            ),
            amount_check("total", "document_total_not_negative", minimum=0),
            amount_check("net_total", "document_net_not_negative", minimum=0),
            amount_check("tax_total", "document_tax_not_negative", minimum=0),
            models.CheckConstraint(
                condition=Q(rounding__range=("-0.500", "0.500")), name="document_rounding_small"
            ),
        ]

    def __str__(self) -> str:
        return self.number or "draft"


class DocumentLine(models.Model):
    """One line. An invoice's comes from a charge, a credit note's from an invoice's line."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    charge = models.OneToOneField(Charge, null=True, on_delete=models.PROTECT, related_name="line")
    credited_line = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="crediting_lines"
    )
    # Takes back an amount of the credited line, not units of it: its quantity is one.
    credits_amount = models.BooleanField(_("an amount"), default=False)
    # The account that ordered, when it is not the one that is billed.
    account_name = models.CharField(_("account"), max_length=160, blank=True)
    group_name = models.CharField(_("group"), max_length=160, blank=True)
    ordered_by_id = models.BigIntegerField(null=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Charge.Kind.choices)
    description = models.CharField(_("description"), max_length=200)
    # Short texts printed below the description.
    details = models.JSONField(default=list)
    order_number = models.CharField(_("order number"), max_length=10, blank=True, db_index=True)
    domain_name = models.CharField(_("domain"), max_length=255, blank=True)
    product_code = models.CharField(_("product code"), max_length=20, blank=True)
    term_years = models.PositiveSmallIntegerField(_("term in years"), null=True)
    service_from = models.DateField(_("date of supply"))
    service_until = models.DateField(_("supplied until"), null=True)
    # Supplied before the period of the invoice: it says so on the line.
    is_late = models.BooleanField(_("late"), default=False)
    tax_code = models.CharField(_("HSN/SAC"), max_length=8, blank=True)
    quantity = QuantityField(_("quantity"))
    unit_price = UnitPriceField(_("unit price"))
    net_amount = AmountField(_("net"))
    tax_category = models.CharField(_("tax category"), max_length=2)
    # The sum of the line's rates, in percent.
    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=3)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="line_position_once"),
            models.CheckConstraint(
                condition=Q(charge__isnull=False, credited_line__isnull=True)
                | Q(charge__isnull=True, credited_line__isnull=False),
                name="line_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(credits_amount=False) | Q(credited_line__isnull=False, quantity=1),
                name="line_credits_amount_once",
            ),
            amount_check("net_amount", "line_net_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.description}"


class DocumentTax(models.Model):
    """One tax of the breakdown: per tax component, category, rate and (in India) tax code."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="taxes")
    position = models.PositiveIntegerField()
    component = models.CharField(
        _("tax"), max_length=8, help_text=_("VAT, IGST, CGST, SGST, UTGST.")
    )
    category = models.CharField(_("category"), max_length=2)
    tax_code = models.CharField(_("HSN/SAC"), max_length=8, blank=True)
    rate = models.DecimalField(_("rate in percent"), max_digits=6, decimal_places=3)
    taxable_amount = AmountField(_("taxable"))
    tax_amount = AmountField(_("tax"))

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="tax_position_once"),
            amount_check("taxable_amount", "tax_taxable_not_negative", minimum=0),
            amount_check("tax_amount", "tax_amount_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.rate} %"


class DocumentFile(models.Model):
    """The stored PDF: inserted once, never replaced. The first renderer wins."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="file"
    )
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    stored_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="file_by_sha256")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_form"
            ),
        ]

    def __str__(self) -> str:
        return self.path


class DocumentBalance(models.Model):
    """What is still owed on an invoice. Triggers keep it; the application only reads it.

    Overdue is never stored: it is `open_amount` > 0 and a due date before today.
    """

    class State(models.TextChoices):
        """Follows from the amounts."""

        ISSUED = "issued", _("Issued")
        PARTIALLY_PAID = "partially_paid", _("Partially paid")
        PAID = "paid", _("Paid")
        CREDITED = "credited", _("Credited")

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    total = AmountField(_("total"))
    credited = AmountField(_("credited"), default=0)
    paid = AmountField(_("paid"), default=0)
    open_amount = models.GeneratedField(
        expression=F("total") - F("credited") - F("paid"),
        output_field=AmountField(_("due")),
        db_persist=True,
    )
    state = models.GeneratedField(
        expression=Case(
            When(total__gt=F("credited") + F("paid"), paid=0, then=Value("issued")),
            When(total__gt=F("credited") + F("paid"), then=Value("partially_paid")),
            When(credited__gte=F("total"), total__gt=0, then=Value("credited")),
            default=Value("paid"),
        ),
        output_field=models.CharField(_("state"), max_length=16, choices=State.choices),
        db_persist=True,
    )

    application_rights = READ_ONLY

    class Meta:
        indexes = [models.Index(fields=["state", "document"], name="balance_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(credited__gte=0, paid__gte=0, credited__lte=F("total")),
                name="balance_credited_within_total",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=F("credited") + F("paid")), name="balance_not_overpaid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.open_amount}"


class Allocation(models.Model):
    """An amount that a credit note or a payment takes off what an invoice still owes."""

    source = models.ForeignKey(
        Document, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    payment = models.ForeignKey(
        "billing.Payment", null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    target = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="settlements")
    amount = AmountField(_("amount"))
    created_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="allocation_once"),
            models.UniqueConstraint(
                fields=["payment", "target"], name="allocation_of_payment_once"
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False, payment__isnull=True)
                | Q(source__isnull=True, payment__isnull=False),
                name="allocation_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__range=("0", "999999999999.999")),
                name="allocation_amount_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source or self.payment} → {self.target} {self.amount}"


class OutboxMessage(models.Model):
    """Work that an issued document still asks for. The database remembers; Celery only wakes up."""

    class Topic(models.TextChoices):
        """What is to be done."""

        RENDER = "render", _("Render the PDF")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="outbox")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    application_rights = KEPT

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(done_at__isnull=True), name="outbox_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["document", "topic"], name="outbox_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.document}"
