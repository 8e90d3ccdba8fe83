"""What a receipt and a refund voucher print (CGST Rules 50 and 51; elsewhere a plain receipt)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from billing.models import Document, DocumentLine, DocumentTax, Payment, Receipt
from billing.money import ZERO
from billing.printing.facts import Facts
from billing.printing.lines import Figure
from billing.printing.parties import Pair, supply_facts
from billing.printing.payment import Panel
from billing.printing.sheet import Sheet, common_parts, is_gst, shown_notices
from billing.printing.totals import Sum, sums
from billing.printing.trust import SealFacts
from billing.printing.wording import amount, day, price
from certinext.pdf.text import clean_text

# What is left readable of a bank account: enough to know it again.
_SHOWN_DIGITS = 4
_NOT_IN_ACCOUNT = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True)
class ReceiptRow:
    """One thing that the money was for."""

    label: str
    detail: str
    date: str
    amount: str


@dataclass(frozen=True)
class ReceiptSheet(Sheet):
    """A sheet whose lines are what the money settled, or became."""

    rows: tuple[ReceiptRow, ...]


def receipt_sheet(
    document: Document,
    *,
    lines: Sequence[DocumentLine],
    taxes: Sequence[DocumentTax],
    seal: SealFacts | None = None,
) -> ReceiptSheet:
    """Return what a receipt prints; the document's `receipt` with its payment must be there."""
    receipt: Receipt = document.receipt
    payment, gst = receipt.payment, is_gst(document)
    total = _total_label(payment)
    heading = _heading(document, taxes)
    parts = common_parts(document, lines, taxes, heading=heading, seal=seal)
    facts = (
        Pair(total, price(document.total, document.currency)),
        Pair(_date_label(document, taxes), day(document.issue_date)),
        Pair(
            gettext("Received on") if payment.is_incoming else gettext("Paid on"),
            day(payment.received_on) if payment.received_on else "",
        ),
        Pair(gettext("Mode"), _mode(payment)),
    )
    return ReceiptSheet(
        **parts
        | {
            "copy": _copy(gst=gst),
            "buyer_label": _buyer_label(payment),
            "supply_label": gettext("Supply") if taxes else gettext("Account"),
            "sums": _sums(document, receipt, taxes),
        },
        facts=tuple(fact for fact in facts if fact.value),
        notices=shown_notices(document.notices),
        supply=_supply(document, payment, taxes, gst=gst),
        total_label=total,
        panel=_credits_panel(document, receipt),
        terms=_legal_basis(document, taxes),
        rows=tuple(_rows(receipt)),
    )


def _heading(document: Document, taxes: Sequence[DocumentTax]) -> str:
    if document.kind == Document.Kind.REFUND:
        return gettext("Refund voucher")
    return gettext("Receipt voucher") if taxes else gettext("Receipt")


def _total_label(payment: Payment) -> str:
    if not payment.is_incoming:
        return gettext("Paid back")
    if payment.method == Payment.Method.CREDITS:
        return gettext("From credits")
    return gettext("Received")


def _date_label(document: Document, taxes: Sequence[DocumentTax]) -> str:
    is_voucher = taxes or document.kind == Document.Kind.REFUND
    return gettext("Voucher date") if is_voucher else gettext("Receipt date")


def _mode(payment: Payment) -> str:
    """Return it in a word or two, for the column is narrow: the notice says what a sandbox is."""
    return gettext("Sandbox") if payment.is_imitated else payment.get_method_display()


def _copy(*, gst: bool) -> str:
    if gst:
        return gettext("Original for recipient · not a tax invoice")
    return gettext("This is not an invoice")


def _buyer_label(payment: Payment) -> str:
    return gettext("Received from") if payment.is_incoming else gettext("Paid back to")


def _supply(
    document: Document, payment: Payment, taxes: Sequence[DocumentTax], *, gst: bool
) -> tuple[Pair, ...]:
    """Return place of supply where tax is on it, then how to find the payment again."""
    supply = supply_facts(document, order_number="", gst=gst)
    if not taxes:
        supply = supply[-1:]
    found = [
        Pair(gettext("Payment"), payment.reference),
        Pair(gettext("Transaction"), _transaction(payment)),
        Pair(gettext("To account"), _ending(payment)),
    ]
    return (*supply, *(pair for pair in found if pair.value))


def _transaction(payment: Payment) -> str:
    if payment.method == Payment.Method.CREDITS or payment.provider_ref == payment.reference:
        return ""
    return clean_text(payment.provider_ref or "", limit=60)


def _ending(payment: Payment) -> str:
    """Return the end of the bank account that money went back to; nobody needs the whole."""
    written = Facts(payment.destination).text("account")
    account = _NOT_IN_ACCOUNT.sub("", written)
    return f"… {account[-_SHOWN_DIGITS:]}" if account else ""


def _rows(receipt: Receipt) -> list[ReceiptRow]:
    payment = receipt.payment
    shares = list(
        payment.allocations.select_related("target").order_by("target__issue_date", "target_id")
    )
    rows = [
        ReceiptRow(
            label=gettext("Invoice %(number)s") % {"number": clean_text(share.target.number)},
            detail=_invoice_detail(share.target, share.amount),
            date=day(share.target.issue_date),
            amount=amount(share.amount, payment.currency),
        )
        for share in shares
    ]
    settled = sum((share.amount for share in shares), ZERO)
    for label, value, on in _other_parts(receipt, settled):
        rows.append(ReceiptRow(label, "", day(on) if on else "", amount(value, payment.currency)))
    return rows


def _invoice_detail(invoice: Document, paid: Decimal) -> str:
    if paid == invoice.total:
        return gettext("In full")
    return gettext("Part of %(total)s") % {"total": price(invoice.total, invoice.currency)}


def _other_parts(receipt: Receipt, settled: Decimal) -> list[tuple[str, Decimal, date | None]]:
    """Return label, amount and day; what is on account begins on the day of receipt."""
    payment = receipt.payment
    if not payment.is_incoming:
        return [(gettext("Credits paid back"), payment.amount, payment.received_on)]
    opening = payment.amount - settled - receipt.credit_amount
    kept = (
        gettext("Credits added")
        if payment.kind == Payment.Kind.TOP_UP
        else gettext("Kept as credit on your account")
    )
    parts = [
        # Older than the money that settles it, and without a document that dates it.
        (gettext("Opening balance"), opening, None),
        (kept, receipt.credit_amount, payment.received_on),
    ]
    return [part for part in parts if part[1]]


def _sums(document: Document, receipt: Receipt, taxes: Sequence[DocumentTax]) -> tuple[Sum, ...]:
    """Return what was for invoices, then the advance with its tax; nothing where there is none."""
    if not taxes:
        return ()
    payment = receipt.payment
    advance = receipt.credit_amount if payment.is_incoming else payment.amount
    rest = document.total - advance
    parts = [Sum(gettext("For invoices"), Figure(amount(rest, document.currency)))] if rest else []
    taxable = taxes[0].taxable_amount
    parts.append(Sum(gettext("Advance without tax"), Figure(amount(taxable, document.currency))))
    return (*parts, *sums(document, taxes, gst=True)[1:])


def _credits_panel(document: Document, receipt: Receipt) -> Panel:
    payment = receipt.payment
    before = receipt.credits_before
    after = before + receipt.credit_amount
    if not payment.is_incoming or payment.method == Payment.Method.CREDITS:
        after = before - payment.amount
    sentences = [
        gettext("Balance before %(before)s, after %(after)s.")
        % {"before": price(before, document.currency), "after": price(after, document.currency)}
    ]
    if receipt.credit_amount:
        sentences.append(gettext("Credits pay your invoices, and what is unused can be withdrawn."))
    heading = gettext("Paid back from your credits")
    if payment.is_imitated:
        heading = gettext("Imitated in the sandbox: no money moved")
    elif payment.is_incoming:
        heading = gettext("Received with thanks: nothing to pay")
    return Panel(title=gettext("Your credits"), heading=heading, sentences=tuple(sentences))


def _legal_basis(document: Document, taxes: Sequence[DocumentTax]) -> tuple[str, ...]:
    if not taxes:
        return ()
    if document.kind == Document.Kind.REFUND:
        return (gettext("Refund voucher under Rule 51 of the CGST Rules."),)
    return (
        gettext(
            "Receipt voucher under Rule 50 of the CGST Rules. Where the rate cannot be determined"
            " when the advance is received, tax is taken at 18 %%."
        )
        % {},
    )
