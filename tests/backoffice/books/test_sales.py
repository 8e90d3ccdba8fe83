"""Sales and orders, by product, group, account and month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.models import Account, Charge, Document
from billing.models.seller import current_seller
from billing.periods import Month
from certinext.backoffice.books.periods import parse_period
from certinext.backoffice.books.register import booked
from invoices.issue import InvoiceDraft, issue_invoices, prepare_invoice
from invoices.models import Invoice
from orders.cancel import cancel_order
from tests.backoffice.books.helpers import credited, noon, sold, sums, table
from tests.billing.monthly_charges import raise_monthly_charges
from tests.customers import NOW, Customer
from tests.factories import (
    AccountFactory,
    GroupFactory,
    PlanMeterFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)

pytestmark = pytest.mark.django_db


def test_sales_are_net_of_credit_notes_and_agree_with_the_ledger() -> None:
    account = AccountFactory.create(display_name="Konkan", account_number="1048579999")
    invoice = sold(account, "1000.00", date(2026, 10, 6))
    sold(account, "500.00", date(2026, 11, 6))
    credited(invoice, "250.00", date(2026, 11, 7))

    assert table("sales", "2026-Q4", "account") == [
        ["1048579999", "Konkan", "3", "2.000000", "1250.00", "INR"]
    ]
    assert table("sales", "2026-Q4", "month") == [
        ["2026-10", "1", "1.000000", "1000.00", "INR"],
        ["2026-11", "2", "1.000000", "250.00", "INR"],
    ]
    (ledger,) = booked(parse_period("2026-Q4", seller=current_seller()))
    for name in ("product", "group", "account", "month"):
        assert Decimal(sums("sales", "2026-Q4", name)["INR"]["net"]) == ledger.revenue


def _monthly(account: Account, day: date) -> Document:
    seller = current_seller()
    draft = InvoiceDraft(
        account=account,
        kind=Invoice.Kind.MONTHLY,
        charges=list(Charge.objects.filter(account=account)),
        period=(noon(date(2026, 10, 1)), noon(day)),
    )
    prepared = prepare_invoice(draft, seller=seller, on=day, issued_by="test")
    (invoice,) = issue_invoices([prepared], seller=seller, now=noon(day))
    return invoice.document


def test_a_plan_is_one_product_in_whatever_language_it_is_invoiced() -> None:
    day = date(2026, 10, 31)
    meter = PlanMeterFactory.create(plan__code="ENT")
    for language in ("en", "de"):
        account = AccountFactory.create(document_language=language)
        subscription = SubscriptionFactory.create(account=account, plan=meter.plan)
        UsageRecordFactory.create(subscription=subscription, meter=meter, quantity=Decimal(10100))
        raise_monthly_charges(account, months=[Month(2026, 10)], until=day)
        invoice = _monthly(account, day)
    described = {line.description for line in invoice.lines.filter(kind="usage")}
    assert described.isdisjoint({"Time-stamps above the included units", "Time-stamps"})

    # 2 x 10,000 included and 2 x 100 above them at 0.85.
    assert table("sales", "2026-10", "product") == [
        ["ENT", "Enterprise plan", "2", "2.000000", "90000.00", "INR"],
        ["ENT / timestamps", "Enterprise plan / Time-stamps", "4", "20200.000000", "170.00", "INR"],
    ]
    credited(invoice, None, date(2026, 11, 2))
    assert table("sales", "2026-11", "product") == [
        ["ENT", "Enterprise plan", "1", "-1.000000", "-45000.00", "INR"],
        ["ENT / timestamps", "Enterprise plan / Time-stamps", "1", "-100.000000", "-85.00", "INR"],
    ]


def test_orders_are_counted_by_their_own_day_in_the_sellers_zone() -> None:
    customer = Customer()
    group = GroupFactory.create(account=customer.account, name="Treasury")
    customer.order(group=group)
    gone = customer.order(group=group)
    cancel_order(gone, by="meera", reason="Not needed", now=NOW)
    # 18:30 UTC on the 31st is November in Kolkata.
    customer.order(now=datetime(2026, 10, 31, 18, 30, tzinfo=UTC))

    name = str(customer.account)
    assert table("orders", "2026-10", "group") == [
        [name, "Treasury", "2", "1", "0", "17850.00", "INR"]
    ]
    assert table("orders", "2026-10", "product") == [
        ["711", "emSign OV SSL", "2", "1", "0", "17850.00", "INR"]
    ]
    assert table("orders", "2026-11", "month") == [["2026-11", "1", "0", "0", "8925.00", "INR"]]
