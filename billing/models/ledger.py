"""The ledger: one row a transfer, so it balances by construction."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import AmountField, CurrencyField
from certinext.tenancy.grants import APPEND_ONLY


class LedgerAccount(models.Model):
    """An account of the books, in one currency.

    Receivable and credits stand per customer; revenue, output tax and rounding are the seller's.
    """

    class Kind(models.TextChoices):
        """The side of the books."""

        RECEIVABLE = "receivable", _("Receivable")
        CREDITS = "credits", _("Customer credits")
        REVENUE = "revenue", _("Revenue")
        OUTPUT_TAX = "output_tax", _("Output tax")
        ROUNDING = "rounding", _("Rounding")

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
                | Q(kind__in=["revenue", "output_tax", "rounding"], account__isnull=True),
                name="ledger_account_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class LedgerTransfer(models.Model):
    """One amount from the credited to the debited account. Written once; corrected by another."""

    idempotency_key = models.CharField(max_length=120, unique=True)
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
