"""Cancelling an order: who may, and what becomes of its money."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Account, Charge, ChargeVoid, Product
from certinext.audit.models import AuditEvent
from credit_notes.models import CreditNote
from invoices.per_order import invoice_open_orders
from orders.cancel import cancel_order, may_cancel
from orders.certificates import ISSUED
from orders.errors import InvalidOrder, OrderCannotBeCancelled
from orders.history import timeline
from orders.models import ENDED, PENDING, Cancellation, CertificateStatus, Order, OrderStatus
from tests.factories import AccountFactory, MonthlyPermissionFactory, OrderFactory
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, credit_notes_of, invoices_of, place, steps, totals

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def cancel(order: Order, *, by_customer: bool = False, reason: str = "Ordered twice") -> Order:
    """Cancel as the clerk, or as the customer."""
    return cancel_order(
        order, by="clerk@example.com", reason=reason, now=LATER, by_customer=by_customer
    )


def set_status(order: Order, status: OrderStatus) -> Order:
    """Let the platform have moved the order on."""
    order.order_status = status
    order.save()
    return order


@pytest.fixture
def waiting(account: Account, product: Product) -> Order:
    """An order of an account with the monthly permission: charged, not invoiced."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    )
    return place(account, product)


@pytest.fixture
def invoiced(account: Account, product: Product) -> Order:
    """An order on an invoice over 10,531.50 INR."""
    return place(account, product)


def test_cancelling_an_uninvoiced_order_leaves_nothing_to_bill(waiting: Order) -> None:
    order = cancel(waiting)
    assert order.order_status == OrderStatus.CANCELLED
    assert order.certificate_status == CertificateStatus.REJECTED_BY_CANCELLATION
    assert not Charge.objects.open().exists()
    assert ChargeVoid.objects.get().reason == "Ordered twice"
    assert credit_notes_of(order) == []


def test_cancelling_an_invoiced_order_credits_exactly_its_lines(
    invoiced: Order, account: Account, product: Product
) -> None:
    other = place(account, product)
    cancel(invoiced)
    (note,) = credit_notes_of(invoiced)
    assert (note.net_total, note.total) == (Decimal("8925.000"), Decimal("10531.500"))
    assert note.issue_date == date(2026, 11, 2)
    assert note.credit_note.invoice.document == invoices_of(invoiced)[0]
    assert note.credit_note.reason_code == CreditNote.Reason.CANCELLED
    assert note.credit_note.reason == "Ordered twice"
    assert credit_notes_of(other) == []


def test_a_month_with_several_orders_loses_one_orders_line_only(
    waiting: Order, account: Account, product: Product
) -> None:
    place(account, product)
    account.monthly_permissions.update(revoked_at=LATER, revoked_by="clerk@example.com")
    invoice_open_orders(account=account, on=date(2026, 10, 31), now=LATER, issued_by="run")
    cancel(waiting)
    assert totals(credit_notes_of(waiting)) == [Decimal("10531.500")]
    assert Charge.objects.filter(line__isnull=False).count() == 2


def test_a_free_order_makes_no_credit_note(account: Account, product: Product) -> None:
    product.prices.update(amount=0)
    order = place(account, product)
    cancel(order)
    assert credit_notes_of(order) == []
    assert not ChargeVoid.objects.exists()


def test_cancelling_twice_cancels_once(invoiced: Order) -> None:
    cancel(invoiced)
    cancel(invoiced, reason="Again")
    assert Cancellation.objects.get().reason == "Ordered twice"
    assert CreditNote.objects.count() == 1
    assert AuditEvent.objects.filter(action="order.cancelled").count() == 1


def test_the_cancellation_says_who_when_and_why(invoiced: Order) -> None:
    cancel(invoiced)
    fact = Cancellation.objects.get(order=invoiced)
    assert (fact.cancelled_by, fact.cancelled_at) == ("clerk@example.com", LATER)
    event = AuditEvent.objects.get(action="order.cancelled")
    assert (event.actor, event.details) == ("clerk@example.com", {"reason": "Ordered twice"})
    assert event.account_number == "1048570001"


def test_the_history_tells_the_end_and_the_void(waiting: Order) -> None:
    cancel(waiting)
    assert steps(waiting)[4:] == [
        ("order_status", "5"),
        ("certificate_status", "13"),
        ("voided", "8925.00 INR"),
    ]


def test_the_timeline_adds_the_documents_themselves(invoiced: Order) -> None:
    cancel(invoiced)
    told = [(step.kind, step.value) for step in timeline(invoiced)]
    assert ("invoiced", "INV/26-27/000001") in told
    assert ("credited", "CN/26-27/000001") in told
    titles = {step.title for step in timeline(invoiced)}
    assert titles >= {"Accepted", "Cancelled", "Invoiced", "Credit note issued", "Charged"}


def test_a_draft_is_cancelled_without_money(account: Account, product: Product) -> None:
    draft = cancel(place(account, product, save_and_hold=True), by_customer=True)
    assert (draft.order_status, draft.order_number) == (OrderStatus.CANCELLED, None)
    assert charges_of(draft) == []


@pytest.mark.parametrize("status", sorted(PENDING))
def test_customers_cancel_what_is_pending(status: OrderStatus) -> None:
    order = OrderFactory.create(order_status=status)
    assert cancel(order, by_customer=True).order_status == OrderStatus.CANCELLED


def test_customers_do_not_cancel_what_is_fulfilled(invoiced: Order) -> None:
    set_status(invoiced, OrderStatus.FULFILLED)
    with pytest.raises(OrderCannotBeCancelled, match="certificate has been issued"):
        cancel(invoiced, by_customer=True)
    assert not Cancellation.objects.exists()
    assert credit_notes_of(invoiced) == []


def test_staff_cancel_what_is_fulfilled(invoiced: Order) -> None:
    set_status(invoiced, OrderStatus.FULFILLED)
    assert cancel(invoiced).order_status == OrderStatus.CANCELLED
    assert totals(credit_notes_of(invoiced)) == [Decimal("10531.500")]


def test_nobody_cancels_what_was_rejected() -> None:
    order = OrderFactory.create(order_status=OrderStatus.REJECTED)
    with pytest.raises(OrderCannotBeCancelled, match="is Rejected already"):
        cancel(order)


@pytest.mark.parametrize("certificate", list(CertificateStatus))
@pytest.mark.parametrize("status", list(OrderStatus))
def test_pages_offer_what_the_rule_allows(
    status: OrderStatus, certificate: CertificateStatus
) -> None:
    order = OrderFactory.build(
        account=None, product=None, order_status=status, certificate_status=certificate
    )
    never_issued = certificate.name not in {"GENERATED", "DOWNLOADED", "REVOKED", "EXPIRED"}
    assert may_cancel(order, by_customer=False) == (status not in ENDED)
    assert may_cancel(order, by_customer=True) == (status in PENDING and never_issued)


@pytest.mark.parametrize("certificate", sorted(ISSUED))
@pytest.mark.parametrize("status", sorted(PENDING))
def test_customers_do_not_cancel_what_was_issued_before_its_order_was_fulfilled(
    invoiced: Order, status: OrderStatus, certificate: CertificateStatus
) -> None:
    invoiced.certificate_status = certificate
    set_status(invoiced, status)
    with pytest.raises(OrderCannotBeCancelled, match="certificate has been issued"):
        cancel(invoiced, by_customer=True)
    assert not Cancellation.objects.exists()
    assert credit_notes_of(invoiced) == []


@pytest.mark.parametrize(
    "fact",
    [
        {"certificate_serial": "98127398172398712938712"},
        {"certificate_expires_at": datetime(2027, 10, 6, tzinfo=UTC)},
    ],
)
def test_a_certificate_that_is_being_reissued_was_issued(
    invoiced: Order, fact: dict[str, Any]
) -> None:
    Order.objects.update(**fact)
    with pytest.raises(OrderCannotBeCancelled, match="certificate has been issued"):
        cancel(invoiced, by_customer=True)
    assert cancel(invoiced).order_status == OrderStatus.CANCELLED


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301, "two\nlines", "nul\x00"])
def test_a_cancellation_needs_a_reason_fit_to_print(waiting: Order, reason: str) -> None:
    with pytest.raises(InvalidOrder) as refused:
        cancel(waiting, reason=reason)
    assert refused.value.field == "reason"
    assert charges_of(waiting)[0] in Charge.objects.open()


def test_a_charge_that_another_payer_paid_is_credited_to_that_payer(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    order = place(below, product)
    Account.objects.filter(pk=below.pk).update(bill_to=Account.BillTo.SELF)
    cancel(Order.objects.get(pk=order.pk))
    (note,) = credit_notes_of(order)
    assert note.account == partner


@pytest.mark.parametrize("status", ["GENERATED", "DOWNLOADED", "REVOKED", "EXPIRED"])
def test_a_certificate_that_was_issued_stays_what_it_is(invoiced: Order, status: str) -> None:
    invoiced.order_status = OrderStatus.FULFILLED
    invoiced.certificate_status = CertificateStatus[status]
    invoiced.save()
    before = len(steps(invoiced))
    order = cancel(invoiced)
    assert order.order_status == OrderStatus.CANCELLED
    assert order.certificate_status == CertificateStatus[status]
    added = [kind for kind, _ in steps(order)[before:]]
    assert "certificate_status" not in added
