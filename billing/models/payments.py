"""Money that comes in, goes back, or is taken from an account's credits, and its receipts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.documents import Document
from billing.models.fields import AmountField, CurrencyField, amount_check
from billing.models.mandates import AutoTopUp
from billing.models.providers import Provider
from billing.models.readers import Reader
from certinext.tenancy.grants import APPEND_ONLY, KEPT


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Who may see which payments, and which are waiting."""

    def for_member(self, membership: Reader) -> PaymentQuerySet:
        """Return what a member may see: administrators and finance managers only."""
        if membership.sees_all_documents:
            return self.filter(account__in=membership.accounts())
        return self.none()

    def waiting(self) -> PaymentQuerySet:
        """Return those that a clerk must decide."""
        return self.filter(state=Payment.State.PENDING_APPROVAL)

    def reserving_credits(self) -> PaymentQuerySet:
        """Return refunds and withdrawals under way: nothing else may spend what they will take."""
        return self.filter(
            kind__in=[Payment.Kind.REFUND, Payment.Kind.WITHDRAWAL],
            state__in=[Payment.State.INITIATED, Payment.State.PENDING_APPROVAL],
        )

    def awaited_transfers(self) -> PaymentQuerySet:
        """Return the bank transfers that were announced, and whose money nobody has found yet."""
        return self.filter(
            method=Payment.Method.BANK_TRANSFER,
            state__in=[Payment.State.INITIATED, Payment.State.PENDING_APPROVAL],
        )

    def incoming(self) -> PaymentQuerySet:
        """Return those that bring the seller money, from outside or from credits."""
        return self.filter(kind__in=[Payment.Kind.INVOICES, Payment.Kind.TOP_UP])


class Payment(models.Model):
    """One payment, from its first click to its end; `amount` in `currency`, above zero.

    Account, kind, method, amount and currency never change. A payment that succeeded or was
    rejected never changes at all; one that failed at the gateway may still succeed there (a second
    card, a late message). `provider_ref` is the provider's own id: one payment there is one row.
    """

    class Kind(models.TextChoices):
        """What the money is for."""

        INVOICES = "invoices", _("Invoices")
        TOP_UP = "top_up", _("Top-up")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        REFUND = "refund", _("Refund")

    class Method(models.TextChoices):
        """How it moves."""

        CREDITS = "credits", _("Credits")
        GATEWAY = "gateway", _("Online")
        BANK_TRANSFER = "bank_transfer", _("Bank transfer")

    class State(models.TextChoices):
        """The platform's words."""

        INITIATED = "initiated", _("Initiated")
        PENDING_APPROVAL = "pending_approval", _("Pending approval")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")
        REJECTED = "rejected", _("Rejected")

    # What people and bank statements quote: letters and digits that nobody mistakes.
    reference = models.CharField(_("payment number"), max_length=16, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(_("for"), max_length=10, choices=Kind.choices)
    method = models.CharField(_("mode"), max_length=13, choices=Method.choices)
    provider = models.CharField(_("provider"), max_length=20)
    # The provider's id of what was begun there (a checkout, an order), and of the money itself.
    session_ref = models.CharField(max_length=120, blank=True, db_index=True)
    provider_ref = models.CharField(_("transaction number"), max_length=120, null=True, blank=True)
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.INITIATED
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    # Where a withdrawal goes: holder, bank, account or IBAN, IFSC or BIC.
    destination = models.JSONField(default=dict, blank=True)
    refund_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    # What allows to charge it without the customer; none where the customer pays it.
    auto_top_up = models.ForeignKey(
        AutoTopUp, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    # The payment that had succeeded when this money came for it once more.
    paid_beyond = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="further"
    )
    created_by = models.CharField(_("begun by"), max_length=254)
    created_at = models.DateTimeField(_("begun"))
    decided_by = models.CharField(_("decided by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Why it failed or was rejected, or what a clerk has to look at.
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="payment_by_account"),
            models.Index(fields=["state", "-id"], name="payment_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], name="payment_once_per_provider"
            ),
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(amount__gt=0, amount__range=("0", "999999999999.999")),
                name="payment_amount_positive",
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded")
                | Q(received_on__isnull=False, decided_at__isnull=False),
                name="payment_success_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "rejected"]) | ~Q(reason=""),
                name="payment_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(auto_top_up=None) | Q(kind="top_up", method="gateway"),
                name="payment_automatic_is_top_up",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(auto_top_up__isnull=False, state="initiated"),
                name="payment_automatic_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_incoming(self) -> bool:
        """Whether money comes to the seller, from outside or from the account's credits."""
        return self.kind in {self.Kind.INVOICES, self.Kind.TOP_UP}

    @property
    def is_imitated(self) -> bool:
        """Whether it went through the sandbox: no money moved, whatever it settled."""
        return self.provider == Provider.SANDBOX


class PaymentTarget(models.Model):
    """An invoice that a payment was meant for when it was begun."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="targets")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="aimed_at")

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "document"], name="payment_target_once"),
        ]

    def __str__(self) -> str:
        return f"{self.payment} → {self.document}"


class Receipt(models.Model):
    """The document that a payment which succeeded gives: exactly one, frozen with it.

    A payment of invoices is receipted as such; money on account (a top-up, an overpayment) as an
    advance (CGST Rule 50); money that goes back as a refund (Rule 51).
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="receipt"
    )
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    # The part of the payment that became credits, and the credits before it.
    credit_amount = AmountField(_("kept as credit"), default=0)
    credits_before = AmountField(_("credits before"), default=0)

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            amount_check("credit_amount", "receipt_credit_not_negative", minimum=0),
            amount_check("credits_before", "receipt_credits_before_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return str(self.document)
