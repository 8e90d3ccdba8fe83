"""Amounts are asked for as their currency has them: yen without decimals, dinars with three."""

from __future__ import annotations

import pytest

from billing.money import example_in
from tests.billing.payments.test_settle import invoiced
from tests.customers import Customer, SignIn, words
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("currency", "keyboard", "example"),
    [("JPY", "numeric", "1250"), ("BHD", "decimal", "1250.500"), ("INR", "decimal", "1250.50")],
)
def test_every_amount_is_typed_as_its_currency_has_it(
    sign_in: SignIn, currency: str, keyboard: str, example: str
) -> None:
    customer = Customer()
    account = customer.account
    account.currency = currency
    account.save()
    browser = sign_in(customer.person())
    invoice = invoiced(account)
    staff = sign_in(UserFactory.create(is_staff=True))
    at_the_desk = f"/backoffice/accounts/{account.account_number}/credits/"

    assert example_in(currency) == example
    for reader, path in (
        (browser, "/payments/pay/"),
        (browser, "/credits/add/"),
        (browser, "/credits/withdraw/"),
        (browser, "/credits/alert/"),
        (staff, at_the_desk),
        (staff, f"/backoffice/invoices/{invoice}/credit/?what=lines"),
    ):
        page = reader.get(path).content.decode()
        assert f'inputmode="{keyboard}"' in page, path
        assert ('inputmode="decimal"' in page) is (keyboard == "decimal"), path

    assert f"Amount in {currency}" in words(staff.get(at_the_desk))
    refused = words(browser.post("/credits/add/", {"way": "wire", "amount": "1,000"}))
    assert f"such as {example}:" in refused
