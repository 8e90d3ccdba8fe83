"""`manage.py import_ledger --tenant X --account N reports-ledger.json`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from billing.importing.ledger import import_ledger
from billing.management.import_command import ImportCommand, account_numbered, importer


class Command(ImportCommand):
    """Import an account's earlier ledger."""

    help = (
        "Keep an account's earlier ledger (`reports/ledger`) for reading, and open its balance with"
        " what it leads to. Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and whose ledger it is."""
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, help="The account number.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        account = account_numbered(options["account"])
        self.import_file(
            options["file"],
            lambda file, progress: import_ledger(
                file=file,
                account=account,
                zone=None,
                clock=timezone.now,
                progress=progress,
                **importer(options),
            ),
        )
