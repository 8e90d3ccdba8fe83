"""One invoice an order, at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from billing.models import Account, Charge, ParkedAccount, Seller
from certinext.audit.models import AuditEvent
from invoices import per_order
from invoices.issue import InvoiceDraft, prepare_invoice
from invoices.models import Invoice
from invoices.per_order import invoice_left_behind, invoice_open_orders
from invoices.tasks import sweep
from tests.factories import AccountFactory, ChargeFactory, SubscriptionFactory
from tests.invoices.helpers import NOW, ON
from tests.invoices.monthly import granted, invoices_of, nets

pytestmark = pytest.mark.django_db


def invoiced(account: Account) -> list[Invoice]:
    return invoice_open_orders(account=account, on=ON, now=NOW, issued_by="test")


def left_behind() -> list[Invoice]:
    return invoice_left_behind(clock=lambda: NOW, issued_by="sweep")


def test_each_order_gets_its_own_invoice_with_all_its_charges() -> None:
    account = AccountFactory()
    ChargeFactory(account=account, order_number="9433110002", source_key="b")
    ChargeFactory(account=account, order_number="9433110001", source_key="a")
    ChargeFactory(
        account=account, order_number="9433110001", source_key="a:names:1", description="Added name"
    )

    first, second = invoiced(account)

    assert (first.kind, first.order_number, first.period) == ("per_order", "9433110001", None)
    assert nets(first) == [("emSign OV SSL", "8925.00"), ("Added name", "8925.00")]
    assert (second.order_number, nets(second)) == ("9433110002", [("emSign OV SSL", "8925.00")])


def test_doing_it_again_makes_nothing() -> None:
    account = AccountFactory()
    ChargeFactory(account=account)
    invoiced(account)

    assert invoiced(account) == []


def test_the_payer_gets_the_orders_of_the_sub_accounts_that_it_pays_for() -> None:
    partner = AccountFactory(kind="partner")
    branch = AccountFactory(parent=partner, bill_to="parent")
    ChargeFactory(account=branch)

    assert invoiced(branch) == []
    assert [invoice.account for invoice in invoiced(partner)] == [partner]


def test_fees_and_usage_are_only_on_monthly_invoices() -> None:
    account = AccountFactory()
    SubscriptionFactory(account=account)
    ChargeFactory(account=account, kind="usage", order_number="", source_key="usage:1")

    assert invoiced(account) == []


def test_an_account_with_the_monthly_permission_waits() -> None:
    account = AccountFactory()
    granted(account)
    ChargeFactory(account=account)

    assert invoiced(account) == left_behind() == []


def test_an_account_that_cannot_be_billed_is_parked_and_its_charges_stay_open() -> None:
    account = AccountFactory(country="")
    ChargeFactory(account=account)

    assert invoiced(account) == []

    assert ParkedAccount.objects.get().reason_code == "address-missing"
    assert Charge.objects.open().count() == 1


def test_one_order_that_cannot_be_billed_parks_the_account_and_leaves_its_other_orders() -> None:
    account = AccountFactory()
    good = ChargeFactory(account=account)
    bad = ChargeFactory(account=account, currency="USD")

    assert [invoice.order_number for invoice in invoiced(account)] == [good.order_number]
    assert ParkedAccount.objects.get().reason_code == "currency-mismatch"
    assert list(Charge.objects.open()) == [bad]


def test_numbers_that_are_used_up_park_the_account_and_the_charges_stay_open() -> None:
    Seller.objects.update(invoice_number_format="A{fy}/{number:1}")
    account = AccountFactory()
    ChargeFactory.create_batch(10, account=account)

    assert invoiced(account) == []
    assert ParkedAccount.objects.get().reason_code == "number-series"
    assert Charge.objects.open().count() == 10


def test_numbers_that_another_series_has_given_park_the_account() -> None:
    account = AccountFactory()
    ChargeFactory(account=account)
    invoiced(account)
    Seller.objects.update(invoice_number_format="INV/{fy}/0{number:5}")
    ChargeFactory(account=account)

    assert invoiced(account) == []
    assert ParkedAccount.objects.get().reason_code == "number-series"


def test_an_order_of_zero_is_an_invoice() -> None:
    account = AccountFactory()
    ChargeFactory(account=account, unit_price=Decimal(0))

    assert [invoice.document.total for invoice in invoiced(account)] == [0]


def test_an_order_of_zero_is_no_invoice_when_the_seller_turned_that_off() -> None:
    Seller.objects.update(issue_zero_invoices=False)
    account = AccountFactory()
    ChargeFactory(account=account, unit_price=Decimal(0))
    paid_for = ChargeFactory(account=account)

    assert [invoice.order_number for invoice in invoiced(account)] == [paid_for.order_number]
    assert not per_order.payers_with_open_orders()


# ── What was left behind
def test_orders_that_a_crash_left_open_are_invoiced_by_the_sweep() -> None:
    account = AccountFactory()
    ChargeFactory(account=account)

    with mock.patch("billing.tasks.ensure_file") as ensure_file:
        sweep.run()

    assert ensure_file.call_count == 1
    assert [invoice.kind for invoice in invoices_of(account)] == ["per_order"]


def test_a_mended_account_is_invoiced_by_the_next_sweep() -> None:
    account = AccountFactory(country="")
    ChargeFactory(account=account)
    assert left_behind() == []
    Account.objects.update(country="IN")

    assert len(left_behind()) == 1
    assert not ParkedAccount.objects.exists()


def test_an_account_that_fails_for_a_reason_nobody_foresaw_is_parked_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    poison, sound = AccountFactory(), AccountFactory()
    ChargeFactory(account=poison)
    ChargeFactory(account=sound)

    def prepare(draft: InvoiceDraft, **kwargs: Any) -> object:
        if draft.account == poison:
            raise AttributeError("a poison nobody foresaw")
        return prepare_invoice(draft, **kwargs)

    with mock.patch.object(per_order, "prepare_invoice", prepare):
        invoices = left_behind()

    assert [invoice.account for invoice in invoices] == [sound]
    parked = ParkedAccount.objects.get()
    assert (parked.account, parked.reason_code) == (poison, "unexpected-error")
    assert parked.reason.startswith("An unexpected error stopped billing. It is in the log as ")
    assert parked.reason.rstrip(".").rpartition(" ")[2] in caplog.text
    assert "a poison nobody foresaw" in caplog.text
    with mock.patch.object(per_order, "prepare_invoice", prepare):
        left_behind()
    assert ParkedAccount.objects.get().reason == parked.reason
    assert AuditEvent.objects.filter(action="account.parked").count() == 1

    assert [invoice.account for invoice in left_behind()] == [poison]
    assert not ParkedAccount.objects.exists()
