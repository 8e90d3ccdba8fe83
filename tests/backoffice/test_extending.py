"""Staff reissue, renew and add names as customers do, on anybody's order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certinext.audit.models import AuditEvent
from orders.models import CertificateStatus, Order, OrderStatus
from tests.customers import Customer, named, words
from tests.factories import AccountFactory
from tests.orders.helpers import charges_of, invoices_of, totals

LIST = "/backoffice/orders/"


@pytest.fixture
def order(db: None) -> Order:
    """A fulfilled order of somebody's, whose product takes names."""
    customer = Customer(account=AccountFactory.create(display_name="Konkan"))
    named(customer.product)
    order = customer.order()
    Order.objects.update(
        order_status=OrderStatus.FULFILLED, certificate_status=CertificateStatus.DOWNLOADED
    )
    order.refresh_from_db()
    return order


def test_the_order_offers_what_its_pages_do(staff: Client, order: Order) -> None:
    html = staff.get(f"{LIST}{order}/").content.decode()
    for link in ("reissue/", "renew/?extension=1", "names/"):
        assert f'href="{LIST}{order}/{link}"' in html
    Order.objects.update(order_status=OrderStatus.CANCELLED)
    html = staff.get(f"{LIST}{order}/").content.decode()
    for link in ("reissue/", "renew/", "names/"):
        assert link not in html


@pytest.mark.parametrize("page", ["reissue", "renew", "names"])
def test_the_pages_lead_on_within_the_backoffice_and_say_whose_order_it_is(
    staff: Client, order: Order, page: str
) -> None:
    html = staff.get(f"{LIST}{order}/{page}/").content.decode()
    assert f'<a href="{LIST}">Orders</a>' in html
    assert f'href="{LIST}{order}/"' in html
    assert 'href="/orders/' not in html
    assert "Konkan" in html


def test_a_reissue_is_free_and_names_the_clerk(staff: Client, order: Order) -> None:
    for _ in range(2):
        assert staff.post(f"{LIST}{order}/reissue/")["Location"] == f"{LIST}{order}/"
    order.refresh_from_db()
    assert order.certificate_status == CertificateStatus.PENDING_FOR_APPROVER
    assert [e.actor for e in order.events.filter(kind="reissued")] == ["meera@aravalli.example"]
    assert len(charges_of(order)) == 1


def test_a_renewal_that_is_sent_twice_is_charged_once(staff: Client, order: Order) -> None:
    assert "Renew for ₹18,956.70" in words(staff.get(f"{LIST}{order}/renew/?term_years=2"))
    for _ in range(2):
        data = {"term_years": "2", "extension": "1", "shown_term": "2"}
        answer = staff.post(f"{LIST}{order}/renew/", data)
        assert answer["Location"] == f"{LIST}{order}/"
    assert totals(invoices_of(order)) == [Decimal("10531.500"), Decimal("18956.700")]
    assert invoices_of(order)[1].issued_by == "meera@aravalli.example"
    event = AuditEvent.objects.get(action="order.renewed")
    assert event.details["charge"] == f"order:{order}:renewal:1"


def test_names_that_are_sent_twice_are_charged_once(staff: Client, order: Order) -> None:
    page = staff.post(f"{LIST}{order}/names/", {"names": "a.example.com"}, follow=True)
    assert "Add for ₹1,416.00" in words(page)
    for _ in range(2):
        answer = staff.post(f"{LIST}{order}/names/", {"draft": page.context["token"]})
        assert answer["Location"] == f"{LIST}{order}/"
    assert totals(invoices_of(order)) == [Decimal("10531.500"), Decimal("1416.000")]
    assert "1 added name: a.example.com" in words(staff.get(f"{LIST}{order}/"))
    event = AuditEvent.objects.get(action="order.names_added")
    assert event.details["detail"] == "1 added name: a.example.com"


def test_the_order_page_asks_as_often_after_many_extensions_as_after_one(
    staff: Client, order: Order
) -> None:
    counts = []
    for extension in (1, 2, 3):
        data = {"term_years": "1", "extension": str(extension), "shown_term": "1"}
        staff.post(f"{LIST}{order}/renew/", data)
        staff.get(f"{LIST}{order}/")
        with CaptureQueriesContext(connection) as queries:
            staff.get(f"{LIST}{order}/")
        counts.append(len(queries))
    assert counts == counts[:1] * 3
