"""Billing runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Account
from certinext.backoffice.accounts import Money
from certinext.backoffice.runs import outcomes, parked_by_reason, summarise
from invoices.models import BillingRun, BillingRunItem
from invoices.monthly_run import retry_parked, work_off
from invoices.tasks import work_off_run
from tests.backoffice.conftest import NOW
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.monthly import bill, granted

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which runs were sent to a worker."""
    sent: list[str] = []
    monkeypatch.setattr(work_off_run, "delay", sent.append)
    return sent


def monthly_account(name: str, **facts: Any) -> Account:
    account: Account = AccountFactory.create(display_name=name, **facts)
    granted(account, "2026-10-01 09:00")
    return account


def test_a_completed_month_without_a_run_is_shown_with_its_button(staff: Client) -> None:
    monthly_account("Konkan")
    html = staff.get("/backoffice/runs/").content.decode()
    assert "October 2026 has no run yet" in html
    assert "Start the run for October 2026" in html


def test_starting_a_run_notes_who_and_wakes_a_worker(staff: Client, woken: list[str]) -> None:
    account = monthly_account("Konkan")
    ChargeFactory.create(account=account)
    answer = staff.post("/backoffice/runs/start/", {"month": "2026-10"})
    assert answer["Location"] == "/backoffice/runs/2026-10/"
    run = BillingRun.objects.get()
    assert (run.month, run.started_by) == ("2026-10", "meera@aravalli.example")
    assert woken == ["2026-10"]


def test_starting_twice_makes_one_run(staff: Client) -> None:
    monthly_account("Konkan")
    staff.post("/backoffice/runs/start/", {"month": "2026-10"})
    staff.post("/backoffice/runs/start/", {"month": "2026-10"})
    assert BillingRun.objects.count() == 1
    assert BillingRunItem.objects.count() == 1


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        ("2026-11", "November 2026 is not over in the seller&#x27;s time zone"),
        ("2026-13", "Choose a month, such as 2026-10."),
        ("", "Choose a month, such as 2026-10."),
    ],
)
def test_a_month_that_is_not_over_or_no_month_starts_nothing(
    staff: Client, month: str, sentence: str
) -> None:
    answer = staff.post("/backoffice/runs/start/", {"month": month}, follow=True)
    assert sentence in answer.content.decode()
    assert not BillingRun.objects.exists()


def test_a_broker_that_is_down_loses_no_run_and_is_said(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_month: str) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(work_off_run, "delay", refuse)
    monthly_account("Konkan")
    answer = staff.post("/backoffice/runs/start/", {"month": "2026-10"}, follow=True)
    assert "no worker could be woken" in answer.content.decode()
    assert BillingRun.objects.get().state == BillingRun.State.RUNNING


def test_the_run_page_says_what_became_of_each_account(staff: Client) -> None:
    billed = monthly_account("Billed")
    ChargeFactory.create(account=billed)
    monthly_account("Idle")
    stuck = monthly_account("Stuck")
    ChargeFactory.create(account=stuck)
    Account.objects.filter(pk=stuck.pk).update(address_line1="")
    bill("2026-10")
    html = staff.get("/backoffice/runs/2026-10/").content.decode()
    assert "3 of 3 accounts" in html
    assert '<dd class="figure-value">₹10,531.50</dd>' in html
    assert "Closed, 1 parked" in html
    assert "The billing address is incomplete" in html
    assert "Try the parked account again" in html
    parked = staff.get("/backoffice/runs/2026-10/?view=parked").content.decode()
    assert ">Stuck</a><small>" in parked
    assert ">Billed</a><small>" not in parked
    assert f'name="account" value="{stuck.account_number}" aria-label="Try Stuck again"' in parked


def test_the_biggest_change_against_the_month_before_comes_first(staff: Client) -> None:
    steady, grown = monthly_account("Steady"), monthly_account("Grown")
    ChargeFactory.create(account=steady)
    ChargeFactory.create(account=grown)
    bill("2026-10")
    ChargeFactory.create(account=steady, service_from="2026-11-02")
    for _ in range(2):
        ChargeFactory.create(account=grown, service_from="2026-11-02")
    bill("2026-11")
    html = staff.get("/backoffice/runs/2026-11/").content.decode()
    assert html.index(">Grown</a><small>") < html.index(">Steady</a><small>")
    assert '<span class="up">+₹10,531.50</span>' in html


def test_parked_accounts_are_tried_again_together_or_alone(staff: Client, woken: list[str]) -> None:
    accounts = [monthly_account("One"), monthly_account("Two")]
    for account in accounts:
        ChargeFactory.create(account=account)
    Account.objects.update(city="")
    bill("2026-10")
    one = {"account": accounts[0].account_number}
    staff.post("/backoffice/runs/2026-10/retry/", one)
    states = dict(BillingRunItem.objects.values_list("account__display_name", "state"))
    assert states == {"One": "todo", "Two": "parked"}
    staff.post("/backoffice/runs/2026-10/retry/")
    assert set(BillingRunItem.objects.values_list("state", flat=True)) == {"todo"}
    assert woken == ["2026-10", "2026-10"]
    assert BillingRun.objects.get().state == BillingRun.State.RUNNING


@pytest.mark.parametrize("parked", [0, 1, 2])
def test_a_closed_run_without_anything_new_wakes_nobody_and_says_who_is_parked(
    staff: Client, woken: list[str], parked: int
) -> None:
    monthly_account("Idle")
    for number in range(parked):
        ChargeFactory.create(account=monthly_account(f"Stuck {number}", address_line1=""))
    bill("2026-10")
    answer = staff.post("/backoffice/runs/start/", {"month": "2026-10"}, follow=True)
    said = [
        "Nothing new to bill.",
        "Nothing new to bill; 1 account is still parked.",
        "Nothing new to bill; 2 accounts are still parked.",
    ][parked]
    assert [str(message) for message in answer.context["messages"]] == [said]
    assert woken == []


def test_retrying_what_is_not_parked_says_so_and_wakes_nobody(
    staff: Client, woken: list[str]
) -> None:
    idle = monthly_account("Idle")
    bill("2026-10")
    one = {"account": idle.account_number}
    answer = staff.post("/backoffice/runs/2026-10/retry/", one, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Nothing new to bill."]
    assert woken == []


def test_htmx_polls_while_the_run_goes_on_and_reloads_when_it_ends(staff: Client) -> None:
    account = monthly_account("Konkan")
    ChargeFactory.create(account=account)
    staff.post("/backoffice/runs/start/", {"month": "2026-10"})
    running = staff.get("/backoffice/runs/2026-10/", headers=HTMX)
    assert 'hx-trigger="every 3s"' in running.content.decode()
    assert "<html" not in running.content.decode()
    assert "HX-Refresh" not in running
    bill("2026-10")
    ended = staff.get("/backoffice/runs/2026-10/", headers=HTMX)
    assert "hx-trigger" not in ended.content.decode()
    assert ended["HX-Refresh"] == "true"


def test_the_list_asks_as_often_for_many_runs_as_for_few(staff: Client) -> None:
    account = monthly_account("Konkan")
    ChargeFactory.create(account=account)
    bill("2026-10")
    with CaptureQueriesContext(connection) as few:
        staff.get("/backoffice/runs/")
    for month in ("2026-11", "2026-12", "2027-01"):
        bill(month)
    with CaptureQueriesContext(connection) as many:
        staff.get("/backoffice/runs/")
    assert len(many) == len(few)


@pytest.mark.parametrize("number", ["\0", "0000000000", "1 OR 1=1", "x" * 5000])
def test_retrying_an_account_that_is_none_is_not_found(staff: Client, number: str) -> None:
    monthly_account("Konkan")
    bill("2026-10")
    answer = staff.post("/backoffice/runs/2026-10/retry/", {"account": number})
    assert answer.status_code == 404


def test_an_absent_run_is_not_found(staff: Client) -> None:
    assert staff.get("/backoffice/runs/2026-10/").status_code == 404
    assert staff.post("/backoffice/runs/2026-10/retry/").status_code == 404


def test_a_parked_account_is_billed_for_all_its_months_with_one_button(
    staff: Client, woken: list[str]
) -> None:
    account = monthly_account("Konkan", address_line1="")
    ChargeFactory.create(account=account)
    bill("2026-10")
    bill("2026-11")
    page = f"/backoffice/accounts/{account.account_number}/"
    html = staff.get(page).content.decode()
    assert 'action="/backoffice/runs/2026-11/retry/"' in html
    assert 'action="/backoffice/runs/2026-10/retry/"' not in html
    assert html.count("Bill now") == 1


def test_an_invoice_for_two_months_is_counted_in_the_last_of_their_runs(staff: Client) -> None:
    account = monthly_account("Konkan", address_line1="")
    ChargeFactory.create(account=account)
    bill("2026-10")
    Account.objects.filter(pk=account.pk).update(address_line1="112 Sayyaji Rao Road")
    bill("2026-11")
    october, november = summarise(list(BillingRun.objects.order_by("month")))
    assert (october.totals, october.counts["parked"], october.counts["later"]) == ([], 0, 1)
    assert (october.counts["invoiced"], november.counts["invoiced"]) == (0, 1)
    assert november.totals == [Money(Decimal("10531.500"), "INR")]


def test_a_run_whose_month_a_later_one_billed_points_there_and_shows_no_amount(
    staff: Client,
) -> None:
    stuck, other = monthly_account("Konkan", address_line1=""), monthly_account("Malabar")
    for account in (stuck, other):
        ChargeFactory.create(account=account)
    bill("2026-10")
    bill("2026-11", "2026-12-01 00:30")
    Account.objects.filter(pk=stuck.pk).update(address_line1="112 Sayyaji Rao Road")
    november = BillingRun.objects.get(month="2026-11")
    retry_parked(november, by="test", account=stuck)
    work_off(november, clock=lambda: NOW, by="test")
    (summary,) = summarise([BillingRun.objects.get(month="2026-10")])
    rows: list[Any] = list(outcomes(summary.run, view=""))
    amounts = [row.amount for row in rows if row.amount is not None]
    assert [Money(sum(amounts), "INR")] == summary.totals == [Money(Decimal("10531.500"), "INR")]
    row: Any = outcomes(summary.run, view="later").get()
    assert (row.account, row.amount, row.line_count, row.difference) == (stuck, None, 0, 0)
    assert (row.billed_with, len(outcomes(summary.run, view="invoiced"))) == ("2026-11", 1)
    html = staff.get("/backoffice/runs/2026-10/?view=later").content.decode()
    assert '<a href="/backoffice/runs/2026-11/">billed with November 2026</a>' in html
    whole: Any = outcomes(november, view="invoiced").get()
    assert (whole.account, whole.amount, whole.is_later) == (stuck, Decimal("10531.500"), False)


def test_a_month_for_which_nobody_waits_gets_no_empty_run(staff: Client, woken: list[str]) -> None:
    monthly_account("Konkan")
    answer = staff.post("/backoffice/runs/start/", {"month": "2026-09"}, follow=True)
    assert "No account waits for its invoice of September 2026." in answer.content.decode()
    assert not BillingRun.objects.exists()
    assert woken == []


def test_many_parked_accounts_are_named_by_reason_up_to_a_dozen(staff: Client) -> None:
    for number in range(14):
        ChargeFactory.create(account=monthly_account(f"Stuck {number}", address_line1=""))
    ChargeFactory.create(account=monthly_account("Nowhere"), currency="EUR")
    run = bill("2026-10")
    address, currency = parked_by_reason(run)
    assert (address.count, len(address.accounts), address.more) == (14, 12, 2)
    assert (currency.count, [str(account) for account in currency.accounts]) == (1, ["Nowhere"])
    html = staff.get("/backoffice/runs/2026-10/").content.decode()
    assert '<a href="?view=parked#outcomes">and 2 more</a>' in html
    with CaptureQueriesContext(connection) as asked:
        parked_by_reason(run)
    assert len(asked) == 1
