"""`manage.py run_monthly_invoices`."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from billing.models import Account
from invoices.models import BillingRun, Invoice
from tests.factories import AccountFactory, ChargeFactory
from tests.invoices.monthly import at, granted


@pytest.fixture(autouse=True)
def _first_of_november() -> Iterator[None]:
    with time_machine.travel(at("2026-11-01 09:00"), tick=False):
        yield


def run(month: str = "2026-10", tenant: str = "alpha", **options: bool) -> str:
    out = StringIO()
    call_command("run_monthly_invoices", tenant=tenant, month=month, stdout=out, **options)
    return out.getvalue()


def monthly_account(name: str) -> Account:
    account: Account = AccountFactory.create(display_name=name)
    granted(account, "2026-10-01 09:00")
    return account


def test_it_issues_the_months_invoices_and_prints_each_outcome(db: None) -> None:
    billed = monthly_account("Konkan")
    ChargeFactory.create(account=billed)
    monthly_account("Idle")
    said = run()
    number = Invoice.objects.get().document.number
    assert f"{billed.account_number} Konkan: {number} over 10531.50 INR" in said
    assert "Idle: nothing to bill" in said
    assert "2026-10: 2 accounts, 1 invoices, 1 without anything to bill, 0 parked, 0 to do" in said
    assert BillingRun.objects.get().state == BillingRun.State.CLOSED


def test_running_it_again_makes_no_second_invoice(db: None) -> None:
    ChargeFactory.create(account=monthly_account("Konkan"))
    run()
    assert "1 accounts, 1 invoices" in run()
    assert Invoice.objects.count() == 1


def test_a_parked_account_fails_the_command_with_its_reason_and_spares_the_others(
    db: None,
) -> None:
    ChargeFactory.create(account=monthly_account("Good"))
    stuck = monthly_account("Stuck")
    ChargeFactory.create(account=stuck)
    Account.objects.filter(pk=stuck.pk).update(address_line1="")
    out = StringIO()
    with pytest.raises(CommandError, match="--retry-parked") as failed:
        call_command("run_monthly_invoices", tenant="alpha", month="2026-10", stdout=out)
    assert failed.value.returncode == 1
    assert f"parked: {stuck.account_number} Billing address missing" in out.getvalue()
    assert Invoice.objects.count() == 1
    Account.objects.filter(pk=stuck.pk).update(address_line1="1 Marine Drive")
    assert "0 parked" in run(retry_parked=True)
    assert Invoice.objects.count() == 2


def test_a_month_that_nobody_waits_for_gets_no_run_and_is_no_failure(db: None) -> None:
    monthly_account("Konkan")
    said = run("2026-08")
    assert said == "2026-08: no account waits for its invoice of this month; nothing ran\n"
    assert not BillingRun.objects.exists()
    assert "1 accounts, 0 invoices, 1 without anything to bill" in run()


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        ("2026-11", "--month: 2026-11 is not over in the seller's time zone."),
        ("2026-13", "--month: A month is written like 2026-10, not '2026-13'."),
        ("October", "--month: A month is written like 2026-10, not 'October'."),
    ],
)
def test_a_month_that_is_not_over_or_none_is_refused(db: None, month: str, sentence: str) -> None:
    monthly_account("Konkan")
    with pytest.raises(CommandError) as refused:
        run(month)
    assert str(refused.value) == sentence
    assert not BillingRun.objects.exists()


def test_a_tenant_that_is_none_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match=r"no tenant.*nobody"):
        run(tenant="nobody")
