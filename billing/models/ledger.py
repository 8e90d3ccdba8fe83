"""The ledger: one row a transfer, so it balances by construction.

Transfers belong to entries: one entry is one event of a customer's account (an invoice, a payment),
as its statement shows it. Balances and days are sums that triggers keep beside them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import AmountField, CurrencyField, amount_check
from certinext.tenancy.grants import APPEND_ONLY, READ_ONLY

SELLERS_OWN = ["revenue", "output_tax", "rounding", "cash", "adjustment", "opening"]


class LedgerAccount(models.Model):
    """An account of the books, in one currency.

    Receivable and credits stand per customer; all others are the seller's.
    """

    class Kind(models.TextChoices):
        """The side of the books."""

        RECEIVABLE = "receivable", _("Receivable")
        CREDITS = "credits", _("Customer credits")
        REVENUE = "revenue", _("Revenue")
        OUTPUT_TAX = "output_tax", _("Output tax")
        ROUNDING = "rounding", _("Rounding")
        CASH = "cash", _("Bank and gateways")
        ADJUSTMENT = "adjustment", _("Adjustments")
        OPENING = "opening", _("Opening balances")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="ledger_accounts"
    )
    currency = CurrencyField(_("currency"))

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account", "currency"],
                name="ledger_account_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["receivable", "credits"], account__isnull=False)
                | Q(kind__in=SELLERS_OWN, account__isnull=True),
                name="ledger_account_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class LedgerEntry(models.Model):
    """One event of a customer's account, as the statement shows it. Written once, with transfers.

    `debit` raises what the account owes (receivable less credits), `credit` lowers it, in
    `currency`. What moves between the account's own credits and debts stands in both.
    """

    class Kind(models.TextChoices):
        """What happened: the statement's type."""

        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")
        PAYMENT = "payment", _("Payment")
        SETTLEMENT = "settlement", _("Settlement")
        TOP_UP = "top_up", _("Top-up")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        REFUND = "refund", _("Refund")
        ADJUSTMENT = "adjustment", _("Adjustment")
        OPENING = "opening", _("Opening balance")

    idempotency_key = models.CharField(max_length=120, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ledger_entries")
    currency = CurrencyField(_("currency"))
    on = models.DateField(_("date"), help_text=_("The booking day in the seller's zone."))
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices)
    document = models.ForeignKey(
        "billing.Document", null=True, on_delete=models.PROTECT, related_name="entries"
    )
    order_number = models.CharField(_("order number"), max_length=10, blank=True)
    # In words what no document says: an adjustment's reason, an opening balance's source.
    description = models.CharField(_("description"), max_length=200, blank=True)
    debit = AmountField(_("debit"), default=0)
    credit = AmountField(_("credit"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["account", "currency", "on", "id"], name="entry_by_day")]
        constraints = [
            amount_check("debit", "entry_debit_not_negative", minimum=0),
            amount_check("credit", "entry_credit_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class LedgerTransfer(models.Model):
    """One amount from the credited to the debited account. Written once; corrected by another."""

    idempotency_key = models.CharField(max_length=120, unique=True)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="transfers")
    debit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="credits")
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    document = models.ForeignKey(
        "billing.Document", null=True, on_delete=models.PROTECT, related_name="transfers"
    )
    on = models.DateField(_("date"))
    created_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(amount__gt=0, amount__range=("0", "999999999999.999")),
                name="transfer_amount_positive",
            ),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit} {self.amount} {self.currency}"


class AccountBalance(models.Model):
    """What an account owes and what it has prepaid, in one currency. Triggers keep it.

    `receivable` is what its documents and opening balance still ask for; below zero it cannot get
    through invoices. `credits` is prepaid money, which can never go below zero.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances")
    currency = CurrencyField(_("currency"))
    receivable = AmountField(_("owed"), default=0)
    credits = AmountField(_("credits"), default=0)

    application_rights = READ_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "currency"], name="account_balance_once"),
            amount_check("credits", "credits_never_negative", minimum=0),
            amount_check("receivable", "balance_receivable_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.receivable} {self.currency}"


class LedgerDay(models.Model):
    """The sums of an account's entries of one day. Triggers keep it.

    A statement's opening balance is the sum of the days before: however many entries there are.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="ledger_days")
    currency = CurrencyField(_("currency"))
    on = models.DateField(_("date"))
    debit = AmountField(_("debit"), default=0)
    credit = AmountField(_("credit"), default=0)
    entries = models.PositiveIntegerField(_("entries"), default=0)

    application_rights = READ_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "currency", "on"], name="ledger_day_once"),
            amount_check("debit", "day_debit_not_negative", minimum=0),
            amount_check("credit", "day_credit_not_negative", minimum=0),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.on}"
