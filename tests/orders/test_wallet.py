"""Ordering from credits: paid with the order, or nothing is placed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.models import Account, Charge, Document, Payment, Product
from billing.payments.errors import NotEnoughCredits, PaymentRefused
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import position_of
from orders.models import Order
from orders.place import proceed_with_order
from tests.customers import Customer, SignIn, words
from tests.factories import AccountFactory, MonthlyPermissionFactory
from tests.invariants import broken_invariants
from tests.orders.conftest import NOW
from tests.orders.helpers import invoices_of, place
from tests.orders.test_place_views import URL, confirm, review
from tests.processes import at_once

# 8,925.00 and 18 % IGST.
TOTAL = Decimal("10531.50")


def given(account: Account, amount: str) -> None:
    adjust_credits(
        account, amount=Decimal(amount), currency="INR", reason="Gift", by="clerk", now=NOW
    )


@pytest.mark.django_db
def test_the_order_is_invoiced_and_paid_at_once(account: Account, product: Product) -> None:
    given(account, "11000.00")

    order = place(account, product, from_credits=True)

    (invoice,) = invoices_of(order)
    assert invoice.balance.state == "paid"
    assert position_of(account).credits == Decimal("468.50")
    assert Payment.objects.get().method == Payment.Method.CREDITS
    assert broken_invariants() == {}


@pytest.mark.django_db
def test_without_enough_credits_nothing_is_placed(account: Account, product: Product) -> None:
    given(account, "10531.49")

    with pytest.raises(NotEnoughCredits, match=r"₹10,531\.49 do not cover ₹10,531\.50"):
        place(account, product, from_credits=True)

    assert not Order.objects.exists()
    assert not Charge.objects.exists()
    assert not Document.objects.exists()
    assert position_of(account).credits == Decimal("10531.49")


@pytest.mark.django_db
def test_an_account_that_is_invoiced_monthly_does_not_pay_orders_from_credits(
    account: Account, product: Product
) -> None:
    given(account, "11000.00")
    MonthlyPermissionFactory.create(account=account, granted_at=NOW, billed_until=NOW)
    with pytest.raises(PaymentRefused, match="invoiced monthly"):
        place(account, product, from_credits=True)
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_invoiced_cannot_be_paid(account: Account, product: Product) -> None:
    given(account, "11000.00")
    Account.objects.update(address_line1="", city="")
    account.refresh_from_db()
    with pytest.raises(PaymentRefused, match="cannot be invoiced now"):
        place(account, product, from_credits=True)
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_a_held_order_is_paid_when_it_proceeds(account: Account, product: Product) -> None:
    held = place(account, product, save_and_hold=True)
    with pytest.raises(NotEnoughCredits):
        proceed_with_order(held, by="alice", now=NOW, from_credits=True)
    assert not Charge.objects.exists()
    given(account, "10531.50")

    proceed_with_order(held, by="alice", now=NOW, from_credits=True)

    assert position_of(account).credits == 0


@pytest.mark.django_db
class TestPages:
    def test_the_summary_shows_the_wallet_and_pays_from_it(self, sign_in: SignIn) -> None:
        customer = Customer()
        given(customer.account, "20000.00")
        browser = sign_in(customer.person())
        page = review(browser)
        assert "Wallet balance ₹20,000.00" in words(page)
        assert "₹9,468.50 are left then." in words(page)

        browser.post(URL, {"act": "place", "token": page.context["token"], "pay": "credits"})

        assert position_of(customer.account).credits == Decimal("9468.50")

    def test_credits_that_went_meanwhile_are_refused_cleanly(self, sign_in: SignIn) -> None:
        customer = Customer()
        given(customer.account, "20000.00")
        browser = sign_in(customer.person())
        token = review(browser).context["token"]
        given(customer.account, "-15000.00")

        answer = browser.post(URL, {"act": "place", "token": token, "pay": "credits"}, follow=True)

        assert "credits of ₹5,000.00 do not cover ₹10,531.50" in words(answer)
        assert not Order.objects.exists()
        confirm(browser, token)
        assert Order.objects.count() == 1

    def test_too_small_a_wallet_is_shown_and_cannot_be_chosen(self, sign_in: SignIn) -> None:
        page = review(sign_in(Customer().person()))
        assert "Wallet balance ₹0.00" in words(page)
        assert "They do not cover the total." in words(page)

    def test_a_monthly_account_is_not_offered_it(self, sign_in: SignIn) -> None:
        customer = Customer()
        MonthlyPermissionFactory.create(account=customer.account, granted_at=NOW, billed_until=NOW)
        page = words(review(sign_in(customer.person())))
        assert "Wallet balance" in page
        assert "From credits" not in page

    def test_a_sub_account_does_not_see_its_partners_wallet(self, sign_in: SignIn) -> None:
        customer = Customer()
        partner = AccountFactory.create(kind="partner")
        Account.objects.filter(pk=customer.account.pk).update(parent=partner, bill_to="parent")
        assert "Wallet" not in words(review(sign_in(customer.person())))


def test_orders_at_once_take_what_the_credits_afford(own_database: str) -> None:
    customer = Customer()
    product = Product.objects.get(product_code="711")
    given(customer.account, "32000.00")

    def order() -> str:
        try:
            place(Account.objects.get(pk=customer.account.pk), product, from_credits=True)
        except NotEnoughCredits:
            return "refused"
        return "placed"

    assert at_once(*[order] * 8).count("placed") == 3
    assert Order.objects.count() == 3
    assert broken_invariants() == {}
