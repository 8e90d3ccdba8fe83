"""Invoices and credit notes of all accounts."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from certinext.audit.models import AuditEvent
from orders.cancel import cancel_order
from tests.backoffice.conftest import NOW
from tests.customers import Customer
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import bill, granted, invoices_of

INVOICES, NOTES = "/backoffice/invoices/", "/backoffice/credit-notes/"


def invoiced(name: str) -> str:
    """Return the number of an invoice of a new account."""
    account: Account = AccountFactory.create(display_name=name)
    return str(issue_order_invoice(account, ChargeFactory.create(account=account)))


def test_invoices_are_found_by_number_and_by_account(staff: Client) -> None:
    konkan, deccan = invoiced("Konkan Retail Bank"), invoiced("Deccan Health")
    html = staff.get(INVOICES).content.decode()
    assert konkan in html
    assert deccan in html
    account = Account.objects.get(display_name="Konkan Retail Bank")
    for query in ("konkan", account.account_number, konkan):
        html = staff.get(INVOICES, {"q": query}).content.decode()
        assert konkan in html
        assert deccan not in html


def test_the_list_asks_as_often_for_many_invoices_as_for_few(staff: Client) -> None:
    invoiced("One")
    with CaptureQueriesContext(connection) as few:
        staff.get(INVOICES)
    for number in range(5):
        invoiced(f"More {number}")
    with CaptureQueriesContext(connection) as many:
        staff.get(INVOICES)
    assert len(many) == len(few)


def test_the_invoice_page_links_its_lines_to_the_backoffices_orders(staff: Client) -> None:
    order = Customer().order()
    number = str(order.account.invoices.get())
    html = staff.get(f"{INVOICES}{number}/").content.decode()
    assert f'href="/backoffice/orders/{order.order_number}/"' in html
    assert f'href="/orders/{order.order_number}/"' not in html
    assert "₹10,531.50" in html


def test_an_invoice_page_says_the_date_of_issue_and_who_issued_it_when(staff: Client) -> None:
    account = AccountFactory.create()
    granted(account, "2026-10-01 09:00")
    ChargeFactory.create(account=account)
    bill("2026-10", "2026-11-01 00:30")
    (invoice,) = invoices_of(account)
    html = staff.get(f"{INVOICES}{invoice}/").content.decode()
    assert '<dt>Issued</dt><dd><time datetime="2026-11-01">1 Nov 2026</time></dd>' in html
    assert "Monthly invoice for October 2026, issued on 1 November 2026" in html
    # The moment is the database clock's, whatever day is printed.
    assert "<dt>Issued by</dt><dd>test<br><time" in html


def test_staff_see_what_a_credit_note_took_off_as_the_customer_does(staff: Client) -> None:
    customer = Customer()
    order = customer.order()
    cancel_order(order, by="clerk@example.com", reason="Domain was sold.", now=NOW)
    invoice = customer.account.invoices.get()
    html = staff.get(f"{INVOICES}{invoice}/").content.decode()
    note = invoice.credit_notes.get()
    assert f'href="{NOTES}{note}.pdf"' in html
    assert "Nothing is owed" in html
    assert "/credit-notes/" not in html.replace(NOTES, "")
    assert f'"/orders/{order}/"' not in html


def test_a_credit_note_names_its_invoice_and_its_reason(staff: Client) -> None:
    customer = Customer()
    order = customer.order()
    cancel_order(order, by="clerk@example.com", reason="Domain was sold.", now=NOW)
    invoice = customer.account.invoices.get()
    note = str(invoice.credit_notes.get())
    html = staff.get(f"{NOTES}{note}/").content.decode()
    assert f'href="{INVOICES}{invoice}/"' in html
    assert "Domain was sold." in html
    assert note in staff.get(NOTES, {"q": customer.account.display_name}).content.decode()


def test_a_download_by_staff_is_in_the_trail(staff: Client) -> None:
    number = invoiced("Konkan")
    answer = staff.get(f"{INVOICES}{number}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF-")
    event = AuditEvent.objects.get(action="invoice.downloaded")
    assert (event.actor, event.object_label) == ("meera@aravalli.example", number)


def test_absent_documents_are_not_found(staff: Client) -> None:
    number = invoiced("Konkan")
    assert staff.get(f"{INVOICES}INV/26-27/999999/").status_code == 404
    assert staff.get(f"{NOTES}{number}/").status_code == 404
    assert staff.get(f"{NOTES}{number}.pdf").status_code == 404
