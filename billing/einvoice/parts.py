"""What a stored document is read with: its rows, and facts that stand in rows of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import override

from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.model import Period, PrecedingInvoice
from billing.models import Document, DocumentLine, DocumentTax
from billing.periods import local_date
from billing.printing.facts import Facts
from billing.printing.reasons import reason_sentence
from billing.sentences import gettext_noop


@dataclass(frozen=True, kw_only=True)
class DocumentParts:
    """A document, its lines and taxes, its monthly period and the invoice that it corrects.

    It may be one that is only prepared: then `number` is one that its series could give.
    """

    document: Document
    lines: Sequence[DocumentLine]
    taxes: Sequence[DocumentTax]
    number: str
    period: Period | None = None
    preceding: PrecedingInvoice | None = None
    # Why a credit note was issued, in the document's language.
    reason: str = ""

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes back instead of asking."""
        return self.document.kind == Document.Kind.CREDIT_NOTE


def parts_of(
    document: Document,
    *,
    lines: Sequence[DocumentLine] | None = None,
    taxes: Sequence[DocumentTax] | None = None,
) -> DocumentParts:
    """Read the parts of an issued invoice or credit note; lines and taxes unless they are given.

    Raises `NoElectronicInvoice` for receipts and drafts.
    """
    if document.kind not in {Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE}:
        raise NoElectronicInvoice(
            gettext_noop("A receipt is no invoice: it has no electronic form.")
        )
    if document.number is None:
        raise NoElectronicInvoice(gettext_noop("A draft has no electronic form."))
    return DocumentParts(
        document=document,
        lines=list(document.lines.all()) if lines is None else lines,
        taxes=list(document.taxes.all()) if taxes is None else taxes,
        number=document.number,
        period=_stored_period(document),
        preceding=_preceding(document),
        reason=_reason(document),
    )


def period_in(span: tuple[datetime, datetime] | None, document: Document) -> Period | None:
    """Return a half-open span of moments as the days of the document's zone."""
    if span is None:
        return None
    zone = ZoneInfo(document.time_zone)
    first = local_date(span[0], zone)
    # The end is the first moment that does not belong to it.
    last = local_date(span[1] - timedelta(microseconds=1), zone)
    return Period(start=first, end=max(first, last))


def refuse_without_parts(party: Facts, document: Document) -> None:
    """Refuse a document whose addresses were only frozen line by line."""
    if not party.part("postal").text("country"):
        raise NoElectronicInvoice(
            gettext_noop(
                "%(number)s was issued before this portal kept what an electronic invoice needs: it"
                " exists as a PDF only."
            ),
            number=document.number or "",
        )


def _stored_period(document: Document) -> Period | None:
    if document.kind != Document.Kind.INVOICE or document.invoice.period is None:
        return None
    period = document.invoice.period
    return period_in((period.lower, period.upper), document)


def _preceding(document: Document) -> PrecedingInvoice | None:
    if document.kind != Document.Kind.CREDIT_NOTE:
        return None
    return preceding_of(document.credit_note.invoice.document)


def _reason(document: Document) -> str:
    if document.kind != Document.Kind.CREDIT_NOTE:
        return ""
    with override(document.language):
        return reason_sentence(document, document.credit_note)


def preceding_of(invoice: Document) -> PrecedingInvoice:
    """Return the reference to an invoice (BG-3)."""
    return PrecedingInvoice(number=invoice.number or "", issue_date=invoice.issue_date)
