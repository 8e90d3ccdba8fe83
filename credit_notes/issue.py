"""Issuing credit notes: lines taken back, cumulative rounding, posting, number.

A note first lowers what its invoice still owes; the rest becomes the account's credit. Notes of an
invoice together sum exactly to it (CGST Act, Section 34; Directive 2006/112/EC, Article 219).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from billing.issuing import number_documents, total_text, write_drafts
from billing.models import Account, Allocation, Charge, DocumentLine, Seller
from billing.models.seller import current_seller
from billing.registering.wake import wake_for_issued
from billing.sentences import gettext_noop
from billing.text import UnusableText, clean_line
from certinext.audit.trail import record
from credit_notes.choice import Choice, chosen
from credit_notes.errors import CannotCredit, ChangedMeanwhile
from credit_notes.left import left_of
from credit_notes.models import CreditNote
from credit_notes.prepare import PreparedCreditNote, prepare_note
from invoices.models import Invoice

LONGEST_REASON = 500


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
    """Credit what is left of these charges' invoice lines, one note an invoice, dated `on`.

    Charges that were not invoiced, are worth nothing or are credited already are left out, so
    running it again makes nothing. Takes the locks of the invoices' accounts, by id ascending; a
    caller that holds other accounts' locks has taken these too.
    """
    seller = current_seller()
    _lock_payers(charges)
    notes = [
        _issue(
            prepared,
            seller=seller,
            now=now,
            reason_code=reason_code,
            reason=reason[:LONGEST_REASON],
            order_number=order_number,
        )
        for prepared in prepare_notes(charges, on=on, issued_by=issued_by)
    ]
    if notes:
        wake_for_issued(note.document for note in notes)
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
        DocumentLine.objects.filter(charge__in=charges, net_amount__gt=0)
        .select_related("document__account", "charge")
        .order_by("document_id", "position")
    )
    credits = [left.rest() for left in left_of(lines) if left.net]
    return [
        prepare_note(invoice, list(parts), seller=seller, on=on, issued_by=issued_by)
        for invoice, parts in groupby(credits, key=lambda credit: credit.line.document)
    ]


@transaction.atomic
def credit_invoice(
    *,
    invoice: Invoice,
    choice: Choice,
    reason_code: str,
    reason: str,
    on: date,
    now: datetime,
    issued_by: str,
    seen: str | None = None,
) -> CreditNote:
    """Credit all or a part of an invoice, dated `on`, and return the note.

    `seen` is the fingerprint of the note that was shown beforehand: if what would be issued is
    another one by now, nothing is, so that one confirmation makes one note however often it is
    sent. Locks the account, then the lines. Raises `CannotCredit` and its kinds.
    """
    reason = _checked_reason(reason)
    Account.objects.select_for_update(no_key=True).get(pk=invoice.document.account_id)
    prepared = prepare_credit(invoice, choice, on=on, issued_by=issued_by, seen=seen)
    note = _issue(
        prepared,
        seller=current_seller(),
        now=now,
        reason_code=CreditNote.Reason(reason_code),
        reason=reason,
        order_number=prepared.order_number,
    )
    wake_for_issued([note.document])
    return note


def prepare_credit(
    invoice: Invoice, choice: Choice, *, on: date, issued_by: str, seen: str | None = None
) -> PreparedCreditNote:
    """Compute the note that `credit_invoice` would issue, without locks; write nothing.

    Raises `CannotCredit` and its kinds.
    """
    prepared = prepare_note(
        invoice.document,
        chosen(invoice.document, choice),
        seller=current_seller(),
        on=on,
        issued_by=issued_by,
    )
    if seen is not None and seen != prepared.fingerprint:
        raise ChangedMeanwhile(
            gettext_noop(
                "Nothing was issued: another credit note or a payment came in between. Look again"
                " at what would be credited now."
            )
        )
    return prepared


def _lock_payers(charges: Sequence[Charge]) -> None:
    """Hold the accounts before looking at what is credited: another note may be on its way."""
    list(
        Account.objects.select_for_update(no_key=True)
        .filter(pk__in=DocumentLine.objects.filter(charge__in=charges).values("document__account"))
        .order_by("pk")
    )


def _checked_reason(reason: str) -> str:
    """Return the reason, fit to be printed; one has to be given."""
    try:
        cleaned = clean_line(reason, at_most=LONGEST_REASON)
    except UnusableText as error:
        params: dict[str, Any] = error.params
        raise CannotCredit(error.message, field="reason", **params) from error
    if not cleaned:
        raise CannotCredit(gettext_noop("Say why, in a few words."), field="reason")
    return cleaned


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
        reason=reason,
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
        reason=reason,
    )
    return note
