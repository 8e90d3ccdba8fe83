"""A note on an invoice that was paid: what is still owed goes first, the rest is kept as credit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.models import Account, Allocation, DocumentBalance, LedgerTransfer, Payment
from billing.payments.begin import begin_payment
from billing.payments.settle import settle
from credit_notes.issue import credit_charges, prepare_notes
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice


@pytest.mark.parametrize(
    ("paid", "applied", "kept", "state"),
    [
        ("0.00", "10531.50", "0.00", "credited"),
        ("9000.00", "1531.50", "9000.00", "paid"),
        ("10531.50", "0.00", "10531.50", "paid"),
    ],
)
def test_a_note_takes_off_what_is_owed_and_keeps_the_rest_as_credit(
    db: None,
    paid: str,
    applied: str,
    kept: str,
    state: str,
) -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account)
    invoice = issue_order_invoice(account, charge)
    if Decimal(paid):
        _pay(account, Decimal(paid))

    (before,) = prepare_notes([charge], on=ON, issued_by="test")
    (note,) = credit_charges(
        charges=[charge],
        reason_code="rejected",
        reason="Not vetted",
        order_number=charge.order_number,
        on=ON,
        now=NOW,
        issued_by="test",
    )

    assert (before.applied, before.kept_as_credit) == (note.applied_amount, note.credit_amount)
    assert (f"{note.applied_amount:.2f}", f"{note.credit_amount:.2f}") == (applied, kept)
    balance = DocumentBalance.objects.get(document=invoice.document)
    assert balance.open_amount == 0
    assert balance.state == state
    assert [f"{row.amount:.2f}" for row in Allocation.objects.filter(payment=None)] == (
        [applied] if Decimal(applied) else []
    )
    to_credit = LedgerTransfer.objects.filter(document=note.document, credit__kind="credits")
    assert [(t.debit.kind, f"{t.amount:.2f}") for t in to_credit] == (
        [("receivable", kept)] if Decimal(kept) else []
    )
    assert broken_invariants() == {}


def _pay(account: Account, amount: Decimal) -> None:
    payment = begin_payment(
        account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=amount,
        currency="INR",
        by="test",
        now=NOW,
    )
    settle(payment, now=NOW, by="test")
