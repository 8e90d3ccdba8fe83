"""The audit trail's page: every action in words, every object with a page linked to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import Document, ImportRun, Payment
from billing.models.seller import current_seller
from billing.periods import Month
from certinext.audit.trail import record
from certinext.backoffice.actions import WORDS
from invoices.monthly_run import start_run
from tests.billing.payments.test_settle import settled
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    OrderFactory,
    PlanFactory,
    PriceListFactory,
    ProductFactory,
)
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import at, granted

ROOT = Path(__file__).parents[2]
TRAIL = "/backoffice/audit/"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
# Actions that are named after what they are about: the part behind the value, and its values.
COMPOSED = {".downloaded": Document.Kind.values, ".imported": ImportRun.Kind.values}


def recording() -> Iterator[ast.Module]:
    """Return every module that writes into the trail."""
    for app in ("billing", "certinext", "credit_notes", "invoices", "orders"):
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            if "certinext.audit.trail import" in text and re.search(r"record\(|event_of\(", text):
                yield ast.parse(text)


def actions_of(module: ast.Module) -> Iterator[str]:
    """Return what in a module reads like an action: nothing else in them has that form."""
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            last = node.values[-1]
            ending = str(last.value) if isinstance(last, ast.Constant) else ""
            if ending in COMPOSED:
                yield from (value + ending for value in COMPOSED[ending])
            elif re.fullmatch(r"\.[a-z_]+", ending):
                yield "?" + ending
        elif isinstance(node, ast.Constant) and ACTION.fullmatch(str(node.value)):
            yield str(node.value)


def elsewhere() -> Iterator[str]:
    """Return actions that one module names and another one records."""
    for path in (ROOT / "orders").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and str(node.value).startswith("order."):
                yield str(node.value)


def test_every_action_that_is_recorded_has_words_and_no_words_are_left_over() -> None:
    recorded = {action for module in recording() for action in actions_of(module)}
    recorded |= {action for action in elsewhere() if ACTION.fullmatch(action)}
    assert recorded == set(WORDS)


@pytest.mark.usefixtures("_objects")
def test_every_object_with_a_page_is_linked_in_one_query_a_kind(staff: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        html = staff.get(TRAIL).content.decode()
    for label in ("account", "run", "invoice", "order", "plan", "prices", "product", "import"):
        assert re.search(rf'<a href="/backoffice/[^"]+">the {label}</a>', html), label
    assert '<a href="/backoffice/seller/">the seller</a>' in html
    assert re.search(r'<a href="/backoffice/payments/[^"]+">the receipt</a>', html)
    for _each in range(3):
        receipt = settled(AccountFactory.create(), "5.00", kind=Payment.Kind.TOP_UP).receipt
        record("receipt.downloaded", on=receipt.document, label="one more receipt")
        record("account.changed", on=AccountFactory.create(), label="one more")
    with CaptureQueriesContext(connection) as many:
        assert staff.get(TRAIL).content.decode().count(">one more</a>") == 6
    assert len(many) == len(few)


def test_an_object_that_is_gone_keeps_its_name_without_a_link(staff: Client) -> None:
    record("plan.added", on=PlanFactory.build(pk=999_999), label="Gone plan")
    html = staff.get(TRAIL).content.decode()
    assert '<td class="wide">Gone plan</td>' in html


@pytest.fixture
def _objects(db: None) -> None:
    """One event about each kind of object."""
    account = AccountFactory.create()
    invoice = issue_order_invoice(account, ChargeFactory.create(account=account))
    granted(account, "2026-10-01 09:00")
    record("account.changed", on=account, label="the account")
    record("invoice.downloaded", on=invoice.document, label="the invoice")
    receipt = settled(account, "5.00", kind=Payment.Kind.TOP_UP).receipt
    record("receipt.downloaded", on=receipt.document, label="the receipt")
    record("order.placed", on=OrderFactory.create(), label="the order")
    record("plan.added", on=PlanFactory.create(), label="the plan")
    record("price_list.added", on=PriceListFactory.create(), label="the prices")
    record("product.added", on=ProductFactory.create(), label="the product")
    record("seller.changed", on=current_seller(), label="the seller")
    run = start_run(Month(2026, 10), by="test", now=at("2026-11-01 01:00"))
    record("billing_run.closed", on=run, label="the run")
    record("orders.imported", on=ImportRun.objects.create(kind="orders"), label="the import")
