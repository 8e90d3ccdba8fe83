"""`manage.py report_gaps --tenant X`: exit code 1 when a number is missing or double."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from billing.gaps import SeriesReport, report_gaps
from certinext.tenancy.management.tenant_command import TenantCommand


class Command(TenantCommand):
    """Print one line a series, and what is wrong with it."""

    help = "Report gaps, duplicates and disorder in the numbers of invoices and credit notes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Report every series of the tenant."""
        series = report_gaps()
        for one in series:
            self._print(one)
        if not series:
            self.stdout.write("No number has been given yet.")
        unsound = [one.prefix for one in series if not one.is_sound]
        if unsound:
            raise CommandError(f"Not in order: {', '.join(unsound)}")

    def _print(self, one: SeriesReport) -> None:
        verdict = self.style.SUCCESS("in order") if one.is_sound else self.style.ERROR("WRONG")
        self.stdout.write(
            f"{one.prefix} ({one.financial_year}): {one.documents} documents, "
            f"{one.first or '-'} to {one.last or '-'}, counter {one.counter}: {verdict}"
        )
        for gap in one.gaps:
            self.stdout.write(f"  missing: {gap} ({gap.count})")
        for count, what in (
            (one.duplicates, "numbers stand twice"),
            (one.backwards, "documents are older than the number before"),
            (one.ahead, "numbers are beyond the counter"),
        ):
            if count:
                self.stdout.write(f"  {count} {what}")
