"""`manage.py import_bank --tenant X statement.xml` (CAMT.053, or CSV)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from billing.banking.table import OPTIONAL, REQUIRED
from billing.banking.take_in import TakenIn, take_in
from billing.importing.errors import BrokenFile, in_words
from billing.models import BankEntry
from certinext.audit.command import COMMAND_LINE, RecordedCommand
from certinext.tenancy.management.tenant_command import TenantCommand


class Command(RecordedCommand, TenantCommand):
    """Import what the bank reports as received."""

    help = (
        "Import a bank statement: CAMT.053, or CSV in UTF-8 with the columns "
        f"{', '.join(REQUIRED)} and, as far as the bank has them, {', '.join(OPTIONAL)}. It is "
        "streamed, so that its size does not matter. An entry counts once: safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="The statement, as the bank gave it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and say what became of its entries."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                taken = take_in(
                    file,
                    file_name=path.name,
                    by=COMMAND_LINE,
                    now=timezone.now(),
                    progress=lambda done: self.stderr.write(f"{done} entries"),
                )
        except BrokenFile as error:
            raise CommandError(in_words(error)) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        self._report(taken)

    def _report(self, taken: TakenIn) -> None:
        if not taken.is_new:
            self.stdout.write(f"Imported before, on {taken.file.started_at:%Y-%m-%d}: no change.")
            return
        entries = taken.file.entries
        for entry in entries.filter(state=BankEntry.State.OPEN).order_by("id").iterator():
            self.stdout.write(f"{entry.bank_reference} open: {entry.reason}")
        count = entries.count()
        matched = entries.filter(state=BankEntry.State.MATCHED).count()
        self.stdout.write(
            f"{matched} matched, {count - matched} open, {taken.file.incoming - count} known, "
            f"{taken.file.skipped} left out (went out, or not booked yet)"
        )
