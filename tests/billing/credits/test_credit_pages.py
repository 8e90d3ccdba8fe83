"""The pages of credits: balance, transactions, adding, asking back, approving."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing.credits.low import tell_of_low_credits
from billing.gateways.accounts import set_up
from billing.models import LowCreditAlert, Membership, Payment, Provider
from billing.payments.confirm import confirm_payment
from billing.payments.from_credits import adjust_credits
from billing.payments.owed import position_of
from tests.billing.payments.test_settle import NOW
from tests.customers import Customer, SignIn, words
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/credits/"
BANK = {"holder": "Kappa Ltd", "account": "50200071442186", "ifsc": "EXBK0000291"}


@pytest.fixture
def customer() -> Customer:
    return Customer()


@pytest.fixture
def today() -> str:
    return timezone.localdate().isoformat()


def given(customer: Customer, amount: str) -> None:
    adjust_credits(
        customer.account, amount=Decimal(amount), currency="INR", reason="x", by="c", now=NOW
    )


def wire(browser: Any, **changes: str) -> Any:
    form = {
        "way": "wire",
        "amount": "5000.00",
        "transaction_number": "UTR1",
        "sent_on": "2026-10-08",
    }
    return browser.post(f"{URL}add/", form | changes, follow=True)


def test_a_transfer_is_announced_approved_and_then_receipted(
    sign_in: SignIn, customer: Customer, today: str
) -> None:
    browser = sign_in(customer.person(Membership.Role.FINANCE_MANAGER))
    page = words(wire(browser, sent_on=today))
    assert "Pending approval" in page
    assert "UTR1" in page
    payment = Payment.objects.get()

    clerk = sign_in(UserFactory.create(is_staff=True))
    url = f"/backoffice/payments/{payment.reference}/"
    assert "The amount becomes credit" in words(clerk.get(f"{url}confirm/"))
    clerk.post(f"{url}confirm/", {"received_on": today, "bank_reference": "UTR1"})

    browser = sign_in(customer.person())
    assert "Balance ₹5,000.00" in words(browser.get(URL))
    assert browser.get(f"/payments/{payment.reference}/receipt.pdf").status_code == 200


def test_credits_asked_back_are_reserved_then_sent(
    sign_in: SignIn, customer: Customer, today: str
) -> None:
    given(customer, "5000.00")
    browser = sign_in(customer.person())
    browser.post(f"{URL}withdraw/", {"amount": "2000.00", **BANK})
    page = words(browser.get(URL))
    assert "Asked back ₹2,000.00" in page
    assert "Free to spend ₹3,000.00" in page
    payment = Payment.objects.get()

    clerk = sign_in(UserFactory.create(is_staff=True))
    url = f"/backoffice/payments/{payment.reference}/"
    assert "to Kappa Ltd, account 50200071442186" in words(clerk.get(f"{url}confirm/"))
    clerk.post(f"{url}confirm/", {"received_on": today, "bank_reference": "OUT"})

    assert position_of(customer.account).credits == Decimal("3000.00")


def test_a_rejection_is_read_beside_the_request(sign_in: SignIn, customer: Customer) -> None:
    given(customer, "5000.00")
    browser = sign_in(customer.person())
    browser.post(f"{URL}withdraw/", {"amount": "2000.00", **BANK})
    payment = Payment.objects.get()
    clerk = sign_in(UserFactory.create(is_staff=True))
    clerk.post(f"/backoffice/payments/{payment.reference}/reject/", {"reason": "Not your account"})

    page = words(sign_in(customer.person()).get(URL))
    assert "Not your account" in page
    assert "Asked back" not in page


def test_online_leads_to_the_gateways_page(sign_in: SignIn, customer: Customer) -> None:
    set_up(Provider.SANDBOX, enabled=True, by="clerk")
    browser = sign_in(customer.person())
    answer = browser.post(f"{URL}add/", {"way": "sandbox", "amount": "750.00"})
    payment = Payment.objects.get()
    assert answer["Location"] == f"/payments/{payment.reference}/"
    assert (payment.kind, payment.state) == ("top_up", "initiated")
    assert payment.checkout.url


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "Infinity",
        "1E+999999999",
        "-1.00",
        "0",
        "0.005",
        "\uff11\uff12",
        "1,000",
        "",
        "x" * 99,
    ],
)
def test_what_is_no_amount_is_named_and_nothing_is_written(
    sign_in: SignIn, customer: Customer, amount: str, today: str
) -> None:
    given(customer, "5000.00")
    browser = sign_in(customer.person())
    for answer in (
        wire(browser, amount=amount, sent_on=today),
        browser.post(f"{URL}withdraw/", {"amount": amount, **BANK}),
    ):
        assert "amount" in answer.context["form"].errors
    assert not Payment.objects.exists()


def test_a_transfer_of_more_than_anybody_sends_is_refused(
    sign_in: SignIn, customer: Customer, today: str
) -> None:
    browser = sign_in(customer.person())
    for amount in ("100000000.01", "999999999999"):
        answer = wire(browser, amount=amount, sent_on=today)
        (sentence,) = answer.context["form"].errors["amount"]
        assert sentence == "Write an amount of at most ₹10,00,00,000.00."
    assert not Payment.objects.exists()
    wire(browser, amount="100000000.00", sent_on=today)
    assert Payment.objects.get().amount == Decimal(100_000_000)


def test_a_transfer_needs_its_number_and_its_day(sign_in: SignIn, customer: Customer) -> None:
    browser = sign_in(customer.person())
    form = wire(browser, transaction_number="", sent_on="").context["form"]
    assert set(form.errors) == {"transaction_number", "sent_on"}
    assert "sent_on" in wire(browser, sent_on="2199-01-01").context["form"].errors


def test_more_than_is_free_or_a_wrong_account_is_refused(
    sign_in: SignIn, customer: Customer
) -> None:
    given(customer, "10.00")
    browser = sign_in(customer.person())
    answer = browser.post(f"{URL}withdraw/", {"amount": "10.01", **BANK})
    assert "At most ₹10.00 can be withdrawn now." in words(answer)
    answer = browser.post(f"{URL}withdraw/", {"amount": "1.00", **BANK, "ifsc": "NONSENSE"})
    assert "ifsc" in answer.context["form"].errors
    assert not Payment.objects.exists()


@pytest.mark.parametrize("role", ["manager", "standard", "basic"])
def test_credits_are_not_everybodys_business(
    sign_in: SignIn, customer: Customer, role: str
) -> None:
    browser = sign_in(customer.person(role))
    for path in ("", "add/", "withdraw/"):
        assert browser.get(URL + path).status_code == 404


def test_the_page_asks_as_often_for_many_as_for_few(
    sign_in: SignIn, customer: Customer, today: str, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(customer.person())
    for number in range(12):
        wire(browser, transaction_number=f"UTR{number}", sent_on=today)
    with django_assert_max_num_queries(17):
        # The rest is in the list of payments.
        assert len(browser.get(URL).context["rows"]) == 10


def test_a_finance_manager_sets_the_alert_and_turns_it_off(
    sign_in: SignIn, customer: Customer
) -> None:
    given(customer, "5000.00")
    browser = sign_in(customer.person(Membership.Role.FINANCE_MANAGER))
    assert "No e-mail goes out when credits run low." in words(browser.get(URL))

    page = browser.post(f"{URL}alert/", {"threshold": "1000.00"}, follow=True)
    assert "once less than ₹1,000.00 is free to spend" in words(page)
    assert 'value="1000.00"' in browser.get(f"{URL}alert/").content.decode()
    assert LowCreditAlert.objects.get().set_by == browser.get(URL).context["user"].email

    browser.post(f"{URL}alert/", {"threshold": ""})
    assert not LowCreditAlert.objects.exists()


@pytest.mark.parametrize("threshold", ["0", "-1", "NaN", "1e3", "10.005", "1000000000000000"])
def test_what_is_no_threshold_is_refused_at_its_field(
    sign_in: SignIn, customer: Customer, threshold: str
) -> None:
    page = sign_in(customer.person()).post(f"{URL}alert/", {"threshold": threshold})

    assert page.status_code == 200
    assert page.context["form"].errors["threshold"]
    assert not LowCreditAlert.objects.exists()


def test_staff_set_an_accounts_alert_and_see_what_went_out(
    sign_in: SignIn, customer: Customer
) -> None:
    given(customer, "5000.00")
    clerk = sign_in(UserFactory.create(is_staff=True))
    url = f"/backoffice/accounts/{customer.account.account_number}/"
    page = clerk.post(f"{url}credits/alert/", {"threshold": "1000.00"}, follow=True)
    assert "Alert below ₹1,000.00" in words(page)

    given(customer, "-4500.00")
    tell_of_low_credits(clock=lambda: NOW)
    page = words(clerk.get(f"{url}credits/alert/"))
    assert "₹500.00 is free to spend now." in page
    assert re.search(rf"Sent 8 Oct 2026, \d\d:\d\d {customer.account.billing_email}", page)
    assert "Credits are below it" in page


def test_a_page_that_is_sent_again_with_other_contents_says_so_and_loses_nothing(
    sign_in: SignIn, customer: Customer, today: str
) -> None:
    browser = sign_in(customer.person())
    once = {"reference": "PABCDEFGH23", "sent_on": today}
    wire(browser, **once)
    assert "Thank you" in words(wire(browser, **once))
    first = Payment.objects.get()

    for change in (
        {"amount": "700.00"},
        {"transaction_number": "UTR2"},
        {"sent_on": (timezone.localdate() - timedelta(days=1)).isoformat()},
    ):
        page = wire(browser, **(once | change))
        assert f"payment {first} over ₹5,000.00 stands as it was" in words(page)
        assert "Thank you" not in words(page)
        assert Payment.objects.get() == first

    # What was entered is still there, under a number of its own: sent again, it is a payment.
    page = wire(browser, **(once | {"amount": "700.00", "transaction_number": "UTR2"}))
    form = page.context["form"]
    assert (form["amount"].value(), form["transaction_number"].value()) == ("700.00", "UTR2")
    assert "Thank you" in words(browser.post(f"{URL}add/", form.data, follow=True))
    assert {str(payment.amount) for payment in Payment.objects.all()} == {"5000.000", "700.000"}


def test_a_confirmed_transfer_is_still_the_same_when_its_page_is_sent_again(
    sign_in: SignIn, customer: Customer, today: str
) -> None:
    browser = sign_in(customer.person())
    once = {"reference": "PABCDEFGH23", "sent_on": today}
    wire(browser, **once)
    day_before = timezone.localdate() - timedelta(days=1)
    confirm_payment(Payment.objects.get(), received_on=day_before, by="c", now=timezone.now())
    assert "Thank you" in words(wire(browser, **once))
    assert Payment.objects.count() == 1


def test_a_withdrawal_of_another_amount_is_not_taken_for_the_first(
    sign_in: SignIn, customer: Customer
) -> None:
    given(customer, "5000.00")
    browser = sign_in(customer.person())
    once = {"reference": "PABCDEFGH23", **BANK}
    browser.post(f"{URL}withdraw/", {"amount": "2000.00", **once})
    assert browser.post(f"{URL}withdraw/", {"amount": "2000.00", **once}).status_code == 302
    for change in ({"amount": "100.00"}, {"amount": "2000.00", "account": "50200071442187"}):
        page = browser.post(f"{URL}withdraw/", once | change)
        assert "sent before, with other contents" in words(page)
    assert Payment.objects.get().amount == Decimal("2000.00")


def test_an_online_payment_of_another_amount_is_not_taken_for_the_first(
    sign_in: SignIn, customer: Customer
) -> None:
    set_up(Provider.SANDBOX, enabled=True, by="clerk")
    browser = sign_in(customer.person())
    once = {"way": "sandbox", "reference": "PABCDEFGH23"}
    for _again in range(2):
        answer = browser.post(f"{URL}add/", {"amount": "750.00", **once})
        assert answer["Location"] == "/payments/PABCDEFGH23/"
    page = browser.post(f"{URL}add/", {"amount": "75.00", **once})
    assert "sent before, with other contents" in words(page)
