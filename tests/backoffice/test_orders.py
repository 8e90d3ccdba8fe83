"""Orders of all accounts; cancelling and rejecting them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Charge
from credit_notes.models import CreditNote
from orders.models import CertificateStatus, Order, OrderStatus
from orders.renew import renew_order
from tests.customers import NOW, Customer, fulfilled, invoice_of
from tests.factories import AccountFactory
from tests.invoices.monthly import at, granted
from tests.orders.helpers import invoices_of

LIST = "/backoffice/orders/"


def post(client: Client, order: Order, verb: str, reason: str = "Domain was sold.") -> str:
    answer = client.post(f"{LIST}{order}/{verb}/", {"reason": reason}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_every_accounts_orders_and_finds_them_by_account(staff: Client) -> None:
    first = Customer(account=AccountFactory.create(display_name="Konkan"))
    order = first.order(domain_name="www.konkan.example")
    other = Customer(
        account=AccountFactory.create(display_name="Deccan"), product=first.product
    ).order(domain_name="www.deccan.example")
    html = staff.get(LIST).content.decode()
    assert str(order) in html
    assert str(other) in html
    for query in (
        "?q=konkan",
        f"?q={first.account.account_number}",
        f"?account={first.account.account_number}",
    ):
        html = staff.get(LIST + query).content.decode()
        assert str(order) in html
        assert str(other) not in html


def test_the_list_is_narrowed_by_domain_and_organization(staff: Client) -> None:
    customer = Customer()
    first = customer.order(domain_name="www.konkan.example", organization_name="Konkan Ltd")
    other = customer.order(domain_name="www.deccan.example", organization_name="Deccan Ltd")
    for query in ("?domain=konkan.ex", "?organization=konkan+l"):
        html = staff.get(LIST + query).content.decode()
        assert str(first) in html
        assert str(other) not in html


def test_the_search_finds_the_documents_of_an_order_by_its_domain(staff: Client) -> None:
    customer = Customer()
    first = customer.order(domain_name="www.konkan.example")
    other = customer.order(domain_name="www.deccan.example")
    html = staff.get("/backoffice/search/", {"q": "konkan"}).content.decode()
    assert f'href="/backoffice/invoices/{invoice_of(first)}/"' in html
    assert f'href="/backoffice/orders/{first}/"' in html
    assert str(other) not in html
    assert str(invoice_of(other)) not in html


def test_the_list_asks_as_often_for_many_orders_as_for_few(staff: Client) -> None:
    customer = Customer()
    customer.order()
    with CaptureQueriesContext(connection) as few:
        staff.get(LIST)
    for _ in range(6):
        customer.order()
    with CaptureQueriesContext(connection) as many:
        staff.get(LIST)
    assert len(many) == len(few)


def test_the_page_leads_to_the_backoffices_own_pages(staff: Client) -> None:
    customer = Customer()
    order = customer.order()
    html = staff.get(f"{LIST}{order}/").content.decode()
    number = customer.account.invoices.get().document.number
    assert f'href="/backoffice/invoices/{number}/"' in html
    assert f'href="/invoices/{number}/"' not in html
    assert f'href="/backoffice/accounts/{customer.account.account_number}/"' in html


def test_the_page_hands_out_the_orders_documents(staff: Client) -> None:
    customer = Customer()
    order = customer.order()
    file = f'href="/backoffice/invoices/{invoice_of(order)}.pdf"'
    html = staff.get(f"{LIST}{order}/").content.decode()
    assert (file in html, "Download Credit Note" in html) == (True, False)
    post(staff, order, "cancel")
    html = staff.get(f"{LIST}{order}/").content.decode()
    note = CreditNote.objects.get().document.number
    assert file in html
    assert f'href="/backoffice/credit-notes/{note}.pdf"' in html
    assert f'href="/orders/{order}/' not in html


def test_the_page_offers_each_of_several_invoices(staff: Client) -> None:
    order = fulfilled(Customer().order())
    renew_order(order, term_years=2, extension=1, by="clerk", now=NOW)
    html = staff.get(f"{LIST}{order}/").content.decode()
    for number in invoices_of(order):
        assert f'<li><a href="/backoffice/invoices/{number}.pdf">' in html


def test_a_request_number_leads_to_the_order(staff: Client) -> None:
    order = Customer().order()
    answer = staff.get(f"{LIST}{order.request_number}/")
    assert answer["Location"] == f"{LIST}{order.order_number}/"


def test_cancelling_an_uninvoiced_order_says_that_its_charge_is_dropped(staff: Client) -> None:
    customer = Customer()
    granted(customer.account, "2026-10-01 09:00")
    order = customer.order()
    html = staff.get(f"{LIST}{order}/cancel/").content.decode()
    assert "The open charge of ₹8,925.00 before tax is dropped: it will not be invoiced." in html
    assert Order.objects.get().order_status != OrderStatus.CANCELLED
    post(staff, order, "cancel")
    assert Order.objects.get().order_status == OrderStatus.CANCELLED
    assert not Charge.objects.open().exists()
    assert not CreditNote.objects.exists()


@pytest.mark.parametrize(
    ("verb", "status", "code"),
    [
        ("cancel", OrderStatus.CANCELLED, "cancelled"),
        ("reject", OrderStatus.REJECTED, "rejected"),
    ],
)
def test_ending_an_invoiced_order_names_the_amount_and_credits_it(
    staff: Client, verb: str, status: OrderStatus, code: str
) -> None:
    customer = Customer()
    order = customer.order()
    html = staff.get(f"{LIST}{order}/{verb}/").content.decode()
    assert "A credit note of ₹10,531.50 (net ₹8,925.00 + tax ₹1,606.50) is issued on" in html
    html = post(staff, order, verb)
    note = CreditNote.objects.select_related("document").get()
    assert f'href="/backoffice/credit-notes/{note.document.number}/"' in html
    assert (note.reason_code, note.reason) == (code, "Domain was sold.")
    assert note.document.issued_by == "meera@aravalli.example"
    assert Order.objects.get().order_status == status


@pytest.mark.parametrize("verb", ["cancel", "reject"])
def test_an_end_needs_a_reason(staff: Client, verb: str) -> None:
    order = Customer().order()
    assert 'class="error-summary"' in post(staff, order, verb, reason=" ")
    assert Order.objects.get().order_status == OrderStatus.ACCEPTED


def test_an_order_that_has_ended_cannot_end_again(staff: Client) -> None:
    order = Customer().order()
    post(staff, order, "cancel")
    assert f"{order} is Cancelled: this cannot be done any more." in post(staff, order, "reject")
    assert "Cancel the order</a>" not in staff.get(f"{LIST}{order}/").content.decode()
    assert CreditNote.objects.count() == 1


@pytest.mark.parametrize("verb", ["cancel", "reject"])
def test_ending_a_fulfilled_order_warns_that_its_certificate_stays_live(
    staff: Client, verb: str
) -> None:
    order = Customer().order()
    page = f"{LIST}{order}/{verb}/"
    assert "Its certificate is live." not in staff.get(page).content.decode()
    order.order_status = OrderStatus.FULFILLED
    order.certificate_status = CertificateStatus.DOWNLOADED
    order.certificate_serial = "4F21A0"
    order.certificate_expires_at = at("2027-11-03 12:00")
    order.save()
    html = staff.get(page).content.decode()
    assert "Its certificate is live." in html
    assert "does not revoke it: revoke it on the issuance platform." in html
    assert "Serial number 4F21A0, valid until 3 Nov 2027" in html


@pytest.mark.parametrize(
    ("status", "expires"),
    [
        ("REVOKED", "2027-11-03 12:00"),
        ("EXPIRED", "2026-11-03 12:00"),
        ("NONE", "2026-11-03 12:00"),
    ],
)
def test_a_dead_certificate_needs_no_warning(staff: Client, status: str, expires: str) -> None:
    order = Customer().order()
    order.order_status = OrderStatus.FULFILLED
    order.certificate_status = CertificateStatus[status]
    order.certificate_expires_at = at(expires)
    order.save()
    assert "is live" not in staff.get(f"{LIST}{order}/cancel/").content.decode()


def test_a_number_that_is_also_another_ones_request_leads_to_the_order(staff: Client) -> None:
    customer = Customer()
    order, other = customer.order(), customer.order()
    Order.objects.filter(pk=other.pk).update(request_number=order.order_number)
    answer = staff.get(f"{LIST}{order.order_number}/")
    assert answer.status_code == 200
    assert answer.context["order"] == order


def test_a_request_that_is_rejected_is_called_one(staff: Client) -> None:
    request = Customer().order(save_and_hold=True)
    page = staff.get(f"{LIST}{request}/reject/").content.decode()
    assert f"<h1>Reject request {request}</h1>" in page
    assert "No certificate will be issued." in page
    assert f"Request {request} is Rejected." in post(staff, request, "reject")


def test_the_end_of_a_certificate_that_was_issued_promises_nothing_about_it(staff: Client) -> None:
    order = Customer().order()
    Order.objects.update(
        order_status=OrderStatus.FULFILLED, certificate_status=CertificateStatus.DOWNLOADED
    )
    html = staff.get(f"{LIST}{order}/cancel/").content.decode()
    assert "No certificate will be issued." not in html
    assert "This cannot be undone." in html


@pytest.mark.parametrize("order_status", [OrderStatus.ACCEPTED, OrderStatus.FULFILLED])
@pytest.mark.parametrize("certificate", list(CertificateStatus))
def test_the_page_says_of_a_certificate_only_what_is_true(
    staff: Client, order_status: OrderStatus, certificate: CertificateStatus
) -> None:
    order = Customer().order()
    Order.objects.update(order_status=order_status, certificate_status=certificate)
    html = staff.get(f"{LIST}{order}/cancel/").content.decode()
    issued = certificate.name in {"GENERATED", "DOWNLOADED", "REVOKED", "EXPIRED"}
    issued = issued or order_status == OrderStatus.FULFILLED
    dead = certificate.name in {"REVOKED", "EXPIRED"}
    assert ("No certificate will be issued." in html) == (not issued)
    assert ("Its certificate is live." in html) == (issued and not dead)
