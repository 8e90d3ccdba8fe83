"""The platform's own sample reports go in, and again change nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from billing.importing.groups import import_groups
from billing.importing.products import import_products
from billing.models import Account, Charge, Document, ImportRun
from orders.import_report import import_orders
from orders.models import Order, OrderStatus
from tests.billing.importing.helpers import sample
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
# Later than every order of the samples.
AFTERWARDS = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def buyer() -> Account:
    """An account in dollars, with the sample's products and groups."""
    account: Account = AccountFactory.create(export=True, currency="USD")
    with sample("catalog-products.json").open("rb") as products:
        import_products(file=products, valid_from=date(2026, 1, 1), imported_by="clerk")
    with sample("groups.json").open("rb") as groups:
        import_groups(file=groups, account=account, imported_by="clerk")
    return account


def run(account: Account, name: str) -> ImportRun:
    """Import a sample report."""
    with sample(name).open("rb") as file:
        return import_orders(file=file, account=account, imported_by="clerk", now=AFTERWARDS)


@pytest.mark.parametrize(
    ("name", "orders", "charges"),
    [("reports-orders.json", 70, 56), ("reports-orders-iso.json", 35, 28)],
)
def test_a_sample_goes_in_whole(buyer: Account, name: str, orders: int, charges: int) -> None:
    imported = run(buyer, name)
    assert imported.counts == {"created": orders}
    assert Charge.objects.count() == charges
    assert Document.objects.count() == charges
    assert not Charge.objects.filter(order_charge__order__order_status__in=[4, 5, 7]).exists()
    assert run(buyer, name).counts == {"unchanged": orders}
    assert Document.objects.count() == charges


def test_the_samples_statuses_are_all_known(buyer: Account) -> None:
    run(buyer, "reports-orders.json")
    counted = Counter(Order.objects.values_list("order_status", flat=True))
    assert counted == {
        OrderStatus.FULFILLED: 42,
        OrderStatus.ACCEPTED: 14,
        OrderStatus.CANCELLED: 8,
        OrderStatus.REJECTED: 4,
        OrderStatus.ON_HOLD: 2,
    }


def test_without_the_groups_every_row_names_the_fix(buyer: Account) -> None:
    buyer.groups.update(group_number=Concat(Value("9"), Substr("group_number", 2)))
    imported = run(buyer, "reports-orders-iso.json")
    assert imported.counts == {"failed": 35}
    assert "import its groups first" in imported.rows.get(row_number=1).message
