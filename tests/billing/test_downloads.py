"""Downloading documents: the stored bytes, to those who may read them, on the record."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.storage import default_storage

from billing.models import Document, DocumentFile, Membership
from certinext.audit.models import AuditEvent
from orders.cancel import cancel_order
from tests.customers import NOW, PDF, Customer, SignIn, invoice_of, store_pdf
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def invoice(customer: Customer) -> Document:
    """An invoice whose PDF the worker has stored."""
    document = invoice_of(customer.order())
    store_pdf(document)
    return document


def test_a_download_is_the_stored_bytes_as_a_private_attachment(
    sign_in: SignIn, customer: Customer, invoice: Document
) -> None:
    answer = sign_in(customer.person()).get(f"/invoices/{invoice}.pdf")
    assert answer.content == PDF
    assert {name: answer[name] for name in HEADERS} == {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="{str(invoice).replace("/", "-")}.pdf"',
    }


HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": "",
    "Content-Length": str(len(PDF)),
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


def test_a_download_is_audited_with_its_number(
    sign_in: SignIn, customer: Customer, invoice: Document
) -> None:
    person = customer.person()
    sign_in(person).get(f"/invoices/{invoice}.pdf")
    event = AuditEvent.objects.get(action="invoice.downloaded")
    assert event.actor == person.email
    assert event.account_number == customer.account.account_number
    assert event.details == {"number": invoice.number}
    assert event.object_label == invoice.number


def test_asking_for_the_headers_is_no_download(
    sign_in: SignIn, customer: Customer, invoice: Document
) -> None:
    answer = sign_in(customer.person()).head(f"/invoices/{invoice}.pdf")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"] == "application/pdf"
    assert not AuditEvent.objects.filter(action="invoice.downloaded").exists()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_download_is_only_read(
    sign_in: SignIn, customer: Customer, invoice: Document, method: str
) -> None:
    browser = sign_in(customer.person())
    assert getattr(browser, method)(f"/invoices/{invoice}.pdf").status_code == 405


def test_whoever_is_quicker_than_the_worker_gets_the_bytes_that_are_then_stored(
    sign_in: SignIn, customer: Customer
) -> None:
    invoice = invoice_of(customer.order())
    assert not DocumentFile.objects.filter(document=invoice).exists()
    browser = sign_in(customer.person())
    first = browser.get(f"/invoices/{invoice}.pdf").content
    stored = DocumentFile.objects.get(document=invoice)
    assert first.startswith(b"%PDF-")
    assert hashlib.sha256(first).hexdigest() == stored.sha256
    assert browser.get(f"/invoices/{invoice}.pdf").content == first


def test_a_damaged_file_is_not_handed_out_but_explained_and_logged(
    sign_in: SignIn, customer: Customer, invoice: Document, caplog: pytest.LogCaptureFixture
) -> None:
    file = DocumentFile.objects.get(document=invoice)
    with default_storage.open(file.path, "wb") as stored:
        stored.write(b"%PDF-1.7 something else")
    answer = sign_in(customer.person()).get(f"/invoices/{invoice}.pdf")
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer
    sentence = f"The file of {invoice} is damaged in our storage; it is restored from a backup."
    assert sentence in answer.content.decode()
    assert f"The stored PDF of document {invoice} cannot be handed out." in caplog.messages
    assert not AuditEvent.objects.filter(action="invoice.downloaded").exists()


@pytest.mark.parametrize("role", [Membership.Role.BASIC, Membership.Role.STANDARD])
def test_who_may_not_read_it_downloads_nothing_and_leaves_no_record(
    sign_in: SignIn, customer: Customer, invoice: Document, role: str
) -> None:
    browser = sign_in(customer.person(role))
    assert browser.get(f"/invoices/{invoice}.pdf").status_code == 404
    assert not AuditEvent.objects.filter(action="invoice.downloaded").exists()


def test_another_accounts_administrator_downloads_nothing(
    sign_in: SignIn, invoice: Document
) -> None:
    browser = sign_in(MembershipFactory.create().user)
    assert browser.get(f"/invoices/{invoice}.pdf").status_code == 404


def test_an_invoice_is_no_credit_note(
    sign_in: SignIn, customer: Customer, invoice: Document
) -> None:
    assert sign_in(customer.person()).get(f"/credit-notes/{invoice}.pdf").status_code == 404


def test_a_credit_note_is_downloaded_and_audited_under_its_own_name(
    sign_in: SignIn, customer: Customer
) -> None:
    order = customer.order()
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    note = Document.objects.get(kind=Document.Kind.CREDIT_NOTE)
    store_pdf(note, b"%PDF-1.7 a credit note")
    browser = sign_in(customer.person())
    for url in (f"/credit-notes/{note}.pdf", f"/orders/{order}/credit-notes/{note}.pdf"):
        assert browser.get(url).content == b"%PDF-1.7 a credit note"
    events = AuditEvent.objects.filter(action="credit_note.downloaded")
    assert [event.details for event in events] == [{"number": note.number}] * 2


def test_the_view_order_page_hands_out_the_orders_own_invoice(
    sign_in: SignIn, customer: Customer, invoice: Document
) -> None:
    order_number = invoice.lines.get().order_number
    answer = sign_in(customer.person()).get(f"/orders/{order_number}/invoice.pdf")
    assert answer.content == PDF
    assert str(invoice).replace("/", "-") in answer["Content-Disposition"]


def test_a_credit_note_of_another_order_is_not_found_below_this_one(
    sign_in: SignIn, customer: Customer
) -> None:
    order, other = customer.order(), customer.order()
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    note = Document.objects.get(kind=Document.Kind.CREDIT_NOTE)
    store_pdf(note)
    browser = sign_in(customer.person())
    assert browser.get(f"/orders/{order}/credit-notes/{note}.pdf").status_code == 200
    assert browser.get(f"/orders/{other}/credit-notes/{note}.pdf").status_code == 404


def test_an_order_that_is_not_invoiced_has_no_invoice_to_download(
    sign_in: SignIn, customer: Customer
) -> None:
    customer.turn_monthly()
    order = customer.order()
    assert sign_in(customer.person()).get(f"/orders/{order}/invoice.pdf").status_code == 404
