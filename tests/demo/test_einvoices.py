"""Every document of the demo has the electronic form that it ought to have, without a failure."""

from __future__ import annotations

from collections import Counter

import pytest

from billing.einvoice.attachment import electronic_attachment
from billing.einvoice.check import is_peppol
from billing.einvoice.errors import NoElectronicInvoice
from billing.einvoice.formats import GST_JSON, GST_SIGNED, UBL, formats_of, write
from billing.einvoice.from_document import electronic_invoice
from billing.einvoice.parts import parts_of
from billing.models import Document
from billing.models.seller import current_seller
from certinext.backoffice.demo.sellers import SELLERS
from tests.billing.einvoice.gst_schema import checked
from tests.billing.einvoice.validators import cii_failures, ubl_failures
from tests.demo.conftest import at

EMSIGN, HARBOUR = SELLERS
pytestmark = pytest.mark.usefixtures("demo")
INVOICES = [Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE]


def test_every_european_document_passes_the_official_rules() -> None:
    with at(HARBOUR):
        documents = Document.objects.filter(kind__in=INVOICES)
        assert documents.count() > 20
        for document in documents:
            file = electronic_attachment(document)
            assert file is not None
            assert cii_failures(file.content) == []
            peppol = is_peppol(electronic_invoice(parts_of(document)))
            assert ubl_failures(write(document, UBL), peppol=peppol) == []


def test_every_indian_document_is_inv_01_or_says_why_not() -> None:
    with at(EMSIGN):
        reasons: set[str] = set()
        counts: Counter[bool] = Counter()
        since = current_seller().einvoicing_from
        assert since is not None
        for document in Document.objects.filter(kind__in=INVOICES):
            try:
                forms = formats_of(document)
            except NoElectronicInvoice as error:
                reasons.add(error.message.partition(":")[0])
                assert electronic_attachment(document) is None
                continue
            registered = hasattr(document, "registration")
            assert registered == (document.issue_date >= since)
            assert forms == ((GST_JSON, GST_SIGNED) if registered else (GST_JSON,))
            counts[registered] += 1
            gst, content = checked(document)
            assert content["DocDtls"]["No"] == document.number
            assert gst.totals.total == document.total
        assert min(counts[True], counts[False]) > 10
        assert reasons <= {
            "The buyer has no GSTIN",
            "A GST e-invoice states rupees and this document %(currency)s",
        }
