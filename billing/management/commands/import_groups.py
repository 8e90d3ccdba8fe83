"""`manage.py import_groups --tenant X --account N groups.json`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from billing.importing.groups import import_groups
from billing.management.import_command import ImportCommand, account_numbered, importer


class Command(ImportCommand):
    """Import an account's groups."""

    help = "Import the groups of an account (`groups`). Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and whose groups they are."""
        super().add_arguments(parser)
        parser.add_argument("--account", required=True, help="The account number.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        account = account_numbered(options["account"])
        self.import_file(
            options["file"],
            lambda file, progress: import_groups(
                file=file, account=account, progress=progress, **importer(options)
            ),
        )
