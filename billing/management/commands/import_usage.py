"""`manage.py import_usage --tenant X usage.csv` (or `.json`)."""

from __future__ import annotations

from typing import Any

from billing.importing.usage import COLUMNS, import_usage
from billing.management.import_command import ImportCommand, importer


class Command(ImportCommand):
    """Import metered usage."""

    help = (
        f"Import usage, CSV or JSON, with the fields {', '.join(COLUMNS)}. A row counts once for "
        "its key: safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file."""
        self.import_file(
            options["file"],
            lambda file, progress: import_usage(file=file, progress=progress, **importer(options)),
        )
