"""Cases of the guards of entries, balances, payments and receipts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing.models import (
    AccountBalance,
    Allocation,
    LedgerDay,
    Payment,
    PaymentTarget,
    Receipt,
)
from billing.payments.begin import begin_payment
from billing.payments.settle import reject, settle
from tests.billing.guards.registry import CASES, Case, refuses, table
from tests.billing.guards.scenes import (
    again,
    at_commit,
    book,
    entry,
    issued,
    number,
    sql,
    transfer,
)
from tests.billing.rows import draft_document
from tests.factories import AccountFactory, EarlierEntryFactory, LedgerCheckFactory
from tests.invoices.helpers import NOW, ON

MINUS = Decimal(-1)


def payment(**changes: Any) -> Payment:
    """Begin a payment of a hundred rupees on account."""
    values: dict[str, Any] = {
        "kind": Payment.Kind.TOP_UP,
        "method": Payment.Method.BANK_TRANSFER,
        "provider": "bank",
        "amount": Decimal("100.00"),
        "currency": "INR",
        "by": "test",
        "now": NOW,
        **changes,
    }
    account = values.pop("account", None) or AccountFactory.create()
    return begin_payment(account, **values)


def paid(**changes: Any) -> Payment:
    """Receive a hundred rupees on account."""
    return settle(payment(**changes), now=NOW, by="test")


def paid_invoice() -> Payment:
    """Receive a hundred rupees for an invoice."""
    document = issued().document
    return paid(account=document.account, kind=Payment.Kind.INVOICES, invoices=[document])


def target() -> PaymentTarget:
    """Mean a payment for an invoice."""
    return paid_invoice().targets.get()


def _change(row: Payment, **values: object) -> None:
    Payment.objects.filter(pk=row.pk).update(**values)


# Entries and transfers


@refuses("billing_ledgerentry_idempotency_key_key", "twice")
def _entry_twice() -> None:
    entry()
    entry()


@refuses("entry_is_its_transfers", "without transfers")
def _entry_alone() -> None:
    entry()
    at_commit()


@refuses("transfers_fit_their_entry", "more than it says")
def _more_than_said() -> None:
    owner = AccountFactory.create()
    transfer(debit=book("receivable", account=owner), amount=2, entry=entry(account=owner))


@refuses("transfers_fit_their_entry", "another customer's")
def _others_entry() -> None:
    transfer(
        debit=book("receivable", account=AccountFactory.create()),
        entry=entry(account=AccountFactory.create(), debit=0),
    )


@refuses("transfers_fit_their_entry", "on another day")
def _other_day() -> None:
    owner = AccountFactory.create()
    transfer(
        debit=book("receivable", account=owner),
        entry=entry(account=owner, on=ON.replace(day=1)),
    )


table(
    {
        ("entry_debit_not_negative", "-1"): lambda: entry(debit=-1),
        ("entry_credit_not_negative", "-1"): lambda: entry(debit=0, credit=-1),
        ("credits_never_negative", "one rupee spent of none"): lambda: transfer(
            debit=book("credits", account=AccountFactory.create())
        ),
    }
)


# Sums


@refuses("balance_receivable_in_range", "not a number")
def _no_number() -> None:
    paid()
    sql("UPDATE billing_accountbalance SET receivable = 'NaN'")


@refuses("account_balance_once", "twice")
def _balance_twice() -> None:
    row = AccountBalance.objects.create(account=AccountFactory.create(), currency="INR")
    again(row)


@refuses("ledger_day_once", "twice")
def _day_twice() -> None:
    again(LedgerDay.objects.create(account=AccountFactory.create(), currency="INR", on=ON))


def _day(**values: object) -> None:
    paid()
    LedgerDay.objects.update(**values)


table(
    {
        ("day_debit_not_negative", "-1"): lambda: _day(debit=-1),
        ("day_credit_not_negative", "-1"): lambda: _day(credit=-1),
        ("billing_ledgerday_entries_check", "-1"): lambda: _day(entries=-1),
    }
)


# Payments and receipts


@refuses("billing_payment_reference_key", "twice")
def _reference() -> None:
    again(payment())


@refuses("payment_once_per_provider", "twice")
def _provider_ref() -> None:
    first = paid()
    _change(payment(), provider_ref=first.provider_ref)


@refuses("payment_target_once", "twice")
def _target_twice() -> None:
    again(target())


@refuses("allocation_of_payment_once", "twice")
def _allocation_twice() -> None:
    again(paid_invoice().allocations.get(), amount=Decimal("0.01"))


@refuses("allocation_has_one_source", "none")
def _allocation_of_nobody() -> None:
    Allocation.objects.create(target=issued().document, amount=1)


@refuses("balance_follows_allocation", "more than the payment")
def _more_than_paid() -> None:
    document = issued().document
    row = payment(account=document.account, kind=Payment.Kind.INVOICES)
    Allocation.objects.create(payment=row, target=document, amount=Decimal("100.01"))


@refuses("balance_follows_allocation", "from another customer's payment")
def _others_payment() -> None:
    Allocation.objects.create(
        payment=payment(kind=Payment.Kind.INVOICES), target=issued().document, amount=1
    )


@refuses("balance_follows_allocation", "from a top-up")
def _top_up() -> None:
    document = issued().document
    Allocation.objects.create(payment=payment(account=document.account), target=document, amount=1)


@refuses("billing_receipt_payment_id_key", "twice")
def _two_receipts() -> None:
    Receipt.objects.create(document=draft_document(kind="receipt"), payment=paid())


@refuses("payment_has_its_receipt", "none")
def _no_receipt() -> None:
    _change(payment(), state="succeeded", received_on=ON, decided_at=NOW)
    at_commit()


@refuses("document_is_whole", "a receipt of no payment")
def _receipt_of_nothing() -> None:
    from billing.models import OutboxMessage

    draft = draft_document(kind="receipt", net_total=1, total=1)
    OutboxMessage.objects.create(document=draft, topic="render", next_attempt_at=NOW)
    number(draft, kind="receipt")
    at_commit()


table(
    {
        ("payment_amount_positive", "0"): lambda: _again_over(0),
        ("payment_success_is_dated", "without a day"): lambda: _change(
            payment(), state="succeeded", decided_at=NOW
        ),
        ("payment_end_has_reason", "failed without"): lambda: _change(payment(), state="failed"),
        ("payment_keeps_its_terms", "another amount"): lambda: _change(payment(), amount=1),
        ("payment_keeps_its_terms", "after it succeeded"): lambda: _change(paid(), session_ref="x"),
        ("payment_keeps_its_terms", "after it was rejected"): lambda: _change(
            reject(payment(), reason="x", by="test", now=NOW), session_ref="x"
        ),
        ("payment_keeps_its_terms", "another one refunded"): lambda: _change(
            payment(), refund_of=paid()
        ),
        ("payment_is_never_deleted", "delete"): lambda: sql(
            "DELETE FROM billing_payment WHERE id = %s", payment().pk
        ),
        ("receipt_credit_not_negative", "-1"): lambda: _receipt(credit_amount=MINUS),
        ("receipt_credits_before_not_negative", "-1"): lambda: _receipt(credits_before=MINUS),
    }
)


def _again_over(amount: int) -> None:
    again(payment(), reference="PX", amount=amount)


def _receipt(**values: object) -> None:
    Receipt.objects.create(document=draft_document(kind="receipt"), payment=payment(), **values)


# What is written once

for _name, _table, _make in (
    ("entry", "billing_ledgerentry", entry),
    ("payment_target", "billing_paymenttarget", target),
    ("receipt", "billing_receipt", lambda: paid().receipt),
):

    def _update(make: Any = _make) -> None:
        row = make()
        names = {"table": row._meta.db_table, "key": row._meta.pk.column}
        sql("UPDATE {table} SET {key} = {key} WHERE {key} = %s", row.pk, **names)

    def _delete(make: Any = _make) -> None:
        row = make()
        names = {"table": row._meta.db_table, "key": row._meta.pk.column}
        sql("DELETE FROM {table} WHERE {key} = %s", row.pk, **names)

    CASES.extend(
        [
            Case(f"{_name}_never_changes", "update", _update),
            Case(f"{_name}_never_changes", "delete", _delete),
        ]
    )

for _name, _table in (
    ("entry", "billing_ledgerentry"),
    ("payment", "billing_payment"),
    ("payment_target", "billing_paymenttarget"),
    ("receipt", "billing_receipt"),
):

    def _truncate(table: str = _table) -> None:
        sql("TRUNCATE {table} CASCADE", table=table)

    CASES.append(Case(f"{_name}_is_never_emptied", "truncate", _truncate))


# Earlier books and proofs


def _no_figure(column: str) -> None:
    EarlierEntryFactory.create()
    at_commit()
    sql("ALTER TABLE billing_earlierentry DISABLE TRIGGER USER")
    sql("UPDATE billing_earlierentry SET {column} = 'NaN'", column=column)


table(
    {
        ("earlier_debit_in_range", "not a number"): lambda: _no_figure("debit"),
        ("earlier_credit_in_range", "not a number"): lambda: _no_figure("credit"),
        ("earlier_balance_in_range", "not a number"): lambda: _no_figure("balance"),
        ("billing_ledgercheck_rules_check", "-1"): lambda: LedgerCheckFactory.create(rules=-1),
    }
)
