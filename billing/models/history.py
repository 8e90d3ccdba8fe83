"""What stands beside the ledger: earlier books, and the results of proving it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import AmountField, CurrencyField, amount_check
from certinext.tenancy.grants import APPEND_ONLY


class EarlierEntry(models.Model):
    """A row of an account's ledger as the platform kept it before; to be read, never reckoned with.

    Its balance came over as the opening balance. Amounts are in `currency`, with the signs and the
    balance that the platform wrote. `content_key` tells rows apart that have no number of their
    own: a digest of what they say, and the how-manieth of its kind in the report it is.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="earlier_entries")
    content_key = models.CharField(max_length=70)
    happened_at = models.DateTimeField(_("date"))
    description = models.CharField(_("description"), max_length=300, blank=True)
    order_number = models.CharField(_("order number"), max_length=10, blank=True)
    kind = models.CharField(_("type"), max_length=60, blank=True)
    debit = AmountField(_("debit"), default=0)
    credit = AmountField(_("credit"), default=0)
    balance = AmountField(_("balance"))
    currency = CurrencyField(_("currency"))
    imported_at = models.DateTimeField(auto_now_add=True)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["account", "happened_at", "id"], name="earlier_entry_by_moment")
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "content_key"], name="earlier_entry_once"),
            amount_check("debit", "earlier_debit_in_range"),
            amount_check("credit", "earlier_credit_in_range"),
            amount_check("balance", "earlier_balance_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d} {self.description}"


class LedgerCheck(models.Model):
    """One proof of the books: which rules were asked, and what broke them."""

    checked_at = models.DateTimeField(_("checked"))
    checked_by = models.CharField(_("by"), max_length=254)
    seconds = models.FloatField(_("seconds"))
    rules = models.PositiveSmallIntegerField(_("rules"))
    # [{"rule": "…", "count": 3, "rows": [["INV/26-27/000001"], …]}], at most some rows of each.
    broken = models.JSONField(_("broken"), default=list)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"

    @property
    def holds(self) -> bool:
        """Whether every rule held."""
        return not self.broken
