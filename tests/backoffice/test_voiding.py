"""Voiding an open charge."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Charge, ChargeVoid
from certinext.audit.models import AuditEvent
from orders.models import OrderCharge, OrderEvent
from tests.factories import AccountFactory, ChargeFactory, OrderFactory
from tests.invoices.helpers import issue_order_invoice


@pytest.fixture
def konkan(db: None) -> Account:
    account: Account = AccountFactory.create(
        display_name="Konkan Retail Bank", account_number="3108842834"
    )
    return account


PAGE = "/backoffice/accounts/3108842834/"


def void(staff: Client, charge: Charge, reason: str = "Priced wrongly") -> str:
    url = f"{PAGE}charges/{charge.pk}/void/"
    return staff.post(url, {"reason": reason}, follow=True).content.decode()


def test_the_account_page_leads_to_voiding_each_open_charge(staff: Client, konkan: Account) -> None:
    charge = ChargeFactory.create(account=konkan)
    assert f'href="{PAGE}charges/{charge.pk}/void/"' in staff.get(PAGE).content.decode()


def test_a_charge_is_void_only_once_that_is_confirmed_with_a_reason(
    staff: Client, konkan: Account
) -> None:
    charge = ChargeFactory.create(account=konkan)
    page = staff.get(f"{PAGE}charges/{charge.pk}/void/").content.decode()
    assert "Void the charge of ₹8,925.00?" in page
    assert "Say why, in a few words." in void(staff, charge, reason=" ")
    assert not ChargeVoid.objects.exists()
    assert "emSign OV SSL, ₹8,925.00, will not be invoiced." in void(staff, charge)
    assert ChargeVoid.objects.get().reason == "Priced wrongly"
    assert not Charge.objects.open().exists()


def test_voiding_is_in_the_audit_trail_with_amount_and_reason(
    staff: Client, konkan: Account
) -> None:
    charge = ChargeFactory.create(account=konkan, order_number="9433110777")
    void(staff, charge)
    event = AuditEvent.objects.get(action="charge.voided")
    assert (event.actor, event.account_number) == ("meera@aravalli.example", "3108842834")
    assert event.details == {
        "source_key": "order:9433110777",
        "net": "8925.00 INR",
        "reason": "Priced wrongly",
    }


def test_an_orders_history_names_its_voided_charge(staff: Client, konkan: Account) -> None:
    order = OrderFactory.create(account=konkan)
    charge = ChargeFactory.create(account=konkan, order_number=order.order_number)
    OrderCharge.objects.create(order=order, charge=charge, reason=OrderCharge.Reason.ORDER)
    void(staff, charge)
    event = OrderEvent.objects.get(order=order)
    assert (event.kind, event.value, event.actor) == (
        OrderEvent.Kind.VOIDED,
        "8925.00 INR",
        "meera@aravalli.example",
    )


def test_an_invoiced_charge_must_be_credited(staff: Client, konkan: Account) -> None:
    charge = ChargeFactory.create(account=konkan)
    invoice = issue_order_invoice(konkan, charge)
    html = void(staff, charge)
    assert f"stands on invoice {invoice.document.number}: it must be credited" in html
    assert not ChargeVoid.objects.exists()


def test_a_charge_is_voided_once(staff: Client, konkan: Account) -> None:
    charge = ChargeFactory.create(account=konkan)
    void(staff, charge)
    assert "is void already. Priced wrongly" in void(staff, charge, reason="Again")
    assert ChargeVoid.objects.get().reason == "Priced wrongly"


def test_a_partner_voids_what_it_pays_for_its_sub_account(staff: Client, konkan: Account) -> None:
    Account.objects.filter(pk=konkan.pk).update(kind=Account.Kind.PARTNER)
    konkan.refresh_from_db()
    sub = AccountFactory.create(parent=konkan, bill_to=Account.BillTo.PARENT)
    charge = ChargeFactory.create(account=sub)
    void(staff, charge)
    assert ChargeVoid.objects.get().charge == charge


def test_another_accounts_charge_is_not_found_here(staff: Client, konkan: Account) -> None:
    foreign = ChargeFactory.create()
    url = f"{PAGE}charges/{foreign.pk}/void/"
    assert staff.get(url).status_code == 404
    assert staff.post(url, {"reason": "No"}).status_code == 404
    assert not ChargeVoid.objects.exists()


def test_all_open_charges_are_listed_in_pages_with_a_constant_number_of_queries(
    staff: Client, konkan: Account
) -> None:
    ChargeFactory.create_batch(3, account=konkan)
    with CaptureQueriesContext(connection) as few:
        staff.get(PAGE + "charges/")
    ChargeFactory.create_batch(27, account=konkan, unit_price=Decimal("10.00"))
    with CaptureQueriesContext(connection) as many:
        html = staff.get(PAGE + "charges/").content.decode()
    assert len(many) == len(few)
    assert "All 30 open charges" in staff.get(PAGE).content.decode()
    assert html.count(">Void</a>") == 25
