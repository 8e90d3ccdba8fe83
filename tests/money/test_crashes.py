"""A payment's process dies: all of it stands or nothing does, and it can be done again."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from unittest import mock

import pytest

from billing.models import Document, LedgerTransfer, Payment, Receipt
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, issue_order_invoice
from tests.processes import at_once, deadlocks, kill_myself, killed

HALF = Decimal("5000.00")


def begun() -> Payment:
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account))
    return begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.GATEWAY,
        provider="sandbox",
        amount=HALF,
        currency="INR",
        invoices=[invoice.document],
        by="ana@example.com",
        now=NOW,
    )


def settle_it(pk: int) -> str:
    payment = settle(Payment.objects.get(pk=pk), now=NOW, by="sandbox", provider_ref="pi_1")
    return str(payment.receipt.document.number)


@pytest.mark.parametrize(
    "point",
    [
        "billing.payments.settle.position_of",
        "billing.payments.settle.write_drafts",
        "billing.payments.settle.Receipt.objects.create",
        "billing.payments.settle.Allocation.objects.bulk_create",
        "billing.payments.settle.number_documents",
        "billing.payments.settle.record",
        "billing.payments.settle.wake_after_commit",
    ],
)
def test_a_process_that_dies_while_settling_leaves_nothing(own_database: str, point: str) -> None:
    payment = begun()
    before = LedgerTransfer.objects.count()

    def die() -> None:
        with mock.patch(point, kill_myself):
            settle_it(payment.pk)

    killed(die)

    assert Payment.objects.get().state == Payment.State.INITIATED
    assert LedgerTransfer.objects.count() == before
    assert not Document.objects.filter(kind="receipt").exists()

    assert settle_it(payment.pk) == "RV/26-27/000001"
    assert broken_invariants() == {}


def test_a_process_that_dies_after_the_commit_has_settled(own_database: str) -> None:
    payment = begun()

    def die() -> None:
        settle_it(payment.pk)
        kill_myself()

    killed(die)

    assert Payment.objects.get().state == Payment.State.SUCCEEDED
    assert settle_it(payment.pk) == "RV/26-27/000001"
    assert broken_invariants() == {}


def test_eight_messages_at_once_settle_once(own_database: str) -> None:
    payment = begun()

    numbers = at_once(*[partial(settle_it, payment.pk) for _ in range(8)])

    assert set(numbers) == {"RV/26-27/000001"}
    assert Receipt.objects.count() == 1
    assert broken_invariants() == {}
    assert deadlocks() == 0
