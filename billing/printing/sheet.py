"""Everything that one document prints, put together in the document's language and zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from billing.models import Document, DocumentLine, DocumentTax
from billing.printing.annex import annex_notices, printed_lines
from billing.printing.branding import logo, name_beside, printed_name
from billing.printing.facts import LONGEST_NAME, LONGEST_NUMBER, Facts
from billing.printing.head import html_language
from billing.printing.lines import Section, sections
from billing.printing.parties import Pair, Party, buyer_party, seller_party, supply_facts
from billing.printing.payment import Panel, credit_panel, invoice_panel
from billing.printing.reasons import reason_sentence
from billing.printing.totals import Sum, TaxTable, gst_table, sums, tax_names, vat_table
from billing.printing.trust import SealFacts, Trust, trust_of
from billing.printing.wording import currency_sign, day, period, price
from billing.words import amount_in_words
from certinext.pdf.text import clean_paragraphs, clean_text

# An amount longer than this is set smaller, so that it keeps to its place.
_EVERYDAY_AMOUNT = 15
_REFERENCE = re.compile(r"\(?[A-Za-z0-9]{1,12}(?:/[A-Za-z0-9]{1,12}){1,3}\)?[.,;:)]*")


@dataclass(frozen=True)
class Sheet:
    """What the template prints, all of it text; `gst` chooses between the two forms."""

    gst: bool
    language: str
    paper: str
    title: str
    heading: str
    number: str
    copy: str
    running_head: str
    author: str
    subject: str
    issued_at: str
    logo: SafeString | None
    name_beside: str
    seller_name: str
    amount_style: str
    facts: tuple[Pair, ...]
    notices: tuple[SafeString, ...]
    seller: Party
    buyer: Party
    buyer_label: str
    supply: tuple[Pair, ...]
    supply_label: str
    currency: str
    code_name: str
    sections: tuple[Section, ...]
    taxes: TaxTable
    words: str
    sums: tuple[Sum, ...]
    total_label: str
    total: str
    total_style: str
    panel: Panel
    trust: Trust
    terms: tuple[str, ...]


def invoice_sheet(
    document: Document,
    *,
    lines: Sequence[DocumentLine],
    taxes: Sequence[DocumentTax],
    seal: SealFacts | None = None,
) -> Sheet:
    """Return what an invoice prints (CGST Rule 46; Directive 2006/112/EC, Article 226)."""
    gst = is_gst(document)
    invoice = document.invoice
    heading = gettext("Tax invoice") if gst else gettext("Invoice")
    due = gettext("Amount due")
    facts = [
        Pair(due, price(document.total, document.currency)),
        Pair(gettext("Pay by"), day(document.due_date) if _is_payable(document) else ""),
        Pair(gettext("Invoice date"), day(document.issue_date)),
        _supplied(document, invoice, lines, gst=gst),
    ]
    return Sheet(
        **common_parts(document, lines, taxes, heading=heading, seal=seal),
        facts=tuple(fact for fact in facts if fact.value),
        notices=shown_notices([*document.notices, *annex_notices(document, lines)]),
        supply=supply_facts(document, order_number="" if gst else invoice.order_number, gst=gst),
        total_label=due,
        panel=invoice_panel(document),
        # With nothing to pay, terms of payment would only puzzle.
        terms=clean_paragraphs(Facts(document.seller).raw("terms")) if document.total else (),
    )


def credit_note_sheet(
    document: Document,
    *,
    lines: Sequence[DocumentLine],
    taxes: Sequence[DocumentTax],
    seal: SealFacts | None = None,
) -> Sheet:
    """Return what a credit note prints (Section 34, Rule 53(1A); Directive, Article 219)."""
    gst = is_gst(document)
    note = document.credit_note
    invoice = note.invoice.document
    total = gettext("Total credited")
    facts = (
        Pair(total, price(document.total, document.currency)),
        Pair(gettext("Credit note date"), day(document.issue_date)),
        Pair(gettext("For invoice"), clean_text(invoice.number)),
        Pair(gettext("Invoice date"), day(invoice.issue_date)),
    )
    return Sheet(
        **common_parts(document, lines, taxes, heading=gettext("Credit note"), seal=seal),
        facts=facts,
        notices=shown_notices(
            [
                reason_sentence(document, note),
                *document.notices,
                *annex_notices(document, lines),
            ]
        ),
        supply=supply_facts(document, order_number=note.order_number, gst=gst),
        total_label=total,
        panel=credit_panel(
            document,
            invoice=invoice,
            applied=note.applied_amount,
            kept=note.credit_amount,
            gst=gst,
        ),
        terms=_legal_basis(document, gst=gst),
    )


def is_gst(document: Document) -> bool:
    """Tell which form it is: the seller's country decides."""
    return Facts(document.seller).text("country") == "IN"


def common_parts(
    document: Document,
    lines: Sequence[DocumentLine],
    taxes: Sequence[DocumentTax],
    *,
    heading: str,
    seal: SealFacts | None,
) -> dict[str, Any]:
    """Return the parts of a `Sheet` that every kind of document has."""
    gst = is_gst(document)
    seller, buyer = Facts(document.seller), Facts(document.buyer)
    number = clean_text(document.number)
    title = f"{heading} {number}"
    account = gettext("Account %(number)s") % {
        "number": buyer.text("account_number", limit=LONGEST_NUMBER)
    }
    total = price(document.total, document.currency)
    credit = document.kind == Document.Kind.CREDIT_NOTE
    table = gst_table if gst else vat_table
    return {
        "gst": gst,
        "language": html_language(document.language, gst=gst),
        "paper": buyer.text("paper_size"),
        "title": title,
        "heading": heading,
        "number": number,
        "copy": gettext("Original for recipient") if gst else "",
        "running_head": f"{title} · {day(document.issue_date)} · {account}",
        "author": seller.text("legal_name"),
        "subject": gettext("%(document)s for %(buyer)s")
        % {"document": title, "buyer": buyer.text("legal_name")},
        "issued_at": _in_utc(document.issued_at),
        "logo": logo(seller),
        "name_beside": name_beside(seller),
        "seller_name": printed_name(seller),
        "amount_style": "due lat long" if len(total) > _EVERYDAY_AMOUNT else "due lat",
        "seller": seller_party(seller),
        "buyer": buyer_party(buyer, gst=gst),
        "buyer_label": gettext("Billed to"),
        "supply_label": gettext("Supply") if gst else pgettext("certificate", "Order"),
        "currency": currency_sign(document.currency),
        "sections": sections(document, printed_lines(lines), tax_names=tax_names(taxes), gst=gst),
        "taxes": table(document, taxes, caption=_tax_caption(gst=gst, credit=credit)),
        "code_name": gst_table(document, taxes, caption="").head,
        "words": amount_in_words(document.total, document.currency, document.language)
        if gst
        else "",
        "sums": sums(document, taxes, gst=gst),
        "total": total,
        "total_style": "n long" if len(total) > _EVERYDAY_AMOUNT else "n",
        "trust": trust_of(document, seal, gst=gst),
    }


def _tax_caption(*, gst: bool, credit: bool) -> str:
    if gst:
        return (
            gettext("Tax credited by code and rate") if credit else gettext("Tax by code and rate")
        )
    return gettext("VAT credited by rate") if credit else gettext("VAT by rate")


def _supplied(
    document: Document, invoice: Any, lines: Sequence[DocumentLine], *, gst: bool
) -> Pair:
    """Return when it was supplied: the month of a monthly invoice, the order's day otherwise.

    A period is half-open in UTC and printed as the local days it touches.
    """
    if invoice.period is not None:
        last_moment = invoice.period.upper - timedelta(microseconds=1)
        label = gettext("Billing period") if gst else pgettext("several days", "Date of supply")
        return Pair(label, period(invoice.period.lower, last_moment))
    if gst and invoice.order_number:
        return Pair(pgettext("certificate", "Order"), clean_text(invoice.order_number))
    days = [line.service_from for line in lines] or [document.issue_date]
    first, last = min(days), max(days)
    several = pgettext("several days", "Date of supply")
    label = gettext("Date of supply") if first == last else several
    return Pair(label, period(first, last))


def _is_payable(document: Document) -> bool:
    return bool(document.total) and document.due_date is not None


def _legal_basis(document: Document, *, gst: bool) -> tuple[str, ...]:
    """Return the rule that the note follows; a financial one without tax says so in a notice."""
    if not gst:
        return (
            gettext(
                "This credit note amends the invoice named above and counts as an invoice"
                " (Article 219 of Directive 2006/112/EC)."
            ),
        )
    if Facts(document.tax_decision).flag("without_tax"):
        return ()
    return (
        gettext("Credit note under Section 34 of the CGST Act, Rule 53(1A) of the CGST Rules."),
    )


def _in_utc(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def shown_notices(texts: Sequence[object]) -> tuple[SafeString, ...]:
    """Return statements as clean HTML in which a reference such as 2006/112/EC stays whole."""
    cleaned = (clean_text(text, limit=2 * LONGEST_NAME) for text in texts)
    return tuple(_unbroken(text) for text in cleaned if text)


def _unbroken(text: str) -> SafeString:
    """Return the text as HTML in which a reference such as 2006/112/EC keeps to one line."""
    pieces = (
        (
            format_html('<span class="whole">{}</span>', word)
            if _REFERENCE.fullmatch(word)
            else word,
        )
        for word in text.split(" ")
    )
    return format_html_join(" ", "{}", pieces)
