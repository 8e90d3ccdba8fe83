"""`manage.py import_balances --tenant X balances.csv`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from billing.importing.balances import COLUMNS, import_balances
from billing.management.import_command import ImportCommand, importer


class Command(ImportCommand):
    """Import opening balances."""

    help = (
        f"Import opening balances, CSV or JSON, with the fields {', '.join(COLUMNS)}: above zero is"
        " owed, below it prepaid. An account is opened once: safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        self.import_file(
            options["file"],
            lambda file, progress: import_balances(
                file=file, clock=timezone.now, progress=progress, **importer(options)
            ),
        )
