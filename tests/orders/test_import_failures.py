"""Bad rows are named and change nothing; good rows go in beside them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from billing.models import Account, Charge, Product
from billing.tax.errors import CreditExceedsInvoice
from orders.import_report import import_orders
from orders.models import Order, OrderStatus
from orders.report_writing import ReportWriter
from tests.factories import (
    AccountFactory,
    GroupFactory,
    MonthlyPermissionFactory,
    OrderFactory,
)
from tests.orders.conftest import NOW
from tests.orders.reports import message, outcomes, page, row, run, run_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def monthly(account: Account, product: Product) -> Account:
    """An account with the monthly permission: charges stay open."""
    MonthlyPermissionFactory.create(
        account=account, granted_at=NOW, billed_until=datetime(2026, 9, 30, 18, 30, tzinfo=UTC)
    )
    return account


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"orderStatus": "Order Paid"}, "orderStatus: The order status 'Order Paid' is unknown."),
        ({"orderStatus": ""}, "orderStatus: The field is missing or empty."),
        ({"orderStatus": None}, "orderStatus: The field is missing or empty."),
        ({"orderStatus": 2}, "orderStatus: Text in quotes is expected, not a number."),
        (
            {"certificateStatus": "Certificate Lost"},
            "certificateStatus: The certificate status 'Certificate Lost' is unknown.",
        ),
        (
            {"productCode": "999"},
            "productCode: Product 999 is not in the catalogue: import the products first.",
        ),
        ({"productCode": None}, "productCode: The field is missing or empty."),
        ({"productCode": ["711"]}, "productCode: Text in quotes is expected, not a list."),
        ({"requestNumber": None}, "requestNumber: The field is missing or empty."),
        ({"requestNumber": "12345"}, "requestNumber: Ten digits are expected, not '12345'."),
        (
            {"orderNumber": 6644202001},
            "orderNumber: Ten digits in quotes are expected: as a number they lose zeros.",
        ),
        (
            {"orderNumber": "٦٦٤٤٢٠٢٠٠١"},
            "orderNumber: Ten digits are expected, not '٦٦٤٤٢٠٢٠٠١'.",
        ),
        (
            {"groupNumber": "4453914449"},
            "groupNumber: Group 4453914449 is none of this account's: import its groups first.",
        ),
        (
            {"orderDate": "05/10/2026"},
            (
                "orderDate: '05/10/2026' is no date and time such as 2026-06-28 10:06:59 or"
                " 2026-08-03T18:30:56Z."
            ),
        ),
        ({"orderDate": None}, "orderDate: The field is missing or empty."),
        ({"orderDate": 1759600000}, "orderDate: Text in quotes is expected, not a number."),
        ({"tags": "prod"}, "tags: A list is expected, not text."),
        ({"tags": [{}]}, "tags: Text in quotes is expected, not an object."),
        ({"tags": ["x"] * 51}, "tags: The list has more than 50 entries."),
        (
            {"customFields": [5]},
            "customFields: An object with named fields is expected, not a number.",
        ),
        ({"customFields": [{}]}, "name: The field is missing or empty."),
        (
            {"domainName": "x" * 256},
            "domainName: The text is longer than 255 characters: shorten it.",
        ),
        (
            {"organizationName": "Nul\x00l"},
            (
                "organizationName: The text holds the invisible character U+0000: take it out or"
                " write the text anew."
            ),
        ),
        (
            {"organizationName": True},
            "organizationName: Text in quotes is expected, not true or false.",
        ),
        (
            {"certificateExpiryDate": "soon"},
            (
                "certificateExpiryDate: 'soon' is no date and time"
                " such as 2026-06-28 10:06:59 or"
                " 2026-08-03T18:30:56Z."
            ),
        ),
    ],
)
def test_a_bad_field_is_named_and_the_other_rows_go_in(
    monthly: Account, changes: dict[str, Any], words: str
) -> None:
    imported = run(monthly, row(1, **changes), row(2))
    assert outcomes(imported) == ["failed", "created"]
    assert imported.rows.get(row_number=1).message == words
    assert [order.order_number for order in Order.objects.all()] == ["6644202002"]
    assert Charge.objects.count() == 1


@pytest.mark.parametrize("value", [5, "text", None, True, [], [row()]])
def test_a_row_that_is_no_object_is_named(monthly: Account, value: Any) -> None:
    imported = run(monthly, value, row())
    assert outcomes(imported) == ["failed", "created"]


@pytest.mark.parametrize("code", [711, "711"])
def test_a_product_code_may_come_as_a_number(monthly: Account, code: Any) -> None:
    assert outcomes(run(monthly, row(productCode=code))) == ["created"]


def test_another_accounts_group_is_unknown(monthly: Account) -> None:
    foreign = GroupFactory.create()
    assert outcomes(run(monthly, row(groupNumber=foreign.group_number))) == ["failed"]


def test_a_number_that_comes_twice_goes_in_once(monthly: Account) -> None:
    imported = run(
        monthly, row(1), row(2, orderNumber="6644202001"), row(3, requestNumber="3868250001")
    )
    assert outcomes(imported) == ["created", "failed", "failed"]
    assert imported.rows.get(row_number=2).message == (
        "Number 6644202001 is in the file twice, first in row 1."
    )
    assert Order.objects.count() == 1


def test_twice_is_noticed_across_batches(monthly: Account) -> None:
    rows = [row(n) for n in range(1, 251)]
    imported = run(monthly, *rows, row(1))
    assert imported.counts == {"created": 250, "failed": 1}
    assert imported.rows.get(row_number=251).outcome == "failed"


def test_drafts_without_number_are_no_duplicates(monthly: Account) -> None:
    held: dict[str, Any] = {"orderNumber": "", "orderStatus": "Order On Hold"}
    assert outcomes(run(monthly, row(1, **held), row(2, **held))) == ["created", "created"]


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (
            lambda text: text[:-40],
            (
                "The file ends in the middle, after row 2: what came before was imported."
                " Download the report again."
            ),
        ),
        (
            lambda text: text.replace('"6644202003"', "6644x"),
            (
                "The file is no JSON any more at character {at}, after row 2: what came before was"
                " imported."
            ),
        ),
    ],
)
def test_before_a_break_everything_is_imported_and_the_break_is_placed(
    monthly: Account, cut: Any, words: str
) -> None:
    text = page(row(1), row(2), row(3, domainName="x" * 100)).decode()
    broken = cut(text)
    imported = run_bytes(monthly, broken.encode())
    assert outcomes(imported) == ["created", "created", "failed"]
    last = imported.rows.get(row_number=3)
    assert last.message == words.format(at=broken.find("6644x") + 1)
    assert Order.objects.count() == 2
    assert imported.finished_at is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ends in the middle, after row 0"),
        (b"{}", "holds no list “content”"),
        (b'{"content": {}}', "holds no list “content”"),
        (b'{"data": {"content": []}}', "holds no list “content”"),
        (b"orderNumber,requestNumber\n", "no JSON any more at character 1"),
        (b'[{"a": "\xff"}]', "no UTF-8 any more after row 0"),
        (b'[{"a": "\\u12"}]', "no JSON any more after row 0"),
        (b"[" + b"9" * 5000 + b"]", "no JSON any more at character 2"),
        (b'[{"a": 01}]', "no JSON any more after row 0"),
        (b"[" * 200_000, "nested too deeply after row 0"),
        (b"\x00\x01", "no JSON any more at character 1"),
    ],
)
def test_a_file_that_is_no_report_is_one_failed_row(
    monthly: Account, content: bytes, words: str
) -> None:
    imported = run_bytes(monthly, content)
    assert outcomes(imported) == ["failed"]
    assert words in message(imported)
    assert not Order.objects.exists()


def test_an_empty_report_is_no_failure(monthly: Account) -> None:
    assert outcomes(run(monthly)) == []


def test_a_byte_order_mark_is_skipped(monthly: Account) -> None:
    assert outcomes(run_bytes(monthly, b"\xef\xbb\xbf" + page(row()))) == ["created"]


def test_a_pipe_can_be_imported(monthly: Account) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, content: bytes) -> None:
            self.content = io.BytesIO(content)

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return self.content.read(min(size, 7) if size > 0 else size)

    pipe: Any = Pipe(page(row(1), row(2)))
    imported = import_orders(file=pipe, account=monthly, imported_by="pipe", now=NOW)
    assert outcomes(imported) == ["created", "created"]


def test_hostile_text_in_a_report_is_shown_and_not_obeyed(monthly: Account) -> None:
    hostile = "<img src=file:///etc/passwd>"
    run(monthly, row(organizationName=hostile))
    assert Order.objects.get().organization_name == hostile


@pytest.mark.parametrize("text", ["a\u202eb", "line\nbreak", "\ud800"])
def test_text_that_no_name_has_is_refused(monthly: Account, text: str) -> None:
    content = json.dumps([row(organizationName=text)]).encode()
    assert outcomes(run_bytes(monthly, content)) == ["failed"]


def test_a_hostile_key_is_stored_harmlessly(monthly: Account) -> None:
    imported = run(monthly, row(orderNumber="\x00" + "9" * 200))
    found = imported.rows.get()
    assert found.outcome == "failed"
    assert len(found.key) == 100
    assert found.key.startswith("\ufffd9")


def test_a_row_that_the_database_refuses_leaves_the_others(
    monthly: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = ReportWriter._insert

    def refuse_one(writer: ReportWriter, plans: Any) -> None:
        insert(writer, plans)
        if any(plan.row.order_number == "6644202002" for plan in plans):
            raise IntegrityError("taken")

    monkeypatch.setattr(ReportWriter, "_insert", refuse_one)
    imported = run(monthly, row(1), row(2), row(3))
    assert outcomes(imported) == ["created", "failed", "created"]
    assert "has just taken its order or request number" in (imported.rows.get(row_number=2).message)
    assert Order.objects.filter(order_number="6644202002").count() == 0
    assert Charge.objects.count() == 2


def test_a_change_that_cannot_be_billed_is_named(
    monthly: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monthly, row(1), row(2))

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise CreditExceedsInvoice("The credit notes exceed invoice %(number)s.", number="INV/1")

    monkeypatch.setattr("orders.ending.credit_charges", refuse)
    imported = run(
        monthly, row(1, orderStatus="Order Cancelled"), row(2, orderStatus="Order Fulfilled")
    )
    assert outcomes(imported) == ["failed", "updated"]
    assert imported.rows.get(row_number=1).message == "The credit notes exceed invoice INV/1."
    assert Order.objects.get(order_number="6644202001").order_status == OrderStatus.ACCEPTED
    assert Charge.objects.open().count() == 2


def test_a_change_that_fails_leaves_the_order_as_it_was(
    monthly: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monthly, row(1), row(2))
    apply = ReportWriter._apply

    def fail_after(writer: ReportWriter, plan: Any) -> None:
        apply(writer, plan)
        if plan.row.order_number == "6644202001":
            raise IntegrityError("refused")

    monkeypatch.setattr(ReportWriter, "_apply", fail_after)
    done: dict[str, Any] = {"orderStatus": "Order Fulfilled"}
    imported = run(monthly, row(1, **done), row(2, **done))
    assert outcomes(imported) == ["failed", "updated"]
    assert list(Order.objects.order_by("id").values_list("order_status", flat=True)) == [2, 6]


def test_a_number_is_never_one_orders_and_another_ones_request(
    account: Account, product: Product
) -> None:
    other = AccountFactory.create(account_number="2048570001")
    known = OrderFactory.create(account=other, product=product)
    crossed = run(account, row(orderNumber=known.request_number))
    assert message(crossed) == (
        f"orderNumber: Number {known.request_number} is another order's already, of {known}."
    )
    crossed = run(account, row(requestNumber=known.order_number))
    assert message(crossed) == (
        f"requestNumber: Number {known.order_number} is another order's already, of {known}."
    )
    in_one_file = run(account, row(1), row(2, requestNumber=row(1)["orderNumber"]))
    assert outcomes(in_one_file) == ["created", "failed"]


def test_a_number_may_be_an_orders_and_its_own_requests(account: Account, product: Product) -> None:
    same = row(requestNumber=row()["orderNumber"])
    assert outcomes(run(account, same)) == ["created"]
    assert outcomes(run(account, same)) == ["unchanged"]
