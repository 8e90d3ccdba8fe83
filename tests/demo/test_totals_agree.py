"""Every document of the demo says the same totals on paper, as data and in the database."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from lxml import etree
from pypdf import PdfReader

from billing.einvoice.attachment import INV_01
from billing.models import Document
from billing.printing.receipt import receipt_sheet
from billing.printing.render import render_document
from billing.printing.sheet import credit_note_sheet, invoice_sheet
from billing.rendering import embedded_files
from certinext.backoffice.demo.plans import SellerPlan
from certinext.backoffice.demo.sellers import SELLERS
from certinext.pdf.embedded import FACTUR_X_NAME
from tests.demo.conftest import at

EMSIGN, HARBOUR = SELLERS
pytestmark = pytest.mark.usefixtures("demo")

SHEETS: dict[str, Any] = {
    Document.Kind.INVOICE: invoice_sheet,
    Document.Kind.CREDIT_NOTE: credit_note_sheet,
    Document.Kind.RECEIPT: receipt_sheet,
    Document.Kind.REFUND: receipt_sheet,
}
# A figure with its sign and its currency, before or after it.
FIGURE = r" ((?:[₹€$] ?)?[+\N{MINUS SIGN}-]?\d[\d., ]*(?: ?[€$₹])?)"
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Totals:
    """What a document comes to; None where this form of it does not say it."""

    total: Decimal
    net: Decimal | None = None
    tax: Decimal | None = None
    rounding: Decimal | None = None


def stored(document: Document) -> Totals:
    return Totals(document.total, document.net_total, document.tax_total, document.rounding)


def printed(document: Document, reader: PdfReader) -> Totals:
    """Read the column of totals: its labels are known, its figures are the page's own."""
    taxes = list(document.taxes.all())
    with translation.override(document.language), timezone.override(ZoneInfo(document.time_zone)):
        sheet = SHEETS[document.kind](
            document,
            lines=list(document.lines.select_related("credited_line__document")),
            taxes=taxes,
        )
    labels = [each.label for each in sheet.sums] + [sheet.total_label]
    column = "".join(re.escape(_plain(label)) + FIGURE for label in labels)
    # Totals never stand anywhere else: reading one page of each document takes long enough.
    text = _plain(reader.pages[-1].extract_text())
    found = re.search(column, text)
    assert found, f"{document}: no {labels} in {text}"
    *parts, total = (_number(figure, document.language) for figure in found.groups())
    if document.kind in {Document.Kind.RECEIPT, Document.Kind.REFUND}:
        return Totals(total)
    count = len({tax.component + str(tax.rate) + tax.category for tax in taxes})
    return Totals(
        total,
        net=parts[0],
        tax=sum(parts[1 : 1 + count], Decimal(0)),
        # What follows is the total with tax, and what it is rounded by.
        rounding=parts[-1] if document.rounding else Decimal(0),
    )


def embedded(reader: PdfReader) -> Totals | None:
    """Read the data in the PDF; credit notes say what they credit, without a sign."""
    files = {name: contents[0] for name, contents in reader.attachments.items()}
    if FACTUR_X_NAME in files:
        return _factur_x(etree.fromstring(files[FACTUR_X_NAME]))
    return _inv_01(json.loads(files[INV_01], parse_float=Decimal)) if INV_01 in files else None


def _factur_x(root: etree._Element) -> Totals:
    (summed,) = root.iter(f"{RAM}SpecifiedTradeSettlementHeaderMonetarySummation")

    def figure(name: str) -> Decimal:
        return Decimal(summed.findtext(f"{RAM}{name}") or "0")

    return Totals(
        figure("DuePayableAmount") + figure("TotalPrepaidAmount"),
        figure("TaxBasisTotalAmount"),
        figure("TaxTotalAmount"),
        figure("RoundingAmount"),
    )


def _inv_01(content: dict[str, Any]) -> Totals:
    values = {name: Decimal(str(value)) for name, value in content["ValDtls"].items()}
    taxes = (values.get(name, Decimal(0)) for name in ("CgstVal", "SgstVal", "IgstVal"))
    return Totals(
        values["TotInvVal"],
        values["AssVal"],
        sum(taxes, Decimal(0)),
        values.get("RndOffAmt", Decimal(0)),
    )


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _number(figure: str, language: str) -> Decimal:
    """Return the number that a figure writes in a language."""
    comma, point = (".", ",") if language in {"de", "fr"} else (",", ".")
    plain = figure.replace(comma, "").replace(point, ".").replace("\N{MINUS SIGN}", "-")
    return Decimal(re.sub(r"[^0-9.+-]", "", plain))


def documents_of(seller: SellerPlan) -> Iterator[tuple[Document, PdfReader]]:
    for document in Document.objects.exclude(number=None).order_by("pk"):
        pdf = render_document(document, embedded=embedded_files(document))
        yield document, PdfReader(io.BytesIO(pdf))


@pytest.mark.parametrize("seller", SELLERS, ids=lambda seller: seller.schema)
def test_paper_data_and_database_agree(seller: SellerPlan) -> None:
    seen: dict[str, int] = {}
    with_data = 0
    with at(seller):
        for document, reader in documents_of(seller):
            said, data = printed(document, reader), embedded(reader)
            seen[document.kind] = seen.get(document.kind, 0) + 1
            if document.kind in {Document.Kind.RECEIPT, Document.Kind.REFUND}:
                assert said.total == document.total, str(document)
                assert data is None
                continue
            assert said == stored(document), str(document)
            if data is not None:
                with_data += 1
                assert data == stored(document), str(document)
    assert seen[Document.Kind.INVOICE] > 20
    assert seen[Document.Kind.CREDIT_NOTE] > 2
    assert seen[Document.Kind.RECEIPT] > 2
    assert with_data > 20
