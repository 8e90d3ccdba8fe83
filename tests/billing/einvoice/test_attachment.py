"""What is embedded in a document's PDF."""

from __future__ import annotations

import json

import pytest

from billing.einvoice.attachment import electronic_attachment
from tests.billing.einvoice.scenes import (
    EUROPEANS,
    INDIANS,
    again,
    at_the_german_seller,
    credit,
    invoice_to,
)
from tests.billing.einvoice.validators import cii_failures

pytestmark = pytest.mark.django_db


def test_a_european_document_carries_factur_x_and_the_same_bytes_each_time() -> None:
    at_the_german_seller()
    document = invoice_to(EUROPEANS["reverse charge"]).document

    file = electronic_attachment(document)

    assert file is not None
    assert (file.name, file.mime_type) == ("factur-x.xml", "text/xml")
    assert (file.relationship, file.profile) == ("Alternative", "EN 16931")
    assert file.moment == document.issued_at
    assert cii_failures(file.content) == []
    assert electronic_attachment(again(document)) == file


@pytest.mark.parametrize("buyer", INDIANS)
def test_an_indian_document_carries_inv_01(buyer: str) -> None:
    document = invoice_to(INDIANS[buyer]).document

    file = electronic_attachment(document)

    assert file is not None
    assert (file.name, file.relationship, file.profile) == ("inv-01.json", "Data", "")
    assert json.loads(file.content)["DocDtls"]["No"] == document.number
    assert electronic_attachment(again(document)) == file
    assert electronic_attachment(credit(document.invoice).document) is not None


def test_a_consumer_in_india_gets_no_e_invoice() -> None:
    assert electronic_attachment(invoice_to({}).document) is None
