"""What the View Order page says of each charge: on which invoice it is, or will be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing.charging import void_charges
from billing.models import Account, Membership, ParkedAccount, PriceListItem, Seller
from orders.cancel import cancel_order
from orders.costs import costs_of
from orders.models import Order
from orders.outlook import invoice_outlook
from orders.renew import renew_order
from tests.customers import NOW, Customer, fulfilled, invoice_of
from tests.factories import AccountFactory, MembershipFactory
from tests.orders.helpers import charges_of, invoices_of

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)
OCTOBERS = "the invoice for October 2026"
PLUS = "Plus ₹16,065.00 before tax"
DATED = "on the monthly invoice for October 2026, dated 1 November 2026."


@pytest.fixture
def customer() -> Customer:
    return Customer()


def said(
    order: Order,
    *,
    now: datetime = NOW,
    account: Account | None = None,
    role: str = "administrator",
) -> list[str]:
    """Return what a member of the account (the order's own) is told."""
    reader = MembershipFactory.create(account=account or order.account, role=role)
    order = Order.objects.get(pk=order.pk)
    return invoice_outlook(order, costs_of(order, reader), reader, now=now)


def renewed(order: Order, *, now: datetime = NOW, extension: int = 1) -> Order:
    """Renew for two years: 16,065.00 INR."""
    return renew_order(fulfilled(order), term_years=2, extension=extension, by="clerk", now=now)


def test_an_invoiced_order_needs_no_word(customer: Customer) -> None:
    order = renewed(customer.order())
    assert len(invoices_of(order)) == 2
    assert said(order) == []


def test_an_invoiced_order_with_a_charge_for_the_month_says_both(customer: Customer) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(order)
    assert said(order) == [f"Invoice {invoice_of(order)} can be downloaded.", f"{PLUS} {DATED}"]


def test_charges_for_one_month_are_added_up(customer: Customer) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(renewed(order), extension=2)
    assert said(order)[1] == f"Plus ₹32,130.00 before tax {DATED}"


def test_of_several_invoices_each_is_named(customer: Customer) -> None:
    order = renewed(customer.order())
    customer.turn_monthly()
    renewed(order, extension=2)
    one, two = invoices_of(order)
    assert said(order)[0] == f"Invoices {one}, {two} can be downloaded."


def test_a_month_that_is_over_is_being_invoiced(customer: Customer) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(order)
    assert said(order, now=NOVEMBER)[1] == (
        f"{PLUS} on the monthly invoice for October 2026, which is being made."
    )


def test_all_charges_of_an_order_that_waits_for_one_month_need_no_amount(
    customer: Customer,
) -> None:
    customer.turn_monthly()
    order = renewed(customer.order())
    assert said(order) == [f"It will be on {OCTOBERS}, issued on 1 November 2026."]


def test_charges_of_two_months_name_both(customer: Customer) -> None:
    customer.turn_monthly()
    order = renewed(customer.order(), now=NOVEMBER)
    assert said(order, now=NOVEMBER) == [
        f"It will be on {OCTOBERS}, which is being made.",
        f"{PLUS} on the monthly invoice for November 2026, dated 1 December 2026.",
    ]


def test_the_next_month_adds_to_a_monthly_invoice(customer: Customer) -> None:
    customer.turn_monthly()
    order = customer.order()
    customer.bill_october()
    renewed(order, now=NOVEMBER)
    assert said(order, now=NOVEMBER) == [
        f"Invoice {invoice_of(order)} can be downloaded.",
        f"{PLUS} on the monthly invoice for November 2026, dated 1 December 2026.",
    ]


def test_a_further_charge_that_parks_the_account_says_why(customer: Customer) -> None:
    order = customer.order()
    Account.objects.update(address_line1="")
    renewed(order)
    reason = ParkedAccount.objects.get().reason
    assert said(order) == [
        f"Invoice {invoice_of(order)} can be downloaded.",
        f"{PLUS}, not to be invoiced yet. {reason}",
    ]


def test_a_further_charge_that_was_dropped_says_nothing(customer: Customer) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(order)
    void_charges(charges_of(order), reason="Asked for by mistake")
    assert said(order) == []


def test_what_is_left_of_an_order_whose_first_charge_was_dropped(customer: Customer) -> None:
    customer.turn_monthly()
    order = customer.order()
    void_charges(charges_of(order), reason="A present")
    renewed(order)
    assert said(order) == [f"It will be on {OCTOBERS}, issued on 1 November 2026."]


def test_an_order_that_stands_without_a_charge_says_that_it_was_dropped(
    customer: Customer,
) -> None:
    customer.turn_monthly()
    order = customer.order()
    void_charges(charges_of(order), reason="A present")
    assert said(order) == ["Nothing is invoiced: its charge was dropped."]


def test_an_order_that_ended_before_it_was_invoiced_says_so(customer: Customer) -> None:
    customer.turn_monthly()
    order = customer.order()
    cancel_order(order, by="clerk", reason="Mistake", now=NOW)
    assert said(order) == ["Nothing is invoiced: it ended before that."]


def test_who_may_not_open_the_invoice_is_told_who_can_and_what_follows(
    customer: Customer,
) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(order)
    first, second = said(order, role=Membership.Role.STANDARD)
    assert "administrators and finance managers of the account can download" in first
    assert str(invoice_of(order)) not in first
    assert second == f"{PLUS} {DATED}"


def test_a_sub_account_is_told_of_its_partner_and_no_number(customer: Customer) -> None:
    sub = AccountFactory.create(parent=customer.account, bill_to=Account.BillTo.PARENT)
    order = customer.order(account=sub)
    partner = customer.account.display_name
    assert said(order, account=sub) == [f"It was invoiced to {partner}."]
    customer.turn_monthly()
    renewed(order)
    assert said(order, account=sub) == [
        f"It was invoiced to {partner}.",
        f"{PLUS}, to be invoiced to {partner}.",
    ]
    assert said(order, account=customer.account)[1] == f"{PLUS} {DATED}"


def test_an_account_whose_partner_pays_from_now_on_still_opens_its_own_invoice(
    customer: Customer,
) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER, display_name="Northwind")
    order = customer.order()
    Account.objects.filter(pk=customer.account.pk).update(
        parent=partner, bill_to=Account.BillTo.PARENT
    )
    renewed(order)
    assert said(order) == [
        f"Invoice {invoices_of(order)[0]} can be downloaded.",
        "It was invoiced to Northwind.",
    ]


def test_a_further_charge_of_nothing_needs_no_invoice(customer: Customer) -> None:
    Seller.objects.update(issue_zero_invoices=False)
    order = customer.order()
    PriceListItem.objects.update(amount=Decimal(0))
    renewed(order)
    assert said(order)[1] == "Plus ₹0.00, for which there is no invoice."
    free = customer.order()
    assert said(free) == ["It costs nothing, so there is no invoice."]


def test_a_further_charge_whose_invoice_was_not_made_yet_says_so(customer: Customer) -> None:
    order = customer.order()
    customer.turn_monthly()
    renewed(order)
    customer.account.monthly_permissions.update(revoked_at=NOW, revoked_by="clerk")
    assert said(order)[1] == f"{PLUS} on an invoice that is being made."
