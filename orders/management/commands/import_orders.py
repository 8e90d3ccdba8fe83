"""`manage.py import_orders --tenant X --account N [--timezone Z] [--term 1] report.json`."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.management.import_command import ImportCommand, account_numbered, importer
from orders.import_report import import_orders


class Command(ImportCommand):
    """Import an account's orders."""

    help = (
        "Import an order report (`reports/orders`) of an account, and invoice its orders unless it "
        "is invoiced monthly. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, whose orders they are, and what the report does not say."""
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, help="The account number.")
        parser.add_argument(
            "--timezone",
            type=_zone,
            help="The zone of dates that name none, such as Asia/Kolkata; else the seller's.",
        )
        parser.add_argument(
            "--term",
            type=int,
            choices=range(1, 11),
            default=1,
            metavar="YEARS",
            help="The term of orders whose row has no `validity`; else 1 year.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        account = account_numbered(options["account"])
        self.import_file(
            options["file"],
            lambda file, progress: import_orders(
                file=file,
                account=account,
                now=timezone.now(),
                zone=options["timezone"],
                term_years=options["term"],
                progress=progress,
                **importer(options),
            ),
        )


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise ArgumentTypeError(f"{name} is no time zone such as Asia/Kolkata.")
    return ZoneInfo(name)
