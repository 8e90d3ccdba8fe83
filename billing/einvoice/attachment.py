"""The machine-readable file that stands inside a document's PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billing.einvoice.check import checked_gst_invoice, checked_invoice
from billing.einvoice.cii import cii_xml
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.gst import GstInvoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.model import ElectronicInvoice
from billing.einvoice.parts import parts_of
from billing.models import Document, DocumentLine, DocumentTax
from billing.sentences import gettext_noop
from certinext.pdf.embedded import FACTUR_X_NAME, EmbeddedFile

INV_01 = "inv-01.json"


def electronic_attachment(
    document: Document,
    *,
    lines: Sequence[DocumentLine] | None = None,
    taxes: Sequence[DocumentTax] | None = None,
) -> EmbeddedFile | None:
    """Return what is embedded in an issued document's PDF: the same bytes each time.

    Lines and taxes are the document's own unless they are given.

    None where it has no electronic form: receipts, drafts, and documents issued before the portal
    kept what one needs.
    """
    try:
        parts = parts_of(document, lines=lines, taxes=taxes)
        if document.seller.get("country") == "IN":
            return _gst(checked_gst_invoice(parts), document)
        return _factur_x(checked_invoice(parts), document)
    except NoElectronicInvoice:
        return None


def _factur_x(invoice: ElectronicInvoice, document: Document) -> EmbeddedFile:
    return EmbeddedFile(
        name=FACTUR_X_NAME,
        mime_type="text/xml",
        content=cii_xml(invoice),
        description="Factur-X invoice data (EN 16931)",
        relationship="Alternative",
        profile="EN 16931",
        moment=_issued(document),
    )


def _gst(invoice: GstInvoice, document: Document) -> EmbeddedFile:
    return EmbeddedFile(
        name=INV_01,
        mime_type="application/json",
        content=inv01_json(invoice),
        description="GST e-invoice data (INV-01)",
        relationship="Data",
        moment=_issued(document),
    )


def _issued(document: Document) -> datetime:
    """Return the moment of issue, which every document with a number has."""
    if document.issued_at is None:
        raise NoElectronicInvoice(gettext_noop("A draft has no electronic form."))
    return document.issued_at
