"""What the import commands have in common: a file in, what became of its rows out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError, CommandParser

from billing.importing.record import Progress
from billing.models import Account, ImportRow, ImportRun
from certinext.audit.command import COMMAND_LINE, RecordedCommand
from certinext.tenancy.management.tenant_command import TenantCommand

Outcome = ImportRow.Outcome


class ImportCommand(RecordedCommand, TenantCommand):
    """A command that imports the file named last; exit code 1 when a row failed."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, help="The report, as the platform gave it.")

    def import_file(self, path: Path, importing: Callable[[BinaryIO, Progress], ImportRun]) -> None:
        """Open the file, import it, and print failures, documents and counts."""
        try:
            with path.open("rb") as file:
                run = importing(file, self._progress)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        self._report(run)

    def _progress(self, rows: int) -> None:
        self.stderr.write(f"{rows} rows")

    def _report(self, run: ImportRun) -> None:
        for row in run.rows.filter(outcome__in=[Outcome.FAILED, Outcome.REPORTED]):
            self.stdout.write(f"row {row.row_number} {row.key}: {row.outcome}: {row.message}")
        for row in run.rows.exclude(documents=[]).iterator():
            numbers = ", ".join(document["number"] for document in row.documents)
            self.stdout.write(f"row {row.row_number} {row.key}: {row.outcome}: {numbers}")
        assumed = run.rows.filter(term_assumed=True).count()
        counts = [f"{run.counts.get(outcome, 0)} {outcome}" for outcome in Outcome.values]
        self.stdout.write(", ".join(counts))
        if assumed:
            self.stdout.write(f"term assumed in {assumed} of {sum(run.counts.values())} rows")
        if run.counts.get(Outcome.FAILED):
            raise CommandError("Mend the rows that failed and import the file again.")


def account_numbered(number: str) -> Account:
    """Return the account; a clear error when there is none."""
    account = Account.objects.filter(account_number=number).first()
    if account is None:
        raise CommandError(f"--account: there is no account {number}.")
    return account


def importer(options: dict[str, Any]) -> dict[str, str]:
    """Return who imports what, for the record of the run."""
    return {"file_name": options["file"].name, "imported_by": COMMAND_LINE}
