"""What is issued passes the official schemas and schematrons without a failure."""

from __future__ import annotations

import pytest

from billing.einvoice.cii import cii_xml
from billing.einvoice.endpoints import EMAIL
from billing.einvoice.from_document import electronic_invoice
from billing.einvoice.parts import parts_of
from billing.einvoice.ubl import ubl_xml
from billing.models import Document
from tests.billing.einvoice.scenes import EUROPEANS, Sold, at_the_german_seller, credit, invoice_to
from tests.billing.einvoice.validators import cii_failures, ubl_failures

pytestmark = pytest.mark.django_db


def failures_of(document: Document) -> list[object]:
    invoice = electronic_invoice(parts_of(document))
    endpoint = invoice.buyer.electronic_address
    peppol = endpoint is not None and endpoint.scheme != EMAIL
    return [
        *cii_failures(cii_xml(invoice)),
        *ubl_failures(ubl_xml(invoice, peppol=peppol), peppol=peppol),
    ]


@pytest.mark.parametrize("buyer", EUROPEANS)
def test_invoice_and_credit_note_of_every_tax_break_no_rule(buyer: str) -> None:
    at_the_german_seller()
    invoice = invoice_to(EUROPEANS[buyer], Sold("249.00"), Sold("12.345", "7"), Sold("0.00"))

    assert failures_of(invoice.document) == []
    assert failures_of(credit(invoice).document) == []
