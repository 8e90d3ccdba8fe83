"""Issuing credit notes: copied lines, cumulative rounding, posting, number.

A note first lowers what its invoice still owes; the rest becomes the account's credit. Notes of an
invoice together sum exactly to it (CGST Act, Section 34; Directive 2006/112/EC, Article 219).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.issuing import (
    PreparedDocument,
    number_documents,
    take_totals,
    total_text,
    write_drafts,
)
from billing.models import (
    Account,
    Allocation,
    Charge,
    Document,
    DocumentBalance,
    DocumentLine,
    DocumentTax,
    Membership,
    Seller,
)
from billing.models.seller import current_seller
from billing.outbox import wake_after_commit
from billing.posting import credit_note_postings
from billing.snapshots import seller_snapshot
from billing.tasks import render_outbox
from billing.tax.credit import IssuedTotals, credit_totals, last_day_to_credit_tax
from billing.tax.decision import TaxComponent
from billing.tax.totals import TaxableLine, TaxRow
from certinext.audit.trail import record
from credit_notes.models import CreditNote


@dataclass(kw_only=True)
class PreparedCreditNote(PreparedDocument):
    """A prepared document with the note's own facts; amounts in the document's currency."""

    origin: Document
    still_owed: Decimal = Decimal(0)
    applied: Decimal = Decimal(0)
    kept_as_credit: Decimal = Decimal(0)


@transaction.atomic
def credit_charges(
    *,
    charges: Sequence[Charge],
    reason_code: str,
    reason: str,
    order_number: str,
    on: date,
    now: datetime,
    issued_by: str,
) -> list[CreditNote]:
    """Credit the whole invoice lines of these charges, one note an invoice, dated `on`.

    Charges that were not invoiced, are worth nothing or are credited already are left out, so
    running it again makes nothing. Takes the locks of the invoices' accounts, by id ascending; a
    caller that holds other accounts' locks has taken these too.
    """
    seller = current_seller()
    _lock_accounts(charges)
    notes = [
        _issue(
            prepared,
            seller=seller,
            now=now,
            reason_code=reason_code,
            reason=reason,
            order_number=order_number,
        )
        for prepared in prepare_notes(charges, on=on, issued_by=issued_by)
    ]
    if notes:
        wake_after_commit(render_outbox)
    return notes


def prepare_notes(
    charges: Sequence[Charge], *, on: date, issued_by: str
) -> list[PreparedCreditNote]:
    """Compute the notes that crediting these charges issues, one an invoice; write nothing.

    A page that says beforehand what will happen asks here, without locks. Raises
    `CreditExceedsInvoice`.
    """
    seller = current_seller()
    lines = (
        DocumentLine.objects.filter(
            charge__in=charges, net_amount__gt=0, crediting_lines__isnull=True
        )
        .select_related("document__account", "charge")
        .order_by("document_id", "position")
    )
    return [
        _prepare(invoice, list(of_invoice), seller=seller, on=on, issued_by=issued_by)
        for invoice, of_invoice in groupby(lines, key=lambda line: line.document)
    ]


def _lock_accounts(charges: Sequence[Charge]) -> None:
    """Hold the accounts before looking at what is credited: another note may be on its way."""
    list(
        Account.objects.select_for_update(no_key=True)
        .filter(pk__in=DocumentLine.objects.filter(charge__in=charges).values("document__account"))
        .order_by("pk")
    )


def _prepare(
    invoice: Document, lines: list[DocumentLine], *, seller: Seller, on: date, issued_by: str
) -> PreparedCreditNote:
    """Compute the note: whole lines, the invoice's own tax verdict, and the split."""
    too_late = seller.country == "IN" and on > last_day_to_credit_tax(invoice.issue_date)
    with override(invoice.language):
        document = Document(
            kind=Document.Kind.CREDIT_NOTE,
            account=invoice.account,
            issue_date=on,
            currency=invoice.currency,
            language=invoice.language,
            time_zone=seller.time_zone,
            seller=seller_snapshot(seller, language=invoice.language),
            buyer=invoice.buyer,
            tax_decision={**invoice.tax_decision, "without_tax": too_late},
            notices=_notices(invoice, too_late=too_late),
            issued_by=issued_by[:254],
        )
        copies = [_copy(line, position, invoice) for position, line in enumerate(lines, 1)]
    prepared = PreparedCreditNote(document, copies, origin=invoice)
    totals = credit_totals(
        invoice=_issued(invoice),
        already_credited=[_issued(note) for note in _earlier_notes(invoice)],
        lines=[taxable_line(line, invoice) for line in lines],
        currency=invoice.currency,
        without_tax=too_late,
    )
    take_totals(prepared, totals)
    prepared.still_owed = DocumentBalance.objects.get(document=invoice).open_amount
    prepared.applied = min(prepared.still_owed, totals.total)
    prepared.kept_as_credit = totals.total - prepared.applied
    # The note says it for good; payments that follow change what is owed, not what was true here.
    prepared.document.supply = {
        **invoice.supply,
        "left_on_invoice": f"{prepared.still_owed - prepared.applied}",
        "ended_by_buyer": _is_of_buyer(issued_by, lines),
    }
    prepared.postings = credit_note_postings(
        net=totals.net,
        tax=totals.tax_total,
        rounding=totals.rounding,
        kept_as_credit=prepared.kept_as_credit,
    )
    return prepared


def _issue(
    prepared: PreparedCreditNote,
    *,
    seller: Seller,
    now: datetime,
    reason_code: str,
    reason: str,
    order_number: str,
) -> CreditNote:
    write_drafts([prepared], now=now)
    document, invoice = prepared.document, prepared.origin
    note = CreditNote.objects.create(
        document=document,
        invoice_id=invoice.pk,
        reason_code=reason_code,
        reason=reason[:500],
        order_number=order_number,
        applied_amount=prepared.applied,
        credit_amount=prepared.kept_as_credit,
    )
    if prepared.applied:
        Allocation.objects.create(source=document, target=invoice, amount=prepared.applied)
    number_documents([prepared], seller=seller)
    record(
        "credit_note.issued",
        on=document,
        by=document.issued_by,
        account_number=document.account.account_number,
        invoice=invoice.number,
        order=order_number,
        total=total_text(document),
    )
    return note


def _is_of_buyer(person: str, lines: list[DocumentLine]) -> bool:
    """Tell whether somebody of the accounts that ordered (not of the seller) ended the order."""
    accounts = [line.charge.account_id for line in lines if line.charge is not None]
    return Membership.objects.filter(account__in=accounts, user__email=person).exists()


def _earlier_notes(invoice: Document) -> list[Document]:
    return list(
        Document.objects.filter(credit_note__invoice_id=invoice.pk)
        .prefetch_related("taxes")
        .order_by("id")
    )


def _issued(document: Document) -> IssuedTotals:
    """Return a stored document's totals for the cumulative arithmetic."""
    return IssuedTotals(
        taxes=[_row(tax) for tax in document.taxes.all()],
        gross=document.total - document.rounding,
        rounding=document.rounding,
    )


def _row(tax: DocumentTax) -> TaxRow:
    return TaxRow(
        category=tax.category,
        name=tax.component,
        rate=tax.rate.normalize(),
        tax_code=tax.tax_code,
        taxable=tax.taxable_amount,
        amount=tax.tax_amount,
    )


def taxable_line(line: DocumentLine, invoice: Document) -> TaxableLine:
    """Tax the line as the invoice did: the components of its category and whole rate."""
    for verdict in (invoice.tax_decision, *invoice.tax_decision.get("further", [])):
        components = tuple(
            TaxComponent(part["name"], Decimal(part["rate"]).normalize())
            for part in verdict["components"]
        )
        whole = sum((part.rate for part in components), Decimal(0))
        if verdict["category"] == line.tax_category and whole == line.tax_rate:
            return TaxableLine(
                net=line.net_amount,
                category=line.tax_category,
                components=components,
                tax_code=line.tax_code,
            )
    raise LookupError(f"Document {invoice} keeps no verdict for its line {line.position}.")


def _copy(line: DocumentLine, position: int, invoice: Document) -> DocumentLine:
    reference = _("Invoice %(number)s, line %(position)s, credited in full") % {
        "number": invoice.number,
        "position": line.position,
    }
    return DocumentLine(
        position=position,
        credited_line=line,
        account_name=line.account_name,
        group_name=line.group_name,
        ordered_by_id=line.ordered_by_id,
        kind=line.kind,
        description=line.description,
        details=[*line.details, reference],
        order_number=line.order_number,
        domain_name=line.domain_name,
        product_code=line.product_code,
        term_years=line.term_years,
        service_from=line.service_from,
        service_until=line.service_until,
        tax_code=line.tax_code,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        tax_category=line.tax_category,
        tax_rate=line.tax_rate,
    )


def _notices(invoice: Document, *, too_late: bool) -> list[str]:
    notices = list(invoice.notices)
    if too_late:
        notices.append(
            _(
                "Financial credit note without tax: the time to credit tax under Section 34(2) of"
                " the CGST Act is over."
            )
        )
    return notices
