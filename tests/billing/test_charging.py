"""Raising and voiding charges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.charging import raise_charge, void_charges
from billing.models import Account, Charge, ChargeVoid
from billing.money import InvalidAmount, UnknownCurrency
from tests.factories import AccountFactory, ChargeFactory, ProductFactory

pytestmark = pytest.mark.django_db


def charge(account: Account, **changes: Any) -> Charge:
    """Raise the charge of a plan's fee, changed as a test needs it."""
    facts: dict[str, Any] = {
        "source_key": "subscription:7:2026-10",
        "kind": Charge.Kind.SUBSCRIPTION,
        "account": account,
        "description": "Enterprise plan",
        "unit_price": Decimal("45000.00"),
        "currency": "INR",
        "service_from": date(2026, 10, 1),
    }
    return raise_charge(**{**facts, **changes})


def test_a_charge_is_raised_once_for_its_source() -> None:
    account = AccountFactory.create()
    first = charge(account)
    again = charge(account, unit_price=Decimal("1.00"))
    assert again == first
    assert again.net_amount == Decimal("45000.000")
    assert Charge.objects.count() == 1


def test_the_net_is_quantity_times_price_rounded_once_half_up() -> None:
    raised = charge(AccountFactory.create(), quantity=Decimal(3), unit_price=Decimal("0.835"))
    assert raised.net_amount == Decimal("2.51")


def test_the_net_keeps_the_currencys_own_decimals() -> None:
    raised = charge(
        AccountFactory.create(currency="KWD"), currency="KWD", unit_price=Decimal("1.0005")
    )
    assert raised.net_amount == Decimal("1.001")


def test_a_charge_goes_to_the_payer_of_its_account() -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER)
    paid_for = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    raised = charge(paid_for)
    assert (raised.account, raised.payer) == (paid_for, partner)


def test_a_charge_in_another_currency_is_raised_for_invoicing_to_park() -> None:
    assert charge(AccountFactory.create(), currency="EUR").currency == "EUR"


def test_a_charge_takes_its_products_tax_code() -> None:
    product = ProductFactory.create(tax_code="998316")
    assert charge(AccountFactory.create(), product=product).tax_code == "998316"


def test_a_charge_without_a_product_has_the_usual_tax_code() -> None:
    assert charge(AccountFactory.create()).tax_code == "998319"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"currency": "XXX"}, UnknownCurrency),
        ({"unit_price": Decimal("NaN")}, InvalidAmount),
        ({"quantity": Decimal("1E+30")}, InvalidAmount),
    ],
)
def test_a_charge_needs_an_amount_and_a_currency(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        charge(AccountFactory.create(), **changes)


def test_voiding_takes_open_charges_and_says_which() -> None:
    first, second = ChargeFactory.create(), ChargeFactory.create()
    assert void_charges([first, second], reason="Order cancelled") == [first, second]
    assert [void.reason for void in ChargeVoid.objects.all()] == ["Order cancelled"] * 2
    assert not Charge.objects.open().exists()


def test_voiding_twice_voids_once() -> None:
    open_charge = ChargeFactory.create()
    void_charges([open_charge], reason="Order cancelled")
    assert void_charges([open_charge], reason="Again") == []
    assert ChargeVoid.objects.get().reason == "Order cancelled"
