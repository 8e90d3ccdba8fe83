"""A large report takes a bounded number of queries a batch and bounded memory."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.importing.reading import json_rows
from billing.models import Account, Charge, Product
from tests.factories import MonthlyPermissionFactory
from tests.orders.conftest import NOW
from tests.orders.reports import row, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def monthly(account: Account, product: Product) -> Account:
    """An account with the monthly permission: charges stay open."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    )
    return account


def queries(account: Account, rows: list[dict[str, object]]) -> int:
    """Return how many queries the import of these rows took."""
    with CaptureQueriesContext(connection) as captured:
        run(account, *rows)
    return len(captured)


def test_new_orders_of_a_batch_take_as_many_queries_as_one(monthly: Account) -> None:
    one = queries(monthly, [row(1)])
    many = queries(monthly, [row(n) for n in range(2, 202)])
    assert many == one


def test_unchanged_orders_take_no_queries_of_their_own(monthly: Account) -> None:
    rows = [row(n) for n in range(1, 201)]
    run(monthly, *rows)
    one = queries(monthly, rows[:1])
    assert queries(monthly, rows) == one


def test_a_second_batch_costs_what_the_first_did(monthly: Account) -> None:
    start = queries(monthly, [])
    batch = queries(monthly, [row(n) for n in range(1, 201)]) - start
    two = queries(monthly, [row(n) for n in range(201, 601)]) - start
    # The price and its tiers were asked for once.
    assert two == 2 * batch - 2


def test_changed_orders_take_a_constant_number_each(monthly: Account) -> None:
    run(monthly, *(row(n) for n in range(1, 101)))
    one, two, many = (
        queries(
            monthly,
            [row(n, orderStatus="Order Fulfilled") for n in range(first, last)],
        )
        for first, last in ((1, 2), (2, 4), (4, 100))
    )
    assert many - one == 95 * (two - one)
    assert two - one <= 6


def test_orders_that_ended_take_a_constant_number_each(monthly: Account) -> None:
    run(monthly, *(row(n) for n in range(1, 21)))
    one, two, many = (
        queries(
            monthly,
            [row(n, orderStatus="Order Cancelled") for n in range(first, last)],
        )
        for first, last in ((1, 2), (2, 4), (4, 20))
    )
    assert many - one == 15 * (two - one)


class Endless(io.RawIOBase):
    """A report that never ends."""

    def __init__(self) -> None:
        self.given = 0
        self.ahead = b'{"content": ['

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        while len(self.ahead) < size:
            self.ahead += json.dumps(row()).encode() + b", "
        given, self.ahead = self.ahead[:size], self.ahead[size:]
        self.given += len(given)
        return given


def test_rows_are_handed_on_while_the_file_is_still_read() -> None:
    endless: Any = Endless()
    length = len(json.dumps(row())) + 2
    furthest = 0
    for found in islice(json_rows(endless, lists=("content",)), 3000):
        furthest = max(furthest, endless.given - found.number * length)
    assert furthest < 20_000


def test_many_batches_go_in(monthly: Account) -> None:
    imported = run(monthly, *(row(n) for n in range(1, 801)))
    assert imported.counts == {"created": 800}
    assert Charge.objects.open().count() == 800
