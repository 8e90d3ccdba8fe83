"""Which formats a document has beside its PDF, and its bytes in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from billing.einvoice import from_document, gst_document
from billing.einvoice.check import checked_gst_invoice, checked_invoice, is_peppol
from billing.einvoice.cii import cii_xml
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.inv01 import inv01_json
from billing.einvoice.parts import parts_of
from billing.einvoice.ubl import ubl_xml
from billing.models import Document
from billing.printing.annex import SUFFIX, lines_csv
from billing.registering.given import registration_of
from billing.sentences import gettext_noop

INDIA = "IN"


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format that a document is downloaded in; `suffix` ends its address and its file's name."""

    key: str
    label: str
    note: str
    suffix: str
    mime_type: str
    write: Callable[[Document], bytes]

    def file_name(self, document: Document) -> str:
        """Return the name under which the file is saved: ``INV-26-27-000001.xml``."""
        return f"{str(document).replace('/', '-')}.{self.suffix}"


def _factur_x(document: Document) -> bytes:
    return cii_xml(checked_invoice(parts_of(document)))


def _ubl(document: Document) -> bytes:
    invoice = checked_invoice(parts_of(document))
    return ubl_xml(invoice, peppol=is_peppol(invoice))


def _inv01(document: Document) -> bytes:
    return inv01_json(checked_gst_invoice(parts_of(document)))


def _lines(document: Document) -> bytes:
    return lines_csv(document, list(document.lines.all()))


def _signed(document: Document) -> bytes:
    registration = registration_of(document)
    if registration is None:
        raise NoElectronicInvoice(
            gettext_noop("This document was not registered at the government's portal.")
        )
    return registration.signed_invoice.encode("ascii")


FACTUR_X = Format(
    key="factur_x",
    label="Factur-X XML",
    note=gettext_noop("EN 16931, for accounting software"),
    suffix="xml",
    mime_type="application/xml",
    write=_factur_x,
)
UBL = Format(
    key="ubl",
    label="UBL",
    note=gettext_noop("EN 16931 and Peppol BIS Billing"),
    suffix="ubl.xml",
    mime_type="application/xml",
    write=_ubl,
)
GST_JSON = Format(
    key="gst_json",
    label="JSON",
    note=gettext_noop("GST e-invoice, form INV-01"),
    suffix="json",
    mime_type="application/json",
    write=_inv01,
)
GST_SIGNED = Format(
    key="gst_signed",
    label="Signed invoice",
    note=gettext_noop("As the government's portal registered and signed it"),
    suffix="jwt",
    mime_type="application/jwt",
    write=_signed,
)
# No invoice, but what a bookkeeper copies from one: every invoice and credit note has it.
LINES = Format(
    key="lines",
    label="CSV",
    note=gettext_noop("The lines, for spreadsheets"),
    suffix=SUFFIX,
    mime_type="text/csv; charset=utf-8",
    write=_lines,
)
FORMATS = (FACTUR_X, UBL, GST_JSON, GST_SIGNED, LINES)


def formats_of(document: Document) -> tuple[Format, ...]:
    """Return the electronic formats that a document has, without reading its lines.

    Raises `NoElectronicInvoice` with the reason where it has none, and `AwaitsRegistration` where a
    government's portal has to register it first.
    """
    if document.kind not in {Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE}:
        raise NoElectronicInvoice(
            gettext_noop("A receipt is no invoice: it has no electronic form.")
        )
    if document.seller.get("country") == INDIA:
        gst_document.refuse_others(document)
        return (GST_JSON, GST_SIGNED) if registration_of(document) else (GST_JSON,)
    from_document.refuse_others(document)
    return (FACTUR_X, UBL)


def write(document: Document, form: Format) -> bytes:
    """Return a document in a format: the same bytes each time.

    Raises `NoElectronicInvoice`, and `AwaitsRegistration` before its registration.
    """
    registration_of(document)
    return form.write(document)
