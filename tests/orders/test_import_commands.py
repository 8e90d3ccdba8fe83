"""The import commands: parse, call, report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from billing.models import Account, Group, ImportRun, PriceList, Product, UsageRecord
from orders.management.commands import import_orders
from orders.models import Order
from tests.factories import PlanMeterFactory, SubscriptionFactory
from tests.orders.conftest import NOW
from tests.orders.reports import row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day_after() -> Iterator[None]:
    """The commands ask the clock: let it be after the report's orders, on any day."""
    with time_machine.travel(NOW, tick=False):
        yield


def write(path: Path, content: Any) -> str:
    """Write a report; return where it is."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def call(name: str, *arguments: str) -> str:
    """Call a command for tenant alpha; return what it printed."""
    out = StringIO()
    call_command(name, *arguments, tenant="alpha", stdout=out, stderr=StringIO())
    return out.getvalue()


def test_orders_are_imported_and_counted(
    account: Account, product: Product, tmp_path: Path
) -> None:
    report = write(tmp_path / "report.json", {"content": [row(1), row(2, validity=2)]})
    printed = call("import_orders", report, "--account=1048570001")
    assert printed.splitlines() == [
        "row 1 6644202001: created: INV/26-27/000001",
        "row 2 6644202002: created: INV/26-27/000002",
        "2 created, 0 updated, 0 unchanged, 0 reported, 0 failed",
        "term assumed in 1 of 2 rows",
    ]
    run = ImportRun.objects.get()
    assert (run.file_name, run.imported_by) == ("report.json", "command line")


def test_the_rows_themselves_say_whose_term_was_assumed(
    account: Account, product: Product, tmp_path: Path
) -> None:
    report = write(tmp_path / "report.json", {"content": [row(1), row(2, validity=2)]})
    call("import_orders", report, "--account=1048570001")
    assumed = ImportRun.objects.get().rows.filter(term_assumed=True)
    assert [found.row_number for found in assumed] == [1]


def test_the_zone_and_the_term_are_options(
    account: Account, product: Product, tmp_path: Path
) -> None:
    report = write(tmp_path / "report.json", [row(orderDate="2026-10-05 00:00:00")])
    call("import_orders", report, "--account=1048570001", "--timezone=UTC", "--term=2")
    order = Order.objects.get()
    assert order.ordered_at.isoformat() == "2026-10-05T00:00:00+00:00"
    assert order.term_years == 2


def test_a_failed_row_is_printed_and_ends_with_an_error(
    account: Account, product: Product, tmp_path: Path
) -> None:
    report = write(tmp_path / "report.json", [row(1, productCode="999"), row(2)])
    out = StringIO()
    with pytest.raises(CommandError, match="Mend the rows that failed"):
        call_command(
            "import_orders",
            report,
            account=account.account_number,
            tenant="alpha",
            stdout=out,
            stderr=StringIO(),
        )
    assert out.getvalue().splitlines()[:3] == [
        (
            "row 1 6644202001: failed: productCode: Product 999 is not in the catalogue: import the"
            " products first."
        ),
        "row 2 6644202002: created: INV/26-27/000001",
        "1 created, 0 updated, 0 unchanged, 0 reported, 1 failed",
    ]
    assert Order.objects.count() == 1


def test_a_reported_row_is_printed_and_no_error(
    account: Account, product: Product, tmp_path: Path
) -> None:
    cancelled = write(tmp_path / "first.json", [row(orderStatus="Order Cancelled")])
    back = write(tmp_path / "second.json", [row()])
    call("import_orders", cancelled, "--account=1048570001")
    printed = call("import_orders", back, "--account=1048570001")
    assert printed.startswith("row 1 6644202001: reported: The order came back")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account=9999999999"], "there is no account 9999999999"),
        (["--account=1048570001", "--timezone=Mars/Olympus"], "Mars/Olympus is no time zone"),
        (["--account=1048570001", "--term=11"], "--term: invalid choice: 11"),
        ([], "required: --account"),
    ],
)
def test_wrong_options_are_clear_errors(
    account: Account, tmp_path: Path, arguments: list[str], words: str
) -> None:
    report = write(tmp_path / "report.json", [])
    with pytest.raises(CommandError, match=words):
        call("import_orders", report, *arguments)


def test_a_missing_file_is_a_clear_error(account: Account, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call("import_orders", str(tmp_path / "none.json"), "--account=1048570001")


def test_an_unknown_tenant_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no tenant gamma"):
        call_command("import_usage", str(tmp_path / "none.csv"), tenant="gamma")


def test_products_hold_from_the_day_given(tmp_path: Path) -> None:
    product = {
        "productCode": "711",
        "productName": "OV",
        "subscriptionPrice": {"1 Year": {"cost": "119.00"}},
    }
    report = write(
        tmp_path / "products.json", {"products": [{"currencyType": "INR", "products": [product]}]}
    )
    printed = call("import_products", report, "--valid-from=2026-10-01")
    assert printed == "1 created, 0 updated, 0 unchanged, 0 reported, 0 failed\n"
    assert PriceList.objects.get().valid_from.isoformat() == "2026-10-01"


def test_groups_go_to_the_account_named(account: Account, tmp_path: Path) -> None:
    report = write(
        tmp_path / "groups.json", {"groups": [{"groupNumber": "3168637674", "groupName": "North"}]}
    )
    call("import_groups", report, "--account=1048570001")
    assert Group.objects.get().account == account


def test_usage_is_imported_from_csv(account: Account, tmp_path: Path) -> None:
    SubscriptionFactory.create(account=account, plan=PlanMeterFactory.create().plan)
    path = tmp_path / "usage.csv"
    path.write_text(
        "idempotency_key,account_number,meter,quantity,occurred_at\n"
        "u-1,1048570001,timestamps,250,2026-10-05 10:00:00\n"
    )
    call("import_usage", str(path))
    assert UsageRecord.objects.count() == 1


def test_a_wrong_zone_on_the_command_line_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parser = import_orders.Command().create_parser("manage.py", "import_orders")
    parser.called_from_command_line = True
    with pytest.raises(SystemExit) as exit_code:
        parser.parse_args(["r.json", "--tenant=alpha", "--account=1048570001", "--timezone=Mars/X"])
    assert exit_code.value.code == 2
    assert "argument --timezone: Mars/X is no time zone" in capsys.readouterr().err
