"""The machine-readable file that stands inside a document's PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

FACTUR_X = "factur-x.xml"
INV_01 = "inv-01.json"


@dataclass(frozen=True, kw_only=True)
class ElectronicAttachment:
    """A file to embed: `relationship` is PDF's AFRelationship, `profile` Factur-X's conformance
    level (empty where it is no Factur-X), `created` the moment of issue."""

    name: str
    mime_type: str
    content: bytes
    description: str
    relationship: str
    profile: str
    created: datetime


def electronic_attachment(
    document: Document,
    *,
    lines: Sequence[DocumentLine] | None = None,
    taxes: Sequence[DocumentTax] | None = None,
) -> ElectronicAttachment | None:
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


def _factur_x(invoice: ElectronicInvoice, document: Document) -> ElectronicAttachment:
    return ElectronicAttachment(
        name=FACTUR_X,
        mime_type="text/xml",
        content=cii_xml(invoice),
        description="Factur-X invoice data (EN 16931)",
        relationship="Alternative",
        profile="EN 16931",
        created=_issued(document),
    )


def _gst(invoice: GstInvoice, document: Document) -> ElectronicAttachment:
    return ElectronicAttachment(
        name=INV_01,
        mime_type="application/json",
        content=inv01_json(invoice),
        description="GST e-invoice data (INV-01)",
        relationship="Data",
        profile="",
        created=_issued(document),
    )


def _issued(document: Document) -> datetime:
    """Return the moment of issue, which every document with a number has."""
    if document.issued_at is None:
        raise NoElectronicInvoice(gettext_noop("A draft has no electronic form."))
    return document.issued_at
