"""The order summary says before what the invoice says after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.models import Account, Product, Seller
from billing.prices import PriceMissing
from invoices.permission import grant
from orders.summary import OrderSummary, order_summary
from tests.factories import AccountFactory
from tests.orders.conftest import NOW
from tests.orders.helpers import invoices_of, place

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 6)


def summary(account: Account, product: Product, *, term: int = 1) -> OrderSummary:
    """Return today's summary."""
    return order_summary(account=account, product=product, term_years=term, on=TODAY)


def rows(found: OrderSummary) -> list[tuple[str, Decimal, Decimal]]:
    """Return the taxes by name, rate and amount."""
    return [(row.name, row.rate, row.amount) for row in found.taxes]


def test_a_buyer_in_the_sellers_state_pays_two_taxes(account: Account, product: Product) -> None:
    found = summary(account, product)
    assert (found.net, found.currency) == (Decimal("8925.00"), "INR")
    assert rows(found) == [
        ("CGST", Decimal(9), Decimal("803.25")),
        ("SGST", Decimal(9), Decimal("803.25")),
    ]
    assert found.total == Decimal("10531.50")
    assert found.explanation.startswith("Seller and place of supply are in the same State")


def test_a_buyer_in_another_state_pays_one(product: Product) -> None:
    found = summary(AccountFactory.create(cross_state=True), product)
    assert rows(found) == [("IGST", Decimal(18), Decimal("1606.50"))]


def test_the_summary_is_what_the_invoice_will_say(account: Account, product: Product) -> None:
    Seller.objects.update(round_to_unit=True)
    found = summary(account, product)
    (invoice,) = invoices_of(place(account, product))
    assert (found.rounding, found.total) == (Decimal("0.50"), Decimal("10532.00"))
    assert (invoice.rounding, invoice.total) == (found.rounding, found.total)


def test_an_order_for_a_monthly_invoice_is_not_rounded_by_itself(
    account: Account, product: Product
) -> None:
    Seller.objects.update(round_to_unit=True)
    grant(account, by="clerk@example.com", reason="", now=NOW)
    found = summary(account, product)
    assert (found.rounding, found.total) == (Decimal(0), Decimal("10531.50"))


def test_the_taxes_are_those_of_the_payer(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER, cross_state=True)
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    assert rows(summary(below, product)) == [("IGST", Decimal(18), Decimal("1606.50"))]


def test_without_a_tax_rule_the_summary_names_the_fix(product: Product) -> None:
    found = summary(AccountFactory.create(country=""), product)
    assert (found.total, found.taxes) == (None, ())
    assert found.problem == (
        "The buyer's country is missing or unknown: enter it in the billing address."
    )


def test_a_payer_in_another_currency_is_a_problem(product: Product) -> None:
    partner = AccountFactory.create(kind=Account.Kind.PARTNER, currency="EUR")
    below = AccountFactory.create(parent=partner, bill_to=Account.BillTo.PARENT)
    found = summary(below, product)
    assert found.total is None
    assert "account in EUR" in found.problem


def test_a_term_without_a_price_has_no_summary(account: Account, product: Product) -> None:
    with pytest.raises(PriceMissing):
        summary(account, product, term=3)
