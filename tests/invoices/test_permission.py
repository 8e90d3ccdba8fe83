"""The monthly permission: what turning it on and off does to what is open."""

from __future__ import annotations

from decimal import Decimal
from unittest import mock

import pytest

from billing.errors import CannotBill
from billing.models import Account, Charge, LedgerAccount, ParkedAccount
from billing.parking import park
from billing.periods import Month
from certinext.audit.models import AuditEvent
from invoices.models import Invoice, MonthlyPermission
from invoices.monthly_run import NobodyWaits
from invoices.per_order import invoice_open_orders
from invoices.permission import (
    NotItsOwnPayer,
    PermissionUnchanged,
    has_monthly_permission,
    preview_toggle,
    revoke,
)
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    PlanFactory,
    PlanMeterFactory,
    SubscriptionFactory,
    UsageRecordFactory,
)
from tests.invariants import broken_invariants
from tests.invoices.helpers import NOW, ON
from tests.invoices.monthly import at, bill, granted, invoices_of, nets, revoked

pytestmark = pytest.mark.django_db


# ── On
def test_an_account_is_invoiced_per_order_until_the_permission_is_given() -> None:
    account = AccountFactory()
    assert not has_monthly_permission(account)

    granted(account)

    assert has_monthly_permission(account)


def test_open_charges_wait_for_the_monthly_invoice() -> None:
    account = AccountFactory()
    ChargeFactory(account=account)
    granted(account, "2026-10-07 09:00")

    assert invoice_open_orders(account=account, on=ON, now=NOW, issued_by="test") == []

    bill("2026-10")
    (invoice,) = invoices_of(account)
    assert (invoice.kind, nets(invoice)) == ("monthly", [("emSign OV SSL", "8925.00")])


def test_the_first_period_is_the_calendar_month_in_which_it_was_given() -> None:
    permission = granted(AccountFactory(), "2026-10-20 14:30")

    assert permission.billed_until == at("2026-10-01 00:00")


def test_a_charge_from_before_the_first_period_says_that_it_is_late() -> None:
    account = AccountFactory()
    ChargeFactory(account=account, service_from="2026-09-30")
    ChargeFactory(account=account, service_from="2026-10-01")
    granted(account)
    bill("2026-10")

    lines = invoices_of(account)[0].document.lines.all()
    assert [(str(line.service_from), line.is_late) for line in lines] == [
        ("2026-09-30", True),
        ("2026-10-01", False),
    ]


def test_giving_it_twice_is_refused() -> None:
    account = AccountFactory()
    granted(account)

    with pytest.raises(PermissionUnchanged):
        granted(account)


def test_a_sub_account_whose_partner_pays_cannot_have_it() -> None:
    branch = AccountFactory(parent=AccountFactory(kind="partner"), bill_to="parent")

    with pytest.raises(NotItsOwnPayer):
        granted(branch)


def test_a_sub_account_that_pays_for_itself_can_have_it() -> None:
    branch = AccountFactory(parent=AccountFactory(kind="partner"))

    assert granted(branch).account == branch


def test_a_parked_account_stays_parked_until_a_run_has_billed_it() -> None:
    account = AccountFactory()
    park(account, CannotBill("address-missing", "The address is missing."), now=NOW)
    granted(account)
    assert ParkedAccount.objects.get().account == account

    bill("2026-10")
    assert not ParkedAccount.objects.exists()


def test_it_opens_the_customers_books() -> None:
    account = AccountFactory()
    granted(account)

    kinds = LedgerAccount.objects.filter(account=account).values_list("kind", flat=True)
    assert sorted(kinds) == ["credits", "receivable"]


def test_it_is_audited_with_who_and_why() -> None:
    account = AccountFactory()
    granted(account)

    event = AuditEvent.objects.get(action="monthly_invoicing.turned_on")
    assert (event.actor, event.account_number, event.details) == (
        "clerk@example.com",
        account.account_number,
        {"reason": "asked for it"},
    )


# ── Off
def test_turning_it_off_issues_one_closing_invoice_over_the_period_so_far() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory.create_batch(2, account=account)

    invoice = revoked(account, "2026-10-20 14:30")

    assert invoice is not None
    assert (invoice.kind, invoice.document.net_total) == ("monthly", Decimal("17850.00"))
    invoice.refresh_from_db()
    assert (invoice.period.lower, invoice.period.upper) == (
        at("2026-10-01 00:00"),
        at("2026-10-20 14:30"),
    )
    assert not Charge.objects.open().exists()
    assert not has_monthly_permission(account)


def test_turning_it_off_with_nothing_open_issues_nothing() -> None:
    account = AccountFactory()
    granted(account)

    assert revoked(account, "2026-10-20 14:30") is None
    assert not has_monthly_permission(account)


def test_turning_it_off_twice_is_refused() -> None:
    account = AccountFactory()
    granted(account)
    revoked(account, "2026-10-20 14:30")

    with pytest.raises(PermissionUnchanged):
        revoked(account, "2026-10-20 14:31")


def test_an_account_that_cannot_be_billed_keeps_it_and_its_open_charges() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    Account.objects.update(city="")

    with pytest.raises(CannotBill, match="address missing"):
        revoked(account, "2026-10-20 14:30")

    assert has_monthly_permission(account)
    assert Charge.objects.open().count() == 1
    assert not Invoice.objects.exists()


def test_orders_after_it_are_invoiced_one_by_one_again() -> None:
    account = AccountFactory()
    granted(account)
    revoked(account, "2026-10-05 14:30")
    ChargeFactory(account=account)

    (invoice,) = invoice_open_orders(account=account, on=ON, now=NOW, issued_by="test")

    assert invoice.kind == "per_order"


def test_turning_it_off_before_the_months_run_bills_that_month_too() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)

    invoice = revoked(account, "2026-11-01 00:05")

    assert invoice is not None
    assert invoice.document.net_total == Decimal("8925.00")
    with pytest.raises(NobodyWaits):
        bill("2026-10")
    assert len(invoices_of(account)) == 1


def test_a_moment_that_waited_for_the_lock_never_ends_before_it_began() -> None:
    account = AccountFactory()
    granted(account, "2026-10-20 14:30:01")

    revoke(account, by="clerk@example.com", reason="", now=at("2026-10-20 14:30:00"))

    permission = MonthlyPermission.objects.get()
    assert permission.revoked_at == permission.granted_at == at("2026-10-20 14:30:01")


def test_turning_it_off_is_audited_with_the_closing_invoice() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    revoked(account, "2026-10-20 14:30")

    event = AuditEvent.objects.get(action="monthly_invoicing.turned_off")
    assert event.actor == "clerk@example.com"
    assert event.details == {"reason": "asked for it", "closing_invoice": "INV/26-27/000001"}


# ── On again
def test_the_next_period_begins_where_the_last_one_ended() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    revoked(account, "2026-10-20 14:30")
    granted(account, "2026-10-25 10:00")
    ChargeFactory(account=account, service_from="2026-10-26")

    bill("2026-10")

    first, second = invoices_of(account)
    assert (first.period.lower, first.period.upper) == (
        at("2026-10-01 00:00"),
        at("2026-10-20 14:30"),
    )
    assert (second.period.lower, second.period.upper) == (
        at("2026-10-20 14:30"),
        at("2026-11-01 00:00"),
    )
    assert broken_invariants() == {}


def test_closing_in_the_middle_and_beginning_again_charges_no_fee_and_no_usage_twice() -> None:
    account = AccountFactory()
    plan = PlanFactory(monthly_fee=Decimal("45000.00"))
    subscription = SubscriptionFactory(account=account, plan=plan)
    meter = plan.meters.create(
        code="timestamps", name="Time-stamps", included_units=100, unit_price=Decimal("0.50")
    )
    granted(account)
    UsageRecordFactory(subscription=subscription, meter=meter, quantity=130)
    revoked(account, "2026-10-20 14:30")
    granted(account, "2026-10-20 15:00")
    UsageRecordFactory(
        subscription=subscription, meter=meter, quantity=50, occurred_on=at("2026-10-25").date()
    )
    bill("2026-10")

    first, second = invoices_of(account)
    assert nets(first) == [
        ("Enterprise plan", "45000.00"),
        ("Time-stamps, included in the plan", "0.00"),
        ("Time-stamps above the included units", "15.00"),
    ]
    assert nets(second) == [("Time-stamps above the included units", "25.00")]
    assert not second.document.lines.get().is_late
    bill("2026-11")
    assert nets(invoices_of(account)[2]) == [("Enterprise plan", "45000.00")]


def test_off_and_on_in_one_moment_leaves_no_empty_period() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)
    revoked(account, "2026-10-20 14:30")
    granted(account, "2026-10-20 14:30")

    assert revoked(account, "2026-10-20 14:30") is None
    assert len(invoices_of(account)) == 1


# ── What the clerk is told before
def test_the_preview_says_what_turning_it_on_moves_to_which_invoice() -> None:
    account = AccountFactory()
    charge = ChargeFactory(account=account)

    preview = preview_toggle(account, now=at("2026-10-20 14:30"))

    assert preview.turns_on
    assert (preview.open_charges, preview.open_net) == ([charge], Decimal("8925.00"))
    assert (preview.month, preview.issued_on) == (Month(2026, 10), at("2026-11-01 00:00"))


def test_the_preview_changes_nothing() -> None:
    account = AccountFactory()
    granted(account)
    with mock.patch("invoices.permission.invoice_period") as invoice_period:
        preview = preview_toggle(account, now=at("2026-10-20 14:30"))

    assert not preview.turns_on
    assert not invoice_period.called
    assert has_monthly_permission(account)


def test_the_preview_of_turning_it_off_is_the_closing_invoice_that_follows() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account, service_from="2026-10-05")
    plan = PlanFactory(currency="INR")
    subscription = SubscriptionFactory(account=account, plan=plan)
    UsageRecordFactory(
        meter=PlanMeterFactory(plan=plan), subscription=subscription, quantity=Decimal(10100)
    )

    closing = preview_toggle(account, now=at("2026-10-20 14:30")).closing

    assert (len(closing.charges), closing.net) == (4, Decimal("54010.00"))
    assert (closing.fees, closing.usage, closing.refusal) == (
        Decimal("45000.00"),
        Decimal("85.00"),
        "",
    )
    assert Charge.objects.count() == 1
    invoice = revoked(account, "2026-10-20 14:30")
    assert invoice is not None
    assert invoice.document.number == "INV/26-27/000001"
    assert (invoice.document.net_total, invoice.document.total) == (closing.net, closing.total)


def test_the_preview_says_why_the_closing_invoice_cannot_be_made() -> None:
    account = AccountFactory(address_line1="")
    granted(account)
    ChargeFactory(account=account, service_from="2026-10-05")

    closing = preview_toggle(account, now=at("2026-10-20 14:30")).closing

    assert "address missing" in closing.refusal
    assert closing.charges == []
