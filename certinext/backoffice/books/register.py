"""The register of invoices and credit notes, and the journal: what the ledger says of a period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Document, DocumentTax, LedgerAccount, LedgerEntry, LedgerTransfer, Seller
from billing.tax.decision import CGST, IGST, SGST, UTGST, VAT
from billing.tax.states import find_state
from certinext.backoffice.books.periods import Period
from certinext.backoffice.books.sheets import (
    ALWAYS,
    AMOUNT,
    CODE,
    DAY,
    FILES,
    MONEY,
    WIDE,
    Column,
    Rows,
    Sheet,
    signed,
)

Kind = LedgerAccount.Kind
SUPPLIES = [Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE]


@dataclass(frozen=True)
class Booked:
    """What the ledger says of a period in one currency, beside a register's totals."""

    currency: str
    revenue: Decimal
    tax: Decimal


def register(seller: Seller) -> list[Sheet]:
    """Return the register: every invoice and credit note, which counts below zero."""
    return [
        Sheet(
            "register",
            gettext_lazy("Document register"),
            [
                Column("issue_date", gettext_lazy("Date"), DAY),
                Column("number", gettext_lazy("Number"), CODE, at=ALWAYS),
                Column("kind", gettext_lazy("Kind"), shown=_kind, at=FILES),
                Column("account_number", gettext_lazy("Account"), at=FILES),
                Column("buyer_name", gettext_lazy("Buyer")),
                Column("tax_id", gettext_lazy("Tax id"), at=FILES),
                Column("buyer_country", gettext_lazy("Country"), at=FILES),
                *(
                    [Column("buyer_state", gettext_lazy("State"), at=FILES)]
                    if seller.country == "IN"
                    else []
                ),
                Column("net", gettext_lazy("Taxable"), MONEY, total=True),
                # Every figure that the seller's documents bear also stands on the page: there, too,
                # they add up to the total.
                *(
                    Column(
                        name.lower(),
                        name,
                        MONEY,
                        total=True,
                        at=FILES if name == _not_levied(seller) else WIDE,
                    )
                    for name in components_of(seller)
                ),
                Column("round_off", gettext_lazy("Round off"), MONEY, total=True),
                Column("gross", gettext_lazy("Total"), MONEY, total=True, at=ALWAYS),
                Column("currency", gettext_lazy("Currency"), at=FILES),
                Column("reverse", gettext_lazy("Reverse charge"), shown=_yes, at=FILES),
                Column("original", gettext_lazy("Original invoice"), shown=_plain, at=FILES),
                Column("original_date", gettext_lazy("Of"), DAY, at=FILES),
            ],
            _register_rows,
        )
    ]


def journal(_seller: Seller) -> list[Sheet]:
    """Return the journal: every transfer of the ledger."""
    return [
        Sheet(
            "journal",
            gettext_lazy("Journal"),
            [
                Column("on", gettext_lazy("Date"), DAY, at=ALWAYS),
                Column("entry_kind", gettext_lazy("Entry"), shown=_entry),
                Column("debit_kind", gettext_lazy("Debit"), shown=_book),
                Column("credit_kind", gettext_lazy("Credit"), shown=_book),
                Column("amount", gettext_lazy("Amount"), MONEY, total=True, at=ALWAYS),
                Column("currency", gettext_lazy("Currency"), at=FILES),
                Column("document_number", gettext_lazy("Document"), CODE, shown=_plain, at=ALWAYS),
                Column("account_number", gettext_lazy("Account"), at=FILES),
                Column("customer", gettext_lazy("Customer")),
                Column("text", gettext_lazy("Description"), at=FILES),
            ],
            _journal_rows,
        )
    ]


def booked(period: Period) -> list[Booked]:
    """Return revenue and output tax as the ledger has them, by currency: one query."""
    sums = (
        LedgerTransfer.objects.filter(on__range=(period.first, period.last))
        .order_by("currency")
        .values("currency")
        .annotate(revenue=_balance_of(Kind.REVENUE), tax=_balance_of(Kind.OUTPUT_TAX))
    )
    return [Booked(**row) for row in sums if row["revenue"] or row["tax"]]


def components_of(seller: Seller) -> list[str]:
    """Return the taxes that the seller's documents bear."""
    return [CGST, SGST, UTGST, IGST] if seller.country == "IN" else [VAT]


def _not_levied(seller: Seller) -> str:
    """Return the local half of the tax that the seller's State or territory does not levy."""
    state = find_state(seller.state_code)
    return SGST if state is not None and state.levies_utgst else UTGST


def supplies_in(period: Period) -> QuerySet[Document]:
    """Return the invoices and credit notes issued in a period."""
    return Document.objects.filter(
        kind__in=SUPPLIES,
        number__isnull=False,
        issue_date__range=(period.first, period.last),
    )


def _register_rows(period: Period, seller: Seller) -> Rows:
    taxes = {name.lower(): _tax(name) for name in components_of(seller)}
    rows = supplies_in(period).annotate(
        account_number=KeyTextTransform("account_number", "buyer"),
        buyer_name=KeyTextTransform("legal_name", "buyer"),
        tax_id=KeyTextTransform("tax_id", "buyer"),
        buyer_country=KeyTextTransform("country", "buyer"),
        buyer_state=KeyTextTransform("state_code", "buyer"),
        reverse=KeyTextTransform("reverse_charge", "tax_decision"),
        net=signed("net_total"),
        round_off=signed("rounding"),
        gross=signed("total"),
        original=Subquery(_original("number")),
        original_date=Subquery(_original("issue_date")),
        **taxes,
    )
    keys = [column.key for column in register(seller)[0].columns]
    return rows.order_by("issue_date", "id").values(*keys)


def _original(field: str) -> Rows:
    return Document.objects.filter(invoice__credit_notes__document=OuterRef("pk")).values(field)


def _tax(component: str) -> Any:
    found = (
        DocumentTax.objects.filter(document=OuterRef("pk"), component=component)
        .order_by()
        .values("document")
        .annotate(sum=Sum(signed("tax_amount", kind="document__kind")))
        .values("sum")
    )
    return Coalesce(Subquery(found), Value(Decimal(0)), output_field=AMOUNT)


def _journal_rows(period: Period, _seller: Seller) -> Rows:
    return (
        LedgerTransfer.objects.filter(on__range=(period.first, period.last))
        .annotate(
            entry_kind=F("entry__kind"),
            debit_kind=F("debit__kind"),
            credit_kind=F("credit__kind"),
            document_number=F("document__number"),
            account_number=F("entry__account__account_number"),
            customer=F("entry__account__legal_name"),
            text=F("entry__description"),
        )
        .order_by("on", "id")
        .values(
            "on",
            "entry_kind",
            "debit_kind",
            "credit_kind",
            "amount",
            "currency",
            "document_number",
            "account_number",
            "customer",
            "text",
        )
    )


def _balance_of(kind: str) -> Any:
    """Return what was credited to a side of the books, less what was debited."""
    nothing = Value(Decimal(0), output_field=AMOUNT)
    credited = Coalesce(Sum("amount", filter=Q(credit__kind=kind)), nothing)
    return credited - Coalesce(Sum("amount", filter=Q(debit__kind=kind)), nothing)


def _kind(value: str) -> str:
    return str(Document.Kind(value).label)


def _entry(value: str) -> str:
    return str(LedgerEntry.Kind(value).label)


def _book(value: str) -> str:
    return str(Kind(value).label)


def _yes(value: str | None) -> str:
    return _("Yes") if value == "true" else _("No")


def _plain(value: str | None) -> str:
    return value or ""
