"""What a payment that succeeded does to invoices, credits and the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.models import (
    Account,
    AccountBalance,
    Allocation,
    Document,
    LedgerEntry,
    Payment,
)
from billing.payments.begin import begin_payment
from billing.payments.errors import NotEnoughCredits, PaymentIsOver, PaymentRefused
from billing.payments.from_credits import adjust_credits, open_balance, pay_from_credits
from billing.payments.owed import position_of
from billing.payments.settle import fail, reject, settle
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import issue_order_invoice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 8, 6, 30, tzinfo=UTC)
# 8,925.00 and 18 % IGST: what one order's invoice asks for.
INVOICE = Decimal("10531.50")


def invoiced(account: Account) -> Document:
    return issue_order_invoice(account, ChargeFactory.create(account=account)).document


def begun(account: Account, amount: str, **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "kind": Payment.Kind.INVOICES,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": Decimal(amount),
        "currency": account.currency,
        "by": "ana@example.com",
        "now": NOW,
        **changes,
    }
    return begin_payment(account, **values)


def settled(account: Account, amount: str, **changes: Any) -> Payment:
    return settle(begun(account, amount, **changes), now=NOW, by="clerk@example.com")


def state_of(document: Document) -> tuple[str, str]:
    document.balance.refresh_from_db()
    return document.balance.state, f"{document.balance.open_amount:.2f}"


def test_the_whole_amount_pays_the_invoice() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)

    payment = settled(account, "10531.50", invoices=[invoice])

    assert payment.state == Payment.State.SUCCEEDED
    assert payment.received_on == date(2026, 10, 8)
    assert state_of(invoice) == ("paid", "0.00")
    assert position_of(account).receivable == 0
    assert broken_invariants() == {}


def test_a_part_leaves_the_rest_owed() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)

    settled(account, "531.50", invoices=[invoice])

    assert state_of(invoice) == ("partially_paid", "10000.00")
    assert position_of(account).balance == Decimal("10000.00")


def test_what_is_over_becomes_credit_and_says_so_on_the_receipt() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)

    payment = settled(account, "11711.50", invoices=[invoice])

    assert position_of(account).credits == Decimal("1180.00")
    receipt = payment.receipt
    assert receipt.credit_amount == Decimal("1180.00")
    assert receipt.document.number == "RV/26-27/000001"
    # The advance of 1,180.00 contains 18 % IGST; the invoice bears its own tax.
    assert receipt.document.tax_total == Decimal("180.00")
    assert receipt.document.total == Decimal("11711.50")


def test_the_oldest_due_is_settled_first_unless_others_are_chosen() -> None:
    account = AccountFactory.create()
    first, second, third = (invoiced(account) for _ in range(3))

    settled(account, "11000.00")
    assert [state_of(invoice)[1] for invoice in (first, second, third)] == [
        "0.00",
        "10063.00",
        "10531.50",
    ]

    settled(account, "10531.50", invoices=[third])
    assert [state_of(invoice)[1] for invoice in (first, second, third)] == [
        "0.00",
        "10063.00",
        "0.00",
    ]


def test_settling_again_changes_nothing() -> None:
    account = AccountFactory.create()
    invoiced(account)
    payment = settled(account, "100.00")

    again = settle(payment, now=NOW, by="somebody else")

    assert again.decided_by == "clerk@example.com"
    assert Allocation.objects.count() == 1
    assert Document.objects.filter(kind="receipt").count() == 1


def test_credits_pay_what_they_cover_and_no_more() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    settled(account, "5000.00", kind=Payment.Kind.TOP_UP)

    with pytest.raises(NotEnoughCredits, match=r"credits of ₹5,000\.00 do not cover ₹5,000\.01"):
        pay_from_credits(account, amount=Decimal("5000.01"), currency="INR", by="ana", now=NOW)
    assert Payment.objects.count() == 1

    pay_from_credits(account, amount=Decimal("5000.00"), currency="INR", by="ana", now=NOW)

    assert state_of(invoice) == ("partially_paid", "5531.50")
    assert position_of(account).credits == 0
    entry = LedgerEntry.objects.get(kind="settlement")
    assert (entry.debit, entry.credit) == (Decimal("5000.00"), Decimal("5000.00"))


def test_credits_are_not_taken_beyond_what_is_owed() -> None:
    account = AccountFactory.create()
    settled(account, "5000.00", kind=Payment.Kind.TOP_UP)

    with pytest.raises(PaymentRefused, match=r"Only ₹0\.00 is owed"):
        pay_from_credits(account, amount=Decimal("1.00"), currency="INR", by="ana", now=NOW)


def test_a_withdrawal_leaves_the_credits() -> None:
    account = AccountFactory.create()
    settled(account, "5000.00", kind=Payment.Kind.TOP_UP)

    payment = settled(account, "2000.00", kind=Payment.Kind.WITHDRAWAL)

    assert position_of(account).credits == Decimal("3000.00")
    assert payment.receipt.document.number == "RF/26-27/000001"
    assert LedgerEntry.objects.get(kind="withdrawal").debit == Decimal("2000.00")


def test_an_opening_debt_is_settled_before_invoices() -> None:
    account = AccountFactory.create()
    invoice = invoiced(account)
    open_balance(account, owed=Decimal("700.00"), currency="INR", source="Old", by="a", now=NOW)
    assert position_of(account).opening == Decimal("700.00")

    settled(account, "1000.00")

    assert position_of(account).opening == 0
    assert state_of(invoice)[1] == "10231.50"


def test_an_opening_credit_can_be_spent_and_opening_happens_once() -> None:
    account = AccountFactory.create()
    open_balance(account, owed=Decimal("-700.00"), currency="INR", source="Old", by="a", now=NOW)
    assert position_of(account).credits == Decimal("700.00")

    with pytest.raises(PaymentRefused, match="has an opening balance already"):
        open_balance(account, owed=Decimal(1), currency="INR", source="Old", by="a", now=NOW)


def test_a_clerk_gives_and_takes_credits_within_them() -> None:
    account = AccountFactory.create()
    adjust = partial(adjust_credits, account, currency="INR", by="clerk", now=NOW)
    adjust(amount=Decimal("50.00"), reason="Goodwill")
    adjust(amount=Decimal("-20.00"), reason="Slip")

    with pytest.raises(NotEnoughCredits, match=r"credits of ₹30\.00"):
        adjust(amount=Decimal("-30.01"), reason="Slip")
    with pytest.raises(PaymentRefused, match="Say why"):
        adjust(amount=Decimal("1.00"), reason=" ")

    row = AccountBalance.objects.get(account=account)
    assert (row.credits, row.receivable) == (Decimal("30.00"), Decimal(0))


def test_a_failed_payment_may_still_succeed_and_a_rejected_one_not() -> None:
    account = AccountFactory.create()
    failed = fail(begun(account, "10.00"), reason="Card declined", now=NOW)
    assert settle(failed, now=NOW, by="stripe").state == Payment.State.SUCCEEDED

    refused = reject(begun(account, "10.00"), reason="Never arrived", by="clerk", now=NOW)
    with pytest.raises(PaymentIsOver, match="was rejected"):
        settle(refused, now=NOW, by="stripe")


def test_what_succeeded_neither_fails_nor_is_rejected() -> None:
    account = AccountFactory.create()
    payment = settled(account, "10.00")

    assert fail(payment, reason="late news", now=NOW).state == Payment.State.SUCCEEDED
    with pytest.raises(PaymentIsOver, match="can only be refunded"):
        reject(payment, reason="x", by="clerk", now=NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "field", "sentence"),
    [
        ("0", "INR", "amount", "above zero"),
        ("-1.00", "INR", "amount", "above zero"),
        ("NaN", "INR", "amount", "finite number"),
        ("Infinity", "INR", "amount", "finite number"),
        ("1E+999999", "INR", "amount", "at most 18 digits"),
        ("1.005", "INR", "amount", "INR has 2 decimals"),
        ("1000000000000", "INR", "amount", "at most 999,999,999,999 INR"),
        ("1.00", "EUR", "currency", "an amount in EUR cannot pay here"),
    ],
)
def test_what_is_no_amount_is_refused_and_nothing_is_written(
    amount: str, currency: str, field: str, sentence: str
) -> None:
    account = AccountFactory.create()
    with pytest.raises(PaymentRefused, match=sentence) as caught:
        begun(account, amount, currency=currency)
    assert caught.value.field == field
    assert not Payment.objects.exists()


def test_another_accounts_invoice_cannot_be_paid() -> None:
    invoice = invoiced(AccountFactory.create())
    with pytest.raises(PaymentRefused, match="is not an invoice of this account"):
        begun(AccountFactory.create(), "10.00", invoices=[invoice])
