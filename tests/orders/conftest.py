"""What every test of orders needs: a seller's price list and somebody who orders."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing.models import Account, Membership, Product
from certinext.identity.models import User
from tests.factories import (
    AccountFactory,
    MembershipFactory,
    PriceListFactory,
    PriceListItemFactory,
    ProductFactory,
)

# 6 October 2026, 17:30 in Kolkata.
NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)


@pytest.fixture
def product(db: None) -> Product:
    """An OV certificate: 8,925.00 INR for a year, 16,065.00 for two; no price for three."""
    product: Product = ProductFactory.create()
    general = PriceListFactory.create()
    PriceListItemFactory.create(price_list=general, product=product)
    PriceListItemFactory.create(
        price_list=general, product=product, term_years=2, amount=Decimal("16065.00")
    )
    return product


@pytest.fixture
def account(db: None) -> Account:
    """An ordinary account in the seller's own State: invoiced per order."""
    account: Account = AccountFactory.create(account_number="1048570001")
    return account


@pytest.fixture
def alice(account: Account) -> User:
    """The account's administrator."""
    membership: Membership = MembershipFactory.create(
        account=account, user__email="alice@example.com"
    )
    return membership.user
