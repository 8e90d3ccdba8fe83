"""The monthly run: every account once, whatever fails, whoever dies, however often it is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Charge, Document, ParkedAccount
from billing.periods import Month
from certinext.audit.models import AuditEvent
from invoices import month, monthly_run
from invoices.issue import issue_invoices
from invoices.models import BillingRun, BillingRunItem
from invoices.month import Outcome, Wanted
from invoices.monthly_run import (
    MOST_ATTEMPTS,
    MonthNotOver,
    NobodyWaits,
    due_months,
    retry_parked,
    start_run,
    work_off,
)
from invoices.tasks import run_due_months
from tests.factories import AccountFactory, ChargeFactory
from tests.invariants import broken_invariants
from tests.invoices.monthly import at, bill, granted, invoices_of, revoked
from tests.processes import kill_myself, killed

OCTOBER = Month(2026, 10)
FIRST = at("2026-11-01 00:15")


def account_with_charge(**fields: str) -> Account:
    account = AccountFactory(**fields)
    granted(account)
    ChargeFactory(account=account)
    return account


def items(run: BillingRun) -> list[tuple[str, str, int]]:
    return [
        (item.state, item.reason_code, item.attempts)
        for item in BillingRunItem.objects.filter(run=run).order_by("account_id")
    ]


# ── Which months are due
def test_no_month_is_due_while_nobody_is_invoiced_monthly(db: None) -> None:
    AccountFactory()

    assert due_months(now=FIRST) == []


def test_a_month_is_due_from_its_end_in_the_sellers_zone(db: None) -> None:
    granted(AccountFactory())

    assert due_months(now=at("2026-10-31 23:59:59")) == []
    assert due_months(now=at("2026-11-01 00:00")) == [OCTOBER]


def test_missed_months_are_due_oldest_first(db: None) -> None:
    granted(AccountFactory())

    assert due_months(now=at("2027-01-10 12:00")) == [OCTOBER, Month(2026, 11), Month(2026, 12)]


def test_a_month_that_was_run_is_not_due(db: None) -> None:
    granted(AccountFactory())
    bill("2026-10")

    assert due_months(now=at("2026-11-30 12:00")) == []


def test_a_month_with_a_run_is_due_again_for_an_account_that_it_lacks(db: None) -> None:
    granted(AccountFactory())
    bill("2026-10")
    # Granted in the last second of October, and committed after the run had looked.
    late = AccountFactory()
    granted(late, "2026-10-31 23:59:59")

    assert due_months(now=at("2026-11-01 00:30")) == [OCTOBER]

    assert [state for state, _, _ in items(bill("2026-10"))] == ["done", "done"]
    assert due_months(now=at("2026-11-01 00:45")) == []


def test_months_without_the_permission_are_not_due_when_it_is_given_again(db: None) -> None:
    account = AccountFactory()
    granted(account, "2026-05-04 09:00")
    revoked(account, "2026-06-10 09:00")
    granted(account, "2026-10-05 09:00")

    assert due_months(now=at("2026-10-05 09:15")) == []
    assert due_months(now=FIRST) == [OCTOBER]


# ── Starting a run
def test_a_month_that_is_not_over_cannot_be_run(db: None) -> None:
    with pytest.raises(MonthNotOver):
        start_run(OCTOBER, by="test", now=at("2026-10-31 23:59:59"))

    assert not BillingRun.objects.exists()


def test_a_run_freezes_the_months_bounds_in_the_sellers_zone(db: None) -> None:
    granted(AccountFactory())
    run = start_run(OCTOBER, by="clerk@example.com", now=FIRST)

    assert run.period_start == datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    assert run.period_end == datetime(2026, 10, 31, 18, 30, tzinfo=UTC)
    assert (run.started_by, run.started_at) == ("clerk@example.com", FIRST)


def test_a_run_takes_the_accounts_that_had_the_permission_before_the_month_ended(db: None) -> None:
    inside, outside, _without = AccountFactory.create_batch(3)
    granted(inside, "2026-10-31 23:59:59")
    granted(outside, "2026-11-01 00:00:00")

    run = start_run(OCTOBER, by="test", now=FIRST)

    assert [item.account for item in run.items.all()] == [inside]


def test_a_permission_given_again_later_waits_for_its_own_month(db: None) -> None:
    account = AccountFactory()
    granted(account)
    revoked(account, "2026-10-20 14:30")
    granted(account, "2026-11-03 10:00")
    ChargeFactory(account=account, service_from="2026-11-04")

    with pytest.raises(NobodyWaits):
        bill("2026-10", "2026-11-05 12:00")
    assert items(bill("2026-11")) == [("done", "", 1)]
    (invoice,) = invoices_of(account)
    assert (invoice.period.lower, invoice.period.upper) == (
        at("2026-10-20 14:30"),
        at("2026-12-01 00:00"),
    )


def test_a_month_that_nobody_waits_for_gets_no_run(db: None) -> None:
    granted(AccountFactory(), "2026-11-01 00:00")
    with pytest.raises(NobodyWaits):
        start_run(OCTOBER, by="test", now=FIRST)

    assert not BillingRun.objects.exists()


def test_the_schedule_goes_on_when_whoever_waited_was_billed_meanwhile(db: None) -> None:
    due = [OCTOBER]
    with (
        mock.patch("invoices.tasks.due_months", return_value=due),
        time_machine.travel(FIRST, tick=False),
    ):
        run_due_months()

    assert not BillingRun.objects.exists()


def test_starting_and_closing_a_run_is_audited(db: None) -> None:
    account_with_charge()
    bill("2026-10")

    events = AuditEvent.objects.filter(action__startswith="billing_run.").order_by("id")
    assert [(e.action, e.object_label, e.details) for e in events] == [
        ("billing_run.started", "2026-10", {"accounts": 1}),
        ("billing_run.closed", "2026-10", {"done": 1}),
    ]


# ── Working it off
def test_every_account_gets_its_invoice_and_the_run_closes(db: None) -> None:
    accounts = [account_with_charge() for _ in range(3)]

    run = bill("2026-10")

    assert (run.state, run.closed_at) == ("closed", at("2026-11-01 00:30"))
    assert items(run) == [("done", "", 1)] * 3
    assert [i.document.number for a in accounts for i in invoices_of(a)] == [
        "INV/26-27/000001",
        "INV/26-27/000002",
        "INV/26-27/000003",
    ]
    assert {item.invoice_id for item in run.items.all()} == {
        i.pk for a in accounts for i in invoices_of(a)
    }


def test_running_a_month_twice_makes_no_second_invoice(db: None) -> None:
    account = account_with_charge()
    bill("2026-10")
    again = bill("2026-10")

    assert len(invoices_of(account)) == 1
    assert (again.state, items(again)) == ("closed", [("done", "", 1)])


def test_a_month_without_lines_makes_no_invoice(db: None) -> None:
    account = AccountFactory()
    granted(account)

    run = bill("2026-10")

    assert (invoices_of(account), items(run)) == ([], [("done", "", 1)])


def test_what_turns_up_for_a_month_without_lines_stands_on_the_next_invoice(db: None) -> None:
    account = AccountFactory()
    granted(account)
    bill("2026-10")
    ChargeFactory(account=account, service_from="2026-10-06")

    assert due_months(now=at("2026-11-30 12:00")) == []
    bill("2026-11")

    (invoice,) = invoices_of(account)
    assert [line.is_late for line in invoice.document.lines.all()] == [True]


def test_an_account_that_cannot_be_billed_is_parked_and_the_others_go_on(db: None) -> None:
    first = account_with_charge(address_line1="")
    second = account_with_charge()

    run = bill("2026-10")

    assert items(run) == [("parked", "address-missing", 1), ("done", "", 1)]
    assert run.state == "closed"
    assert (len(invoices_of(first)), len(invoices_of(second))) == (0, 1)
    assert "address missing" in ParkedAccount.objects.get(account=first).reason
    assert first.monthly_permissions.get().billed_until == at("2026-10-01 00:00")


def test_a_mended_account_is_billed_with_everything_when_it_is_tried_again(db: None) -> None:
    account = account_with_charge(address_line1="")
    run = bill("2026-10")
    ChargeFactory(account=account, service_from="2026-10-31")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")

    assert retry_parked(run, by="clerk@example.com") == 1
    run.refresh_from_db()
    assert run.state == "running"
    run = work_off(run, clock=lambda: at("2026-11-03 12:00"), by="clerk@example.com")

    (invoice,) = invoices_of(account)
    assert invoice.document.net_total == Decimal("17850.00")
    assert (run.state, items(run)) == ("closed", [("done", "", 1)])
    assert not ParkedAccount.objects.exists()


def test_trying_again_can_name_one_account(db: None) -> None:
    _, second = (account_with_charge(address_line1="") for _ in range(2))
    run = bill("2026-10")

    assert retry_parked(run, by="clerk@example.com", account=second) == 1

    assert [state for state, _, _ in items(run)] == ["parked", "todo"]


def test_an_account_that_stays_parked_is_billed_for_two_months_once_it_is_mended(
    db: None,
) -> None:
    account = account_with_charge(address_line1="")
    bill("2026-10")
    ChargeFactory(account=account, service_from="2026-11-15")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")

    bill("2026-11")

    (invoice,) = invoices_of(account)
    assert (invoice.period.lower, invoice.period.upper) == (
        at("2026-10-01 00:00"),
        at("2026-12-01 00:00"),
    )
    assert not ParkedAccount.objects.exists()
    october = BillingRun.objects.get(month="2026-10")
    retry_parked(october, by="test")
    assert items(work_off(october, clock=lambda: FIRST, by="test")) == [("done", "", 1)]
    assert len(invoices_of(account)) == 1


@pytest.mark.parametrize("tried", ["2026-10", "2026-11"])
def test_whichever_run_a_mended_account_is_tried_in_one_invoice_settles_all_of_them(
    db: None, tried: str
) -> None:
    account = account_with_charge(address_line1="")
    bill("2026-10")
    ChargeFactory(account=account, service_from="2026-11-15")
    bill("2026-11")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")

    run = BillingRun.objects.get(month=tried)
    retry_parked(run, by="test", account=account)
    work_off(run, clock=lambda: at("2026-12-02 12:00"), by="test")

    (invoice,) = invoices_of(account)
    assert (invoice.period.lower, invoice.period.upper) == (
        at("2026-10-01 00:00"),
        at("2026-12-01 00:00"),
    )
    assert [
        (item.run.month, item.state, item.reason, item.invoice_id) for item in history(account)
    ] == [
        ("2026-10", "done", "", invoice.pk),
        ("2026-11", "done", "", invoice.pk),
    ]


def test_a_later_month_that_is_billed_settles_the_runs_before_it(db: None) -> None:
    account = account_with_charge(address_line1="")
    bill("2026-10")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")

    bill("2026-11")

    (invoice,) = invoices_of(account)
    assert [(item.state, item.invoice_id) for item in history(account)] == [
        ("done", invoice.pk)
    ] * 2


def test_the_closing_invoice_settles_the_runs_before_it(db: None) -> None:
    account = account_with_charge(address_line1="")
    bill("2026-10")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")

    invoice = revoked(account, "2026-11-05 12:00")

    assert invoice is not None
    assert [(item.state, item.invoice_id) for item in history(account)] == [("done", invoice.pk)]


def history(account: Account) -> list[BillingRunItem]:
    return list(account.run_items.select_related("run").order_by("run__month"))


def failing_for(
    account: Account, how: Callable[[], object] = kill_myself
) -> Callable[..., dict[int, Outcome]]:
    """Return what bills periods, and does this where the account is among them."""

    def invoice_periods(batch: Sequence[Wanted], **facts: Any) -> dict[int, Outcome]:
        if any(wanted.account == account for wanted in batch):
            how()
        return month.invoice_periods(batch, **facts)

    return invoice_periods


def raise_unforeseen() -> None:
    raise AttributeError("a poison nobody foresaw")


def test_a_poisonous_account_never_blocks_the_rest_and_is_parked_in_the_end(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    poison, sound = account_with_charge(), account_with_charge()

    failing = failing_for(poison, raise_unforeseen)
    with mock.patch.object(monthly_run, "invoice_periods", failing):
        run = bill("2026-10")
        assert (run.state, items(run)) == ("running", [("todo", "", 1), ("done", "", 1)])
        for _ in range(MOST_ATTEMPTS - 1):
            run = work_off(run, clock=lambda: FIRST, by="test")

    assert run.state == "closed"
    assert items(run) == [("parked", "unexpected-error", MOST_ATTEMPTS), ("done", "", 1)]
    reason = ParkedAccount.objects.get().reason
    assert reason.startswith("An unexpected error stopped billing 5 times. It is in the log as ")
    last = [record for record in caplog.records if record.exc_info][-1]
    assert f"(reference {reason.rstrip('.').rpartition(' ')[2]})" in last.getMessage()
    assert "AttributeError" in caplog.text
    assert len(invoices_of(sound)) == 1


def test_what_the_database_refuses_at_the_commit_is_noted_with_the_account(
    own_database: str,
) -> None:
    account = account_with_charge()
    with mock.patch("billing.issuing.post"):
        run = bill("2026-10")

    assert items(run) == [("todo", "", 1)]
    assert (Document.objects.count(), Charge.objects.open().count()) == (0, 1)
    assert items(work_off(run, clock=lambda: FIRST, by="test")) == [("done", "", 2)]
    assert invoices_of(account)[0].document.number == "INV/26-27/000001"


# ── kill -9
MOMENTS = [
    "invoices.monthly_run.invoice_periods",
    "invoices.issue.write_drafts",
    "billing.issuing.post",
    "invoices.issue.number_documents",
    "invoices.issue.record_all",
    "invoices.month.unpark",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_in_the_middle_leaves_no_gap_and_nothing_twice(
    own_database: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_run, "MOST_AT_ONCE", 1)
    accounts = [account_with_charge() for _ in range(3)]
    run = start_run(OCTOBER, by="test", now=FIRST)

    def die_at_the_second() -> None:
        def progress(_item: BillingRunItem) -> None:
            mock.patch(moment, kill_myself).start()

        work_off(run, clock=lambda: FIRST, by="test", progress=progress)

    killed(die_at_the_second)
    assert Document.objects.count() == 1
    assert broken_invariants() == {}

    closed = work_off(run, clock=lambda: FIRST, by="test")

    assert (closed.state, items(closed)) == (
        "closed",
        [("done", "", 1), ("done", "", 2), ("done", "", 1)],
    )
    # The one that died with its worker came last: the least tried come first.
    assert [invoices_of(a)[0].document.number for a in accounts] == [
        "INV/26-27/000001",
        "INV/26-27/000003",
        "INV/26-27/000002",
    ]
    assert broken_invariants() == {}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_among_many_accounts_leaves_none_of_them_half_billed(
    own_database: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_run, "MOST_AT_ONCE", 2)
    accounts = [account_with_charge() for _ in range(5)]
    run = start_run(OCTOBER, by="test", now=FIRST)

    def die_at_the_second_two() -> None:
        def progress(_item: BillingRunItem) -> None:
            mock.patch(moment, kill_myself).start()

        work_off(run, clock=lambda: FIRST, by="test", progress=progress)

    killed(die_at_the_second_two)
    assert [len(invoices_of(account)) for account in accounts] == [1, 1, 0, 0, 0]
    assert broken_invariants() == {}

    closed = work_off(run, clock=lambda: FIRST, by="test")

    attempts = [("done", "", 1)] * 2 + [("done", "", 2)] * 2 + [("done", "", 1)]
    assert (closed.state, items(closed)) == ("closed", attempts)
    numbers = sorted(str(invoices_of(account)[0]) for account in accounts)
    assert numbers == [f"INV/26-27/{number:06}" for number in range(1, 6)]
    assert broken_invariants() == {}


# ── Many at once
def test_many_accounts_are_billed_in_one_transaction_and_like_one(
    own_database: str,
) -> None:
    accounts = [account_with_charge() for _ in range(4)]
    with mock.patch("invoices.month.issue_invoices", wraps=issue_invoices) as issue:
        run = bill("2026-10")

    assert issue.call_count == 1
    assert items(run) == [("done", "", 1)] * 4
    assert [str(invoices_of(account)[0]) for account in accounts] == [
        f"INV/26-27/{number:06}" for number in range(1, 5)
    ]
    assert broken_invariants() == {}


def test_as_many_queries_bill_many_accounts_as_few(db: None) -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            account_with_charge()
        run = start_run(OCTOBER, by="test", now=FIRST)
        with CaptureQueriesContext(connection) as made:
            work_off(run, clock=lambda: FIRST, by="test")
        return len(made)

    # The first run makes the seller's ledger accounts and series.
    queries(1)
    assert queries(30) == queries(3)


def test_who_cannot_be_billed_is_parked_and_the_others_are_billed_together(db: None) -> None:
    sound, homeless, other = account_with_charge(), account_with_charge(), account_with_charge()
    Account.objects.filter(pk=homeless.pk).update(city="")
    with mock.patch("invoices.month.issue_invoices", wraps=issue_invoices) as issue:
        run = bill("2026-10")

    assert issue.call_count == 1
    assert items(run) == [("done", "", 1), ("parked", "address-missing", 1), ("done", "", 1)]
    assert ParkedAccount.objects.get().account == homeless
    assert [len(invoices_of(account)) for account in (sound, homeless, other)] == [1, 0, 1]
    assert Charge.objects.open().count() == 1


def test_what_fails_together_is_billed_one_by_one(db: None) -> None:
    poison, sound, other = account_with_charge(), account_with_charge(), account_with_charge()
    failing = failing_for(poison, raise_unforeseen)
    with mock.patch.object(monthly_run, "invoice_periods", failing):
        run = bill("2026-10")

    assert items(run) == [("todo", "", 1), ("done", "", 1), ("done", "", 1)]
    assert [len(invoices_of(account)) for account in (poison, sound, other)] == [0, 1, 1]


def test_accounts_with_many_charges_are_split_over_transactions(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_run, "MOST_CHARGES", 3)
    for charges in (1, 2, 5, 0, 1):
        account = AccountFactory()
        granted(account)
        ChargeFactory.create_batch(charges, account=account)
    sizes = []

    def counted(batch: Sequence[Wanted], **facts: Any) -> dict[int, Outcome]:
        sizes.append(len(batch))
        return month.invoice_periods(batch, **facts)

    with mock.patch.object(monthly_run, "invoice_periods", counted):
        run = bill("2026-10")

    assert sizes == [2, 1, 2]
    assert items(run) == [("done", "", 1)] * 5


def test_a_call_ends_where_all_fail_and_a_later_one_goes_on(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_run, "MOST_FAILED", 2)
    monkeypatch.setattr(monthly_run, "MOST_AT_ONCE", 1)
    for _ in range(5):
        account_with_charge()
    with mock.patch.object(monthly_run, "invoice_periods", side_effect=AttributeError):
        run = bill("2026-10")
    assert items(run) == [("todo", "", 1)] * 3 + [("todo", "", 0)] * 2

    assert items(work_off(run, clock=lambda: FIRST, by="test")) == [
        *[("done", "", 2)] * 3,
        *[("done", "", 1)] * 2,
    ]


def test_an_account_that_kills_its_worker_every_time_is_parked_and_the_others_are_billed(
    own_database: str,
) -> None:
    deadly, sound = account_with_charge(), account_with_charge()
    run = start_run(OCTOBER, by="test", now=FIRST)

    def die() -> None:
        with mock.patch.object(monthly_run, "invoice_periods", failing_for(deadly)):
            work_off(run, clock=lambda: FIRST, by="test")

    for _ in range(MOST_ATTEMPTS):
        killed(die)
    assert len(invoices_of(sound)) == 1

    closed = work_off(run, clock=lambda: FIRST, by="test")

    assert (closed.state, [state for state, _, _ in items(closed)]) == (
        "closed",
        ["parked", "done"],
    )
    assert "stopped billing 5 times" in ParkedAccount.objects.get(account=deadly).reason
    assert broken_invariants() == {}


def test_an_account_stands_once_in_a_run(db: None) -> None:
    account_with_charge()
    run = bill("2026-10")
    with pytest.raises(IntegrityError, match="run_item_once"):
        BillingRunItem.objects.create(run=run, account=Account.objects.get())
