"""From a document to the bytes of its PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from billing.models import Document, DocumentLine, DocumentTax, Registration
from billing.printing.branding import brand_sheet
from billing.printing.facts import Facts
from billing.printing.receipt import receipt_sheet
from billing.printing.registered import registered_block
from billing.printing.sheet import credit_note_sheet, invoice_sheet
from billing.printing.trust import SealFacts, seal_title
from certinext.pdf.embedded import EmbeddedFile
from certinext.pdf.render import render_pdf

_SHEETS = {
    Document.Kind.INVOICE: (invoice_sheet, "documents/invoice.html"),
    Document.Kind.CREDIT_NOTE: (credit_note_sheet, "documents/credit_note.html"),
    Document.Kind.RECEIPT: (receipt_sheet, "documents/receipt.html"),
    Document.Kind.REFUND: (receipt_sheet, "documents/receipt.html"),
}


def render_document(
    document: Document,
    *,
    lines: Sequence[DocumentLine] | None = None,
    taxes: Sequence[DocumentTax] | None = None,
    seal: SealFacts | None = None,
    registration: Registration | None = None,
    embedded: Sequence[EmbeddedFile] = (),
    set_page: Callable[..., bytes] | None = None,
) -> bytes:
    """Return a document's PDF: the same bytes whenever it is asked for.

    Lines and taxes are the document's own unless they are given. The document's row of its kind
    (`invoice`, `credit_note` or `receipt`) must be there. With `seal`, the facts of the certificate
    are printed, and the box in which they stand takes its signature. `registration` is what a
    government's portal gave for it. `embedded` files travel in it.
    `set_page` sets the HTML as `render_pdf` does, elsewhere.
    """
    return (set_page or render_pdf)(
        document_html(document, lines=lines, taxes=taxes, seal=seal, registration=registration),
        extra_css=brand_sheet(Facts(document.seller)),
        embedded=embedded,
        seal_title=seal_title(document, seal) if seal else "",
    )


def document_html(
    document: Document,
    *,
    lines: Sequence[DocumentLine] | None = None,
    taxes: Sequence[DocumentTax] | None = None,
    seal: SealFacts | None = None,
    registration: Registration | None = None,
) -> str:
    """Return the HTML that is set, in the document's language and with its zone's dates."""
    if lines is None:
        lines = list(document.lines.select_related("credited_line__document"))
    if taxes is None:
        taxes = list(document.taxes.all())
    make_sheet, template = _SHEETS[Document.Kind(document.kind)]
    with translation.override(document.language), timezone.override(ZoneInfo(document.time_zone)):
        sheet = make_sheet(document, lines=lines, taxes=taxes, seal=seal)
        registered = registered_block(registration) if registration else None
        return render_to_string(template, {"sheet": sheet, "registered": registered})
