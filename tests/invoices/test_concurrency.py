"""Many processes at once on real PostgreSQL: nothing twice, no gap, no deadlock."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.models import Account, Charge, ChargeVoid, Document, Product
from billing.periods import Month
from credit_notes.issue import credit_charges
from invoices.models import BillingRun, BillingRunItem
from invoices.monthly_run import NobodyWaits, start_run, work_off
from invoices.permission import PermissionUnchanged, grant, revoke
from orders.cancel import cancel_order
from orders.models import Order
from orders.place import place_order
from tests.factories import AccountFactory, ChargeFactory, PriceListItemFactory
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON, issue_order_invoice
from tests.invoices.monthly import at, bill, granted, invoices_of
from tests.processes import at_once, deadlocks

FIRST = at("2026-11-01 00:15")


def test_eight_processes_issue_at_once_and_leave_no_gap(own_database: str) -> None:
    accounts = AccountFactory.create_batch(8)
    for account in accounts:
        ChargeFactory.create_batch(6, account=account)

    def issue(account: Account) -> list[str]:
        return [
            str(issue_order_invoice(account, charge).document.number)
            for charge in Charge.objects.filter(account=account)
        ]

    numbers = at_once(*[lambda account=account: issue(account) for account in accounts])

    assert sorted(number for of_one in numbers for number in of_one) == [
        f"INV/26-27/{n:06}" for n in range(1, 49)
    ]
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_two_runs_at_once_bill_every_account_once(own_database: str) -> None:
    accounts = AccountFactory.create_batch(12)
    for account in accounts:
        granted(account)
        ChargeFactory.create_batch(2, account=account)

    runs = at_once(run, run, run)

    assert len(set(runs)) == 1
    assert Document.objects.count() == 12
    assert BillingRunItem.objects.filter(state="done", invoice__isnull=False).count() == 12
    assert BillingRun.objects.get().state == "closed"
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_everything_at_once_while_the_run_is_on(own_database: str) -> None:
    product = PriceListItemFactory().product
    partner = AccountFactory(kind="partner")
    branches = AccountFactory.create_batch(2, parent=partner, bill_to="parent")
    payers = [*AccountFactory.create_batch(5), partner]
    everybody = [*payers, *branches]
    for payer in payers:
        granted(payer)
    for _ in range(2):
        place(everybody, product, at("2026-10-20 12:00"))

    at_once(
        run,
        run,
        lambda: toggle(payers, at("2026-11-01 00:15")),
        lambda: toggle(payers, at("2026-11-01 00:16")),
        lambda: place(everybody, product, FIRST),
        lambda: place(everybody, product, FIRST),
        cancel_all,
    )

    assert broken_invariants() == {}
    assert deadlocks() == 0
    # What is open waits for a permission; without one it was invoiced at once.
    run()
    bill("2026-11")
    assert not Charge.objects.open().exists()
    cancelled = Charge.objects.filter(order_charge__order__cancellation__isnull=False)
    assert cancelled.count() >= 16
    assert all(hasattr(c, "void") or c.line.crediting_lines.count() == 1 for c in cancelled)
    assert broken_invariants() == {}


def run() -> int:
    try:
        made = start_run(Month(2026, 10), by="run", now=FIRST)
    except NobodyWaits:
        # Everybody was switched off and on again before it began.
        return 0
    return work_off(made, clock=lambda: FIRST, by="run").pk


def toggle(payers: list[Account], now: datetime) -> None:
    for payer in payers:
        for verb in (revoke, grant, revoke, grant):
            with contextlib.suppress(PermissionUnchanged):
                verb(payer, by="clerk", reason="x", now=now)


def place(accounts: list[Account], product: Product, now: datetime) -> None:
    for account in accounts:
        place_order(
            account=account,
            product=product,
            term_years=1,
            domain_name="portal.example.com",
            ordered_by=None,
            now=now,
        )


def cancel_all() -> None:
    for placed in Order.objects.order_by("pk"):
        cancel_order(placed, by="clerk", reason="Not needed", now=FIRST)


def test_a_charge_that_is_voided_and_invoiced_at_once_ends_as_one_of_both(
    own_database: str,
) -> None:
    account = AccountFactory()
    charges = ChargeFactory.create_batch(20, account=account)

    def each(act: Callable[[Charge], object]) -> int:
        done = 0
        for charge in charges:
            try:
                with transaction.atomic():
                    act(charge)
            except IntegrityError:
                continue
            done += 1
        return done

    voided, invoiced = at_once(
        lambda: each(lambda charge: ChargeVoid.objects.create(charge=charge, reason="x")),
        lambda: each(lambda charge: issue_order_invoice(account, charge)),
    )

    assert voided + invoiced == 20
    assert (ChargeVoid.objects.count(), Document.objects.count()) == (voided, invoiced)
    assert broken_invariants() == {}


def test_a_line_that_is_credited_four_times_at_once_is_credited_once(own_database: str) -> None:
    account = AccountFactory()
    charges = ChargeFactory.create_batch(3, account=account)
    issue_order_invoice(account, *charges)

    def credit() -> list[str]:
        notes = credit_charges(
            charges=charges[:2],
            reason_code="cancelled",
            reason="x",
            order_number="",
            on=ON,
            now=NOW,
            issued_by="test",
        )
        return [str(note) for note in notes]

    noted = at_once(credit, credit, credit, credit)

    assert sorted(noted) == [[], [], [], ["CN/26-27/000001"]]
    assert Document.objects.get(kind="credit_note").total == Decimal("21063.00")
    assert broken_invariants() == {}


def test_two_lines_credited_at_once_sum_to_their_invoice(own_database: str) -> None:
    account = AccountFactory()
    # 18 % of 0.03 is 0.01 and of 0.06 is 0.01: each on its own would give back too much.
    charges = ChargeFactory.create_batch(2, account=account, unit_price=Decimal("0.03"))
    invoice = issue_order_invoice(account, *charges)

    def credit(charge: Charge) -> None:
        credit_charges(
            charges=[charge],
            reason_code="cancelled",
            reason="x",
            order_number="",
            on=ON,
            now=NOW,
            issued_by="test",
        )

    at_once(*[lambda charge=charge: credit(charge) for charge in charges])

    notes = Document.objects.filter(kind="credit_note")
    assert sum(note.total for note in notes) == invoice.document.total
    assert broken_invariants() == {}


def test_a_permission_given_twice_at_once_is_given_once(own_database: str) -> None:
    account = AccountFactory()

    def give() -> str:
        try:
            granted(account)
        except PermissionUnchanged:
            return "refused"
        return "given"

    assert sorted(at_once(give, give, give)) == ["given", "refused", "refused"]


@pytest.mark.parametrize("verb", ["revoke", "run"])
def test_an_order_placed_beside_a_closing_invoice_is_billed_once(
    own_database: str, verb: str
) -> None:
    product = PriceListItemFactory().product
    account = AccountFactory()
    granted(account)

    def close() -> None:
        if verb == "run":
            bill("2026-10")
        else:
            revoke(account, by="clerk", reason="x", now=at("2026-10-20 12:00"))

    at_once(close, lambda: place([account] * 10, product, at("2026-10-20 12:00")))
    if verb == "run":
        bill("2026-11")

    lines = [line for invoice in invoices_of(account) for line in invoice.document.lines.all()]
    assert len(lines) == len({line.charge_id for line in lines}) == 10
    assert not Charge.objects.open().exists()
    assert broken_invariants() == {}
