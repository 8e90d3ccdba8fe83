"""`manage.py import_products --tenant X [--valid-from 2026-10-01] catalog-products.json`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.importing.products import import_products
from billing.management.import_command import ImportCommand, importer
from billing.models.seller import current_seller
from billing.periods import EARLIEST_START, LATEST_START, local_date


def _day(text: str) -> date:
    """Read a day that prices may begin on; raises ValueError."""
    day = date.fromisoformat(text)
    if not EARLIEST_START <= day <= LATEST_START:
        raise ValueError
    return day


class Command(ImportCommand):
    """Import the catalogue."""

    help = "Import products and general prices (`catalog/products`). Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the first day of its prices."""
        super().add_arguments(parser)
        parser.add_argument(
            "--valid-from",
            type=_day,
            help="The first day of new prices; without it, today in the seller's time zone.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        today = local_date(timezone.now(), current_seller().zone)
        self.import_file(
            options["file"],
            lambda file, progress: import_products(
                file=file,
                valid_from=options["valid_from"] or today,
                progress=progress,
                **importer(options),
            ),
        )
