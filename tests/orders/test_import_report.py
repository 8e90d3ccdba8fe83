"""Importing the order report: rows in, outcomes out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Account, Charge, DocumentLine, ImportRow, ParkedAccount, Product
from certinext.audit.models import AuditEvent
from orders.models import CertificateStatus, Order, OrderEvent, OrderStatus
from tests.factories import (
    AccountFactory,
    GroupFactory,
    MonthlyPermissionFactory,
    OrderFactory,
    PriceListFactory,
    PriceListItemFactory,
)
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, invoices_of, steps, totals
from tests.orders.reports import message, outcomes, row, run, run_bytes

pytestmark = pytest.mark.django_db
BILLED_SINCE = datetime(2026, 9, 30, 18, 30, tzinfo=UTC)


@pytest.fixture
def monthly(account: Account, product: Product) -> Account:
    """An account with the monthly permission: charges stay open."""
    MonthlyPermissionFactory.create(account=account, granted_at=NOW, billed_until=BILLED_SINCE)
    return account


def test_a_row_becomes_an_order_with_everything_that_it_says(monthly: Account) -> None:
    group = GroupFactory.create(account=monthly, group_number="4453914449")
    imported = run(
        monthly,
        row(
            groupNumber="4453914449",
            orderStatus="Order Fulfilled",
            certificateStatus="Certificate Downloaded",
            issuerCA="emSign SSL CA - G1",
            certificateSerialNumber="912408760279350649665831160026497176",
            certificateExpiryDate="2027-10-05 10:00:00",
            tags=["prod", "web"],
            customFields=[{"name": "Cost centre", "value": "9329"}],
            originator="ACME",
        ),
    )
    assert outcomes(imported) == ["created"]
    order = Order.objects.get()
    assert (order.order_number, order.request_number) == ("6644202001", "3868250001")
    assert (order.account, order.group, order.product.product_code) == (monthly, group, "711")
    assert order.order_status == OrderStatus.FULFILLED
    assert order.certificate_status == CertificateStatus.DOWNLOADED
    assert order.ordered_at == datetime(2026, 10, 5, 4, 30, tzinfo=UTC)
    assert order.certificate_expires_at == datetime(2027, 10, 5, 4, 30, tzinfo=UTC)
    assert order.certificate_serial == "912408760279350649665831160026497176"
    assert (order.domain_name, order.country_name) == ("www.example.com", "India")
    assert (order.organization_name, order.originator) == ("Kaveri Textiles", "ACME")
    assert order.tags == ["prod", "web"]
    assert order.custom_fields == [{"name": "Cost centre", "value": "9329"}]
    assert order.issuer_ca == "emSign SSL CA - G1"
    assert order.source == Order.Source.IMPORT


def test_the_charge_is_that_of_the_order_date(monthly: Account, product: Product) -> None:
    old = product.prices.get(term_years=1).price_list
    old.valid_until = date(2026, 10, 5)
    old.save()
    new = PriceListFactory.create(valid_from=date(2026, 10, 5))
    PriceListItemFactory.create(price_list=new, product=product, amount=Decimal("9100.00"))
    group = GroupFactory.create(account=monthly)
    imported = run(
        monthly,
        row(1, orderDate="2026-10-04 23:59:59"),
        row(2, orderDate="2026-10-05 00:00:00", groupNumber=group.group_number),
    )
    assert outcomes(imported) == ["created", "created"]
    first, second = Charge.objects.order_by("id")
    assert (first.net_amount, first.service_from) == (Decimal("8925.000"), date(2026, 10, 4))
    assert (second.net_amount, second.service_from) == (Decimal("9100.000"), date(2026, 10, 5))
    assert (first.source_key, second.source_key) == ("order:6644202001", "order:6644202002")
    assert (first.group, second.group) == (None, group)
    assert first.description == "emSign OV SSL"
    assert first.domain_name == "www.example.com"


def test_an_accounts_own_price_comes_first(monthly: Account, product: Product) -> None:
    own = PriceListFactory.create(account=monthly)
    PriceListItemFactory.create(price_list=own, product=product, amount=Decimal("7000.00"))
    run(monthly, row())
    assert Charge.objects.get().net_amount == Decimal("7000.000")


@pytest.mark.parametrize(
    "status", ["Order Placed", "Order Accepted", "Order In Progress", "Order Fulfilled"]
)
def test_an_order_first_seen_so_is_charged(monthly: Account, status: str) -> None:
    run(monthly, row(orderStatus=status))
    assert Charge.objects.open().count() == 1


@pytest.mark.parametrize(
    "status", ["Order On Hold", "Order Pending Approval", "Order Pending Admin Approval"]
)
def test_an_order_first_seen_so_is_not_charged_yet(monthly: Account, status: str) -> None:
    assert outcomes(run(monthly, row(orderStatus=status))) == ["created"]
    assert not Charge.objects.exists()


@pytest.mark.parametrize("status", ["Order Cancelled", "Order Rejected"])
def test_an_order_first_seen_ended_is_neither_charged_nor_credited(
    account: Account, product: Product, status: str
) -> None:
    imported = run(account, row(orderStatus=status, certificateStatus="Rejected"))
    order = Order.objects.get()
    assert message(imported).endswith(f"First seen as {status[6:]}: not charged.")
    assert charges_of(order) == []
    assert invoices_of(order) == []
    assert hasattr(order, "cancellation") == (status == "Order Cancelled")
    assert hasattr(order, "rejection") == (status == "Order Rejected")


def test_an_account_without_the_permission_is_invoiced_per_order_at_once(
    account: Account, product: Product
) -> None:
    run(account, row(1), row(2))
    first, second = Order.objects.order_by("order_number")
    assert totals(invoices_of(first)) == [Decimal("10531.500")]
    assert totals(invoices_of(second)) == [Decimal("10531.500")]
    assert invoices_of(first)[0].issue_date == date(2026, 10, 6)
    assert invoices_of(first) != invoices_of(second)


def test_an_account_that_cannot_be_billed_is_parked_and_its_orders_stand(
    product: Product,
) -> None:
    account = AccountFactory.create(address_line1="")
    assert outcomes(run(account, row())) == ["created"]
    assert ParkedAccount.objects.get().account == account
    assert Charge.objects.open().count() == 1


def test_orders_before_the_account_is_billed_are_history(product: Product) -> None:
    account = AccountFactory.create(billing_from=date(2026, 10, 5))
    imported = run(
        account,
        row(1, orderDate="2026-10-04 23:59:59", validity=1),
        row(2, orderDate="2026-10-05 00:00:00", validity=1),
    )
    history, billed = Order.objects.order_by("order_number")
    assert charges_of(history) == []
    assert len(charges_of(billed)) == 1
    assert imported.rows.get(row_number=1).message == "Before the account is billed: not charged."


def test_history_needs_no_price(product: Product) -> None:
    account = AccountFactory.create(billing_from=date(2026, 10, 5), currency="EUR")
    imported = run(account, row(orderDate="2019-10-04 23:59:59"))
    assert outcomes(imported) == ["created"]


def test_a_missing_price_fails_the_row_and_writes_nothing(monthly: Account) -> None:
    imported = run(monthly, row(1, validity=3), row(2))
    assert outcomes(imported) == ["failed", "created"]
    assert imported.rows.get(row_number=1).message == (
        "emSign OV SSL (711) has no price in INR for a 3-year term on 2026-10-05:"
        " add it to a price list that is valid on that day."
    )
    assert [order.order_number for order in Order.objects.all()] == ["6644202002"]
    assert not OrderEvent.objects.filter(order__order_number="6644202001").exists()


def test_a_free_order_is_charged_zero(monthly: Account, product: Product) -> None:
    product.prices.update(amount=0)
    run(monthly, row())
    assert Charge.objects.get().net_amount == 0


@pytest.mark.parametrize("validity", [2, "2", "2 Years", "2 years"])
def test_the_term_is_what_validity_says(monthly: Account, validity: Any) -> None:
    imported = run(monthly, row(validity=validity), term_years=1)
    order = Order.objects.get()
    assert (order.term_years, order.term_assumed) == (2, False)
    assert Charge.objects.get().net_amount == Decimal("16065.000")
    assert Charge.objects.get().detail == ""
    assert message(imported) == ""


def test_without_validity_the_given_term_is_assumed_and_said(monthly: Account) -> None:
    imported = run(monthly, row(), term_years=2)
    order = Order.objects.get()
    assert (order.term_years, order.term_assumed) == (2, True)
    assert message(imported) == "Term assumed: 2 years."


def test_that_the_term_was_assumed_stays_off_the_customers_invoice(
    account: Account, product: Product
) -> None:
    run(account, row())
    line = DocumentLine.objects.get()
    assert (line.term_years, line.details) == (1, [])


def test_with_nothing_said_one_year_is_assumed(monthly: Account) -> None:
    assert message(run(monthly, row())) == "Term assumed: 1 year."


@pytest.mark.parametrize("validity", ["", "0", "11", "two", 2.5, -1, True])
def test_a_term_that_is_none_is_assumed_or_refused(monthly: Account, validity: Any) -> None:
    expected = "created" if validity == "" else "failed"
    assert outcomes(run(monthly, row(validity=validity))) == [expected]


def test_a_row_without_order_number_is_a_draft_on_hold(monthly: Account) -> None:
    imported = run(monthly, row(orderNumber="", orderStatus="Order On Hold"))
    draft = Order.objects.get()
    assert (draft.order_number, draft.request_number) == (None, "3868250001")
    assert draft.order_status == OrderStatus.ON_HOLD
    assert imported.rows.get().key == "3868250001"
    assert not Charge.objects.exists()


CLAIMS = [
    "Order Placed",
    "Order Accepted",
    "Order In Progress",
    "Order Fulfilled",
    "Order Pending Approval",
    "Order Pending Admin Approval",
]


@pytest.mark.parametrize("number", ["", None])
@pytest.mark.parametrize("claim", CLAIMS)
def test_a_row_without_order_number_is_a_draft_whatever_it_claims(
    monthly: Account, claim: str, number: str | None
) -> None:
    imported = run(monthly, row(orderNumber=number, orderStatus=claim))
    assert Order.objects.get().order_status == OrderStatus.ON_HOLD
    assert not Charge.objects.exists()
    assert message(imported) == ("Term assumed: 1 year. No order number: kept as a draft on hold.")


def test_a_draft_that_says_so_itself_needs_no_word_about_it(monthly: Account) -> None:
    imported = run(monthly, row(orderNumber="", orderStatus="Order On Hold", validity=1))
    assert message(imported) == ""


def test_a_known_draft_that_claims_more_is_kept_on_hold_and_said_so(monthly: Account) -> None:
    run(monthly, row(orderNumber="", orderStatus="Order On Hold", validity=1))
    claim: dict[str, Any] = {"orderNumber": "", "orderStatus": "Order Accepted", "validity": 1}
    imported = run(monthly, row(**claim, domainName="other.example.com"))
    assert Order.objects.get().order_status == OrderStatus.ON_HOLD
    assert message(imported) == "Changed: domain. No order number: kept as a draft on hold."


def test_a_draft_that_gets_its_number_becomes_that_order_and_is_charged(
    monthly: Account,
) -> None:
    run(monthly, row(orderNumber="", orderStatus="Order On Hold", certificateStatus=""))
    imported = run(monthly, row())
    assert outcomes(imported) == ["updated"]
    order = Order.objects.get()
    assert (order.order_number, order.order_status) == ("6644202001", OrderStatus.ACCEPTED)
    (charge,) = charges_of(order)
    assert (charge.source_key, charge.service_from) == ("order:6644202001", date(2026, 10, 5))


def test_a_draft_that_was_saved_here_becomes_the_order_too(monthly: Account) -> None:
    OrderFactory.create(
        account=monthly,
        order_number=None,
        request_number="3868250001",
        order_status=OrderStatus.ON_HOLD,
    )
    run(monthly, row())
    assert Order.objects.get().order_number == "6644202001"
    assert Charge.objects.count() == 1


def test_importing_again_changes_nothing(account: Account, product: Product) -> None:
    rows = [
        row(1),
        row(2, orderStatus="Order Fulfilled", certificateExpiryDate="2027-10-05T04:30:00Z"),
        row(3, orderStatus="Order Cancelled"),
        row(4, orderNumber="", orderStatus="Order On Hold", certificateStatus=""),
    ]
    run(account, *rows)
    before = _everything()
    again = run(account, *rows)
    assert outcomes(again) == ["unchanged"] * 4
    assert _everything() == before


def _everything() -> list[Any]:
    """Return all that an import could change, except its own record."""
    return [
        list(Order.objects.order_by("id").values()),
        list(OrderEvent.objects.order_by("id").values()),
        list(Charge.objects.order_by("id").values()),
        AuditEvent.objects.exclude(action="orders.imported").count(),
    ]


def test_plain_facts_are_updated_and_named(monthly: Account) -> None:
    group = GroupFactory.create(account=monthly)
    run(monthly, row())
    imported = run(
        monthly,
        row(
            orderStatus="Order Fulfilled",
            certificateStatus="Certificate Downloaded",
            certificateSerialNumber=11343294980473689423262,
            groupNumber=group.group_number,
        ),
    )
    assert outcomes(imported) == ["updated"]
    assert message(imported) == ("Changed: serial number, order status, certificate status, group.")
    order = Order.objects.get()
    assert order.certificate_serial == "11343294980473689423262"
    assert order.group == group
    assert steps(order)[-2:] == [("order_status", "6"), ("certificate_status", "9")]
    assert Charge.objects.count() == 1


def test_a_fact_that_the_row_leaves_out_stays(monthly: Account) -> None:
    run(monthly, row())
    imported = run(monthly, row(organizationName=None, tags=None))
    assert outcomes(imported) == ["unchanged"]
    assert Order.objects.get().organization_name == "Kaveri Textiles"


def test_an_organization_can_be_missing(monthly: Account) -> None:
    assert outcomes(run(monthly, row(organizationName=None))) == ["created"]


def test_the_run_counts_its_rows_and_is_on_the_audit_trail(monthly: Account) -> None:
    imported = run(monthly, row(1), row(2, productCode="999"), file_name="report.json")
    assert imported.counts == {"created": 1, "failed": 1}
    assert (imported.file_name, imported.imported_by) == ("report.json", "clerk@example.com")
    assert imported.finished_at is not None
    event = AuditEvent.objects.get(action="orders.imported")
    assert event.account_number == "1048570001"
    assert event.details == {"counts": {"created": 1, "failed": 1}}


def test_progress_is_told_after_each_batch(monthly: Account) -> None:
    told: list[int] = []
    run(monthly, *(row(n) for n in range(1, 402)), progress=told.append)
    assert told == [200, 400, 401]


def test_a_paged_report_and_a_bare_list_mean_the_same(monthly: Account) -> None:
    assert outcomes(run_bytes(monthly, json.dumps([row()]).encode())) == ["created"]
    assert outcomes(run(monthly, row())) == ["unchanged"]


def test_a_row_keeps_its_number_in_the_file(monthly: Account) -> None:
    imported = run(monthly, row(1), row(2, productCode="999"), row(3))
    assert list(imported.rows.values_list("row_number", "outcome")) == [
        (1, ImportRow.Outcome.CREATED),
        (2, ImportRow.Outcome.FAILED),
        (3, ImportRow.Outcome.CREATED),
    ]
