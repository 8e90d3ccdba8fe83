"""Downloading the electronic forms: who gets which, as what, and on the record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from billing.models import Document, Membership
from billing.printing.annex import lines_csv
from certinext.audit.models import AuditEvent
from tests.billing.einvoice.scenes import (
    EUROPEANS,
    INDIANS,
    at_the_german_seller,
    credit,
    invoice_to,
)
from tests.billing.einvoice.validators import cii_failures, ubl_failures
from tests.customers import SignIn
from tests.database import TENANTS
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def european(buyer: str = "reverse charge") -> tuple[Document, Document]:
    at_the_german_seller()
    invoice = invoice_to(EUROPEANS[buyer])
    return invoice.document, credit(invoice).document


def reader_of(document: Document, sign_in: SignIn, tenant: str) -> Client:
    membership: Membership = MembershipFactory.create(account=document.account)
    browser: Client = sign_in(membership.user, host=TENANTS[tenant])
    return browser


def test_european_documents_are_handed_out_in_both_formats(sign_in: SignIn) -> None:
    invoice, note = european()
    browser = reader_of(invoice, sign_in, "beta")

    for page, document in (("invoices", invoice), ("credit-notes", note)):
        name = str(document).replace("/", "-")
        xml = browser.get(f"/{page}/{document}.xml")
        ubl = browser.get(f"/{page}/{document}.ubl.xml")
        assert cii_failures(xml.content) == []
        assert ubl_failures(ubl.content, peppol=True) == []
        assert xml["Content-Disposition"] == f'attachment; filename="{name}.xml"'
        assert ubl["Content-Disposition"] == f'attachment; filename="{name}.ubl.xml"'
        assert (xml["Content-Type"], xml["Cache-Control"]) == (
            "application/xml",
            "private, no-store",
        )
        assert browser.get(f"/{page}/{document}.xml").content == xml.content
        assert browser.get(f"/{page}/{document}.json").status_code == 409


def test_indian_documents_are_handed_out_as_json(sign_in: SignIn) -> None:
    invoice = invoice_to(INDIANS["same State"]).document
    browser = reader_of(invoice, sign_in, "alpha")

    answer = browser.get(f"/invoices/{invoice}.json")
    assert json.loads(answer.content)["DocDtls"]["No"] == invoice.number
    assert answer["Content-Disposition"] == 'attachment; filename="INV-26-27-000001.json"'
    assert browser.get(f"/invoices/{invoice}.xml").status_code == 409


def test_the_lines_of_every_document_are_handed_out_as_csv(sign_in: SignIn) -> None:
    invoice = invoice_to({}).document
    browser = reader_of(invoice, sign_in, "alpha")

    answer = browser.get(f"/invoices/{invoice}.lines.csv")

    name = "INV-26-27-000001.lines.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content == lines_csv(invoice, list(invoice.lines.all()))
    event = AuditEvent.objects.get(action="invoice.downloaded")
    assert event.details == {"number": invoice.number, "format": "CSV"}


def test_a_download_is_on_the_record_with_its_format_but_headers_are_not(sign_in: SignIn) -> None:
    invoice, _note = european()
    browser = reader_of(invoice, sign_in, "beta")

    browser.head(f"/invoices/{invoice}.ubl.xml")
    assert not AuditEvent.objects.filter(action="invoice.downloaded").exists()
    browser.get(f"/invoices/{invoice}.ubl.xml")
    event = AuditEvent.objects.get(action="invoice.downloaded")
    assert event.details == {"number": invoice.number, "format": "UBL"}
    assert event.account_number == invoice.account.account_number


@pytest.mark.parametrize("staff", [False, True])
def test_the_menu_names_what_there_is(sign_in: SignIn, staff: bool) -> None:
    invoice, note = european()
    browser = reader_of(invoice, sign_in, "beta")
    root = ""
    if staff:
        browser = sign_in(UserFactory.create(is_staff=True), host=TENANTS["beta"])
        root = "/backoffice"

    for page, document in (("invoices", invoice), ("credit-notes", note)):
        html = browser.get(f"{root}/{page}/{document}/").content.decode()
        for suffix in ("pdf", "xml", "ubl.xml", "lines.csv"):
            assert f'href="{root}/{page}/{document}.{suffix}"' in html
            if suffix != "pdf":
                assert browser.get(f"{root}/{page}/{document}.{suffix}").status_code == 200
        assert f"{document}.json" not in html


def test_who_has_no_electronic_form_reads_why(sign_in: SignIn) -> None:
    invoice = invoice_to({}).document
    browser = reader_of(invoice, sign_in, "alpha")

    html = browser.get(f"/invoices/{invoice}/").content.decode()
    assert "The buyer has no GSTIN" in html
    assert f"{invoice}.json" not in html
    answer = browser.get(f"/invoices/{invoice}.json")
    assert answer.status_code == 409
    assert "The buyer has no GSTIN" in answer.content.decode()


def test_a_foreign_and_an_absent_document_look_the_same(sign_in: SignIn) -> None:
    invoice, _note = european()
    stranger = MembershipFactory.create(account__german=True).user
    browser = sign_in(stranger, host=TENANTS["beta"])

    answers: list[Any] = [
        browser.get(f"/invoices/{number}.xml") for number in (invoice, "INV/2026/999999")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "electronic" not in answers[0].content.decode()
