"""Orders, imports and cancellations at once, and processes that die between: nothing twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billing.models import Account, Charge, ChargeVoid, Document, ImportRun, Product
from credit_notes.models import CreditNote
from orders.cancel import cancel_order
from orders.errors import OrderCannotBeCancelled, OrderCannotBeRejected
from orders.models import Cancellation, Order, OrderStatus, Rejection
from orders.place import place_order, proceed_with_order
from orders.reject import reject_order
from orders.renew import renew_order
from tests.customers import fulfilled
from tests.factories import (
    AccountFactory,
    OrderFactory,
    PriceListItemFactory,
)
from tests.invariants import broken_invariants
from tests.orders.conftest import NOW
from tests.orders.helpers import charges_of, place
from tests.orders.reports import row, run
from tests.processes import at_once, deadlocks, kill_myself, killed


def prepared() -> tuple[Account, Product]:
    """Return an ordinary account and a product at 8,925.00 INR a year."""
    product: Product = PriceListItemFactory.create().product
    account: Account = AccountFactory.create()
    return account, product


def test_two_imports_of_one_report_at_once_make_each_order_once(own_database: str) -> None:
    account, _ = prepared()
    rows = [row(n) for n in range(1, 61)]

    counts = at_once(*[lambda: run(account, *rows).counts] * 3)

    assert sum(count.get("created", 0) for count in counts) == 60
    assert sum(count.get("unchanged", 0) for count in counts) == 120
    assert (Order.objects.count(), Charge.objects.count()) == (60, 60)
    assert Document.objects.count() == 60
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_one_number_in_two_accounts_reports_at_once_goes_to_one_of_them(
    own_database: str,
) -> None:
    prepared()
    accounts = AccountFactory.create_batch(4)
    rows = [row(n) for n in range(1, 21)]

    counts = at_once(*[lambda account=account: run(account, *rows).counts for account in accounts])

    assert sum(count.get("created", 0) for count in counts) == 20
    assert sum(count.get("failed", 0) for count in counts) == 60
    assert Charge.objects.count() == 20
    assert broken_invariants() == {}


def test_an_import_and_a_clerk_cancel_one_order_at_once(own_database: str) -> None:
    account, _ = prepared()
    run(account, *(row(n) for n in range(1, 11)))
    ended: dict[str, Any] = {"orderStatus": "Order Cancelled"}

    def clerk() -> int:
        for order in Order.objects.order_by("-id"):
            cancel_order(order, by="clerk@example.com", reason="Ordered twice", now=NOW)
        return 0

    at_once(clerk, lambda: run(account, *(row(n, **ended) for n in range(1, 11))).counts)

    assert Cancellation.objects.count() == 10
    assert CreditNote.objects.count() == 10
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_cancelling_and_rejecting_at_once_ends_the_order_once(own_database: str) -> None:
    account, product = prepared()
    order = place(account, product)

    def cancel() -> str:
        try:
            cancel_order(order, by="customer", reason="Ordered twice", now=NOW)
        except OrderCannotBeCancelled:
            return "refused"
        return "done"

    def reject() -> str:
        try:
            reject_order(order, by="clerk", reason="No such company", now=NOW)
        except OrderCannotBeRejected:
            return "refused"
        return "done"

    assert sorted(at_once(cancel, reject)) == ["done", "refused"]
    assert Cancellation.objects.count() + Rejection.objects.count() == 1
    assert CreditNote.objects.count() == 1
    assert broken_invariants() == {}


def test_a_draft_that_two_people_accept_at_once_is_charged_once(own_database: str) -> None:
    account, product = prepared()
    draft = place(account, product, save_and_hold=True)

    numbers = at_once(
        *[lambda: str(proceed_with_order(draft, by="alice@example.com", now=NOW))] * 4
    )

    assert len(set(numbers)) == 1
    assert Charge.objects.count() == 1
    assert Document.objects.get().total == Decimal("10531.500")


def test_one_renewal_form_sent_at_once_charges_once(own_database: str) -> None:
    account, product = prepared()
    order = fulfilled(place(account, product))

    def renew() -> int:
        renew_order(order, term_years=1, extension=1, by="alice@example.com", now=NOW)
        return 0

    at_once(renew, renew, renew)
    assert len(charges_of(order)) == 2
    assert broken_invariants() == {}


def test_a_partners_sub_accounts_order_at_once_without_deadlock(own_database: str) -> None:
    _, product = prepared()
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    below = AccountFactory.create_batch(3, parent=partner, bill_to=Account.BillTo.PARENT)

    def order_some(account: Account) -> int:
        for _ in range(3):
            order = place_order(
                account=account,
                product=product,
                term_years=1,
                domain_name="www.example.com",
                ordered_by=None,
                now=NOW,
            )
            cancel_order(order, by="customer", reason="Ordered twice", now=NOW)
        return 0

    at_once(*[lambda account=account: order_some(account) for account in (*below, partner)])

    assert CreditNote.objects.count() == 12
    assert broken_invariants() == {}
    assert deadlocks() == 0


@pytest.mark.parametrize(
    "place_of_death",
    [
        "orders.report_writing.history.write",
        "orders.report_writing.charge_items",
        "orders.import_report.invoice_at_once",
        "billing.importing.record.ImportRow.objects.bulk_create",
    ],
)
def test_an_import_that_died_leaves_whole_batches_and_goes_on(
    own_database: str, monkeypatch: pytest.MonkeyPatch, place_of_death: str
) -> None:
    account, _ = prepared()
    rows = [row(n) for n in range(1, 6)]

    with monkeypatch.context() as patched:
        patched.setattr(place_of_death, kill_myself)
        killed(lambda: run(account, *rows).counts)

    assert (Order.objects.count(), Charge.objects.count()) == (0, 0)
    assert ImportRun.objects.get().finished_at is None
    assert run(account, *rows).counts == {"created": 5}
    assert Document.objects.count() == 5
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    "place_of_death",
    ["orders.ending.void_charges", "orders.ending.credit_charges", "orders.ending.record"],
)
def test_a_cancellation_that_died_did_not_happen(
    own_database: str, monkeypatch: pytest.MonkeyPatch, place_of_death: str
) -> None:
    account, product = prepared()
    order = place(account, product)

    def cancel() -> str:
        return str(cancel_order(order, by="customer", reason="Ordered twice", now=NOW))

    with monkeypatch.context() as patched:
        patched.setattr(place_of_death, kill_myself)
        killed(cancel)

    order.refresh_from_db()
    assert order.order_status == OrderStatus.ACCEPTED
    assert not Cancellation.objects.exists()
    cancel()
    assert CreditNote.objects.count() == 1
    assert not ChargeVoid.objects.exists()
    assert broken_invariants() == {}


def test_an_order_that_died_while_being_placed_was_not_placed(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, product = prepared()
    with monkeypatch.context() as patched:
        patched.setattr("orders.place.record", kill_myself)
        killed(lambda: str(place(account, product)))
    assert not Order.objects.exists()
    assert not Document.objects.exists()
    assert place(account, product).order_number
    assert broken_invariants() == {}


def test_two_orders_never_get_one_number(own_database: str, monkeypatch: Any) -> None:
    """All processes draw the same numbers in the same order; the constraint tells them apart."""
    account, product = prepared()
    OrderFactory.create(account=account, product=product)
    draws = iter(range(2_000_000_000, 2_000_000_100))
    monkeypatch.setattr("orders.numbers.secrets.randbelow", lambda _limit: next(draws))

    numbers = at_once(*[lambda: str(place(account, product))] * 3)

    assert len(set(numbers)) == 3
