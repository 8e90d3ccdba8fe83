"""What issuing invoices and credit notes has in common.

A caller prepares documents in memory (nothing is written while anything can still be refused),
then writes the drafts, adds its own rows, and numbers them when nothing can be refused any more:
the series' row lock is held from there to the commit. All of it in one transaction, many documents
at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from billing.copying import copy_rows
from billing.errors import CannotBill
from billing.models import (
    Document,
    DocumentLine,
    DocumentTax,
    LedgerEntry,
    OutboxMessage,
    Seller,
)
from billing.money import amount_text
from billing.numbers import NumberFormat
from billing.periods import financial_year
from billing.posting import Event, Posting, post
from billing.registering.needed import ask_for_registration
from billing.tax.totals import DocumentTotals

# Guards that refuse a number because of the seller's format, not because of the documents.
NUMBER_GUARDS = {
    "billing_document_number_key",
    "series_exhausted",
    "series_prefix_taken",
    "series_width_differs",
}


@dataclass
class PreparedDocument:
    """A document that is complete but for its number. Nothing of it is in the database yet."""

    document: Document
    lines: list[DocumentLine]
    taxes: list[DocumentTax] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    # What the ledger calls it, where that is not the document's kind.
    entry_kind: LedgerEntry.Kind | None = None


def take_totals(prepared: PreparedDocument, totals: DocumentTotals) -> None:
    """Put the computed totals and the tax breakdown on the document."""
    document = prepared.document
    document.net_total = totals.net
    document.tax_total = totals.tax_total
    document.rounding = totals.rounding
    document.total = totals.total
    prepared.taxes = [
        DocumentTax(
            position=position,
            component=row.name,
            category=row.category,
            tax_code=row.tax_code,
            rate=row.rate,
            taxable_amount=row.taxable,
            tax_amount=row.amount,
        )
        for position, row in enumerate(totals.taxes, 1)
    ]


def write_drafts(batch: Sequence[PreparedDocument], *, now: datetime) -> None:
    """Insert documents, lines, taxes, ledger transfers, outbox and registration rows, set-wise."""
    Document.objects.bulk_create([prepared.document for prepared in batch])
    for prepared in batch:
        for line in prepared.lines:
            line.document = prepared.document
            if line.charge is not None:
                # It may have been raised since the line was prepared.
                line.charge_id = line.charge.pk
        for tax in prepared.taxes:
            tax.document = prepared.document
    copy_rows(DocumentLine, (line for prepared in batch for line in prepared.lines))
    copy_rows(DocumentTax, (tax for prepared in batch for tax in prepared.taxes))
    post([_event(prepared) for prepared in batch])
    copy_rows(
        OutboxMessage,
        (
            OutboxMessage(
                document=prepared.document,
                topic=OutboxMessage.Topic.RENDER,
                next_attempt_at=now,
            )
            for prepared in batch
        ),
    )
    ask_for_registration([prepared.document for prepared in batch], now=now)


def _event(prepared: PreparedDocument) -> Event:
    """Return what the ledger says of the document: on its day, under its only order."""
    document = prepared.document
    orders = {line.order_number for line in prepared.lines}
    return Event(
        key=f"document:{document.pk}",
        account=document.account,
        currency=document.currency,
        on=document.issue_date,
        kind=prepared.entry_kind or LedgerEntry.Kind(document.kind),
        postings=prepared.postings,
        document=document,
        order_number=orders.pop() if len(orders) == 1 else "",
    )


def number_documents(batch: Sequence[PreparedDocument], *, seller: Seller) -> None:
    """Give the drafts their numbers, in the batch's order; the last thing before the commit.

    One financial year and kind at a time (the year of the issue date, in the seller's calendar).
    Raises `CannotBill` when the seller's number format gives no number that is free: its digits
    are used up, or the numbers belong to another series. The caller's savepoint takes all back.
    """
    groups: dict[tuple[str, str], list[Document]] = {}
    for prepared in batch:
        document = prepared.document
        year = financial_year(document.issue_date, start_month=seller.financial_year_start)
        groups.setdefault((document.kind, year.label), []).append(document)
    # Always in one order: two batches over the same two series would wait for each other.
    for (kind, year_label), documents in sorted(groups.items(), key=lambda group: group[0]):
        _take_numbers(documents, kind, year_label, number_format_of(seller, kind))
    _read_numbers([prepared.document for prepared in batch])


def _take_numbers(
    documents: list[Document], kind: str, year_label: str, number_format: NumberFormat
) -> None:
    prefix = number_format.prefix(year_label)
    ids = [document.pk for document in documents]
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT issue_documents(%s, %s, %s, %s, %s)",
                [ids, kind, year_label, prefix, number_format.width],
            )
    except IntegrityError as error:
        if _violated(error) not in NUMBER_GUARDS:
            raise
        raise CannotBill(
            "number-series",
            _("The numbers %(prefix)s… cannot go on: give the seller another number format.")
            % {"prefix": prefix},
        ) from error


def _violated(error: IntegrityError) -> str:
    """Return the name of the guard that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", ""))


def total_text(document: Document) -> str:
    """Return the total with its currency, such as `10531.50 INR`, for the audit trail."""
    return amount_text(document.total, document.currency)


def number_format_of(seller: Seller, kind: str) -> NumberFormat:
    """Return the seller's number format for a kind of document."""
    written: str = getattr(seller, f"{Document.Kind(kind).value}_number_format")
    return NumberFormat.parse(written)


def _read_numbers(documents: list[Document]) -> None:
    rows = Document.objects.in_bulk([document.pk for document in documents])
    for document in documents:
        row = rows[document.pk]
        document.number, document.issued_at = row.number, row.issued_at
        document.series_id, document.sequence = row.series_id, row.sequence
