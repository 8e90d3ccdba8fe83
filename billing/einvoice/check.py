"""Asking the rules: before a document is issued, and before its electronic form is handed out."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.from_document import electronic_invoice
from billing.einvoice.gst import GstInvoice
from billing.einvoice.gst_document import gst_invoice
from billing.einvoice.model import ElectronicInvoice, PrecedingInvoice
from billing.einvoice.parts import DocumentParts, period_in
from billing.einvoice.rules import Violation, violations
from billing.einvoice.rules_en16931 import EN_16931
from billing.einvoice.rules_inv01 import INV_01
from billing.einvoice.rules_peppol import PEPPOL
from billing.issuing import PreparedDocument, number_format_of
from billing.models import Document, Seller
from billing.periods import financial_year
from billing.registering.needed import unregistrable

_INDIA = "IN"


def broken_rule(
    prepared: PreparedDocument,
    *,
    seller: Seller,
    period: tuple[datetime, datetime] | None = None,
    preceding: PrecedingInvoice | None = None,
) -> Violation | None:
    """Return the first rule for which a prepared document must not be issued, if there is one.

    Documents without an electronic form (consumers in India, currencies that a format cannot say)
    break none, unless the law wants them registered.
    """
    document = prepared.document
    parts = DocumentParts(
        document=document,
        lines=prepared.lines,
        taxes=prepared.taxes,
        number=_first_number(seller, document),
        period=period_in(period, document),
        preceding=preceding,
    )
    if never := unregistrable(document, prepared.lines):
        return never
    try:
        found = _violations(parts)
    except NoElectronicInvoice:
        return None
    return next((violation for violation in found if violation.parks), None)


def in_words(violation: Violation) -> str:
    """Return the sentence with the rule's id, in the active language."""
    sentence = _(violation.message) % violation.params
    return _("%(sentence)s (Rule %(rule)s)") % {"sentence": sentence, "rule": violation.rule}


def checked_invoice(parts: DocumentParts) -> ElectronicInvoice:
    """Return the document by EN 16931; raises `NoElectronicInvoice` where it breaks a rule."""
    invoice = electronic_invoice(parts)
    _refuse(violations(EN_16931, invoice))
    return invoice


def checked_gst_invoice(parts: DocumentParts) -> GstInvoice:
    """Return the document by INV-01; raises `NoElectronicInvoice` where it breaks a rule."""
    invoice = gst_invoice(parts)
    _refuse(violations(INV_01, invoice))
    return invoice


def is_peppol(invoice: ElectronicInvoice) -> bool:
    """Tell whether the document can be sent through Peppol."""
    return not violations(PEPPOL, invoice)


def _violations(parts: DocumentParts) -> list[Violation]:
    if parts.document.seller.get("country") == _INDIA:
        return violations(INV_01, gst_invoice(parts))
    return violations(EN_16931, electronic_invoice(parts))


def _refuse(found: list[Violation]) -> None:
    if found:
        raise NoElectronicInvoice(found[0].message, **found[0].params)


def _first_number(seller: Seller, document: Document) -> str:
    """Return a number that the document's series gives: its form is what rules are about."""
    year = financial_year(document.issue_date, start_month=seller.financial_year_start)
    return number_format_of(seller, document.kind).format(year.label, 1)
