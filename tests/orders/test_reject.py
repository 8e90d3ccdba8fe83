"""Rejecting an order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.models import Account, Charge, Product
from certinext.audit.models import AuditEvent
from credit_notes.models import CreditNote
from orders.certificates import ISSUED
from orders.errors import InvalidOrder, OrderCannotBeRejected
from orders.models import ENDED, CertificateStatus, OrderStatus, Rejection
from orders.reject import may_reject, reject_order
from tests.factories import OrderFactory
from tests.orders.conftest import NOW
from tests.orders.helpers import credit_notes_of, place, totals

pytestmark = pytest.mark.django_db


def test_rejecting_an_invoiced_order_credits_it(account: Account, product: Product) -> None:
    order = place(account, product)
    rejected = reject_order(order, by="clerk@example.com", reason="No such company", now=NOW)
    assert rejected.order_status == OrderStatus.REJECTED
    assert rejected.certificate_status == CertificateStatus.REJECTED
    assert totals(credit_notes_of(order)) == [Decimal("10531.500")]
    assert CreditNote.objects.get().reason_code == CreditNote.Reason.REJECTED
    assert Rejection.objects.get().reason == "No such company"
    assert AuditEvent.objects.filter(action="order.rejected").count() == 1


def test_rejecting_twice_rejects_once(account: Account, product: Product) -> None:
    order = place(account, product)
    for reason in ("No such company", "Again"):
        reject_order(order, by="clerk@example.com", reason=reason, now=NOW)
    assert Rejection.objects.get().reason == "No such company"
    assert CreditNote.objects.count() == 1


def test_a_draft_is_rejected_with_a_reason(account: Account, product: Product) -> None:
    draft = place(account, product, save_and_hold=True)
    with pytest.raises(InvalidOrder):
        reject_order(draft, by="clerk@example.com", reason="", now=NOW)
    rejected = reject_order(draft, by="clerk@example.com", reason="Not wanted", now=NOW)
    assert rejected.order_status == OrderStatus.REJECTED
    assert not Charge.objects.exists()


def test_nobody_rejects_what_was_cancelled() -> None:
    order = OrderFactory.create(order_status=OrderStatus.CANCELLED)
    assert not may_reject(order, by_customer=False)
    with pytest.raises(OrderCannotBeRejected, match="is Cancelled already"):
        reject_order(order, by="clerk@example.com", reason="Late", now=NOW)


@pytest.mark.parametrize("certificate", list(CertificateStatus))
@pytest.mark.parametrize("status", list(OrderStatus))
def test_customers_reject_what_is_on_hold_and_was_never_issued(
    status: OrderStatus, certificate: CertificateStatus
) -> None:
    order = OrderFactory.build(
        account=None, product=None, order_status=status, certificate_status=certificate
    )
    assert may_reject(order, by_customer=False) == (status not in ENDED)
    assert may_reject(order, by_customer=True) == (
        status == OrderStatus.ON_HOLD and certificate not in ISSUED
    )


def test_the_verb_refuses_a_customer_what_is_not_on_hold(
    account: Account, product: Product
) -> None:
    order = place(account, product)
    with pytest.raises(OrderCannotBeRejected, match="ask the seller to reject it"):
        reject_order(order, by="alice@example.com", reason="Not wanted", now=NOW, by_customer=True)
    assert not Rejection.objects.exists()
