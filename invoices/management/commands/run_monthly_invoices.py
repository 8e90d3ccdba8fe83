"""`manage.py run_monthly_invoices --tenant X --month 2026-10`: the monthly run, in this process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from billing.issuing import total_text
from billing.periods import Month
from certinext.audit.command import RecordedCommand
from certinext.tenancy.management.tenant_command import TenantCommand
from invoices.models import BillingRun, BillingRunItem, Invoice
from invoices.monthly_run import MonthNotOver, NobodyWaits, retry_parked, start_run, work_off

BY = "run_monthly_invoices"


class Command(RecordedCommand, TenantCommand):
    """Start, work off, print each account's outcome."""

    actor = BY
    help = (
        "Issue the monthly invoices of a month that is over. Safe to run again, beside the worker "
        "and after a crash. Exit code 1 when an account is parked, 0 when no account waits."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the month."""
        parser.add_argument("--month", required=True, help="The month, as 2026-10.")
        parser.add_argument(
            "--retry-parked", action="store_true", help="Try this run's parked accounts again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the month."""
        try:
            run = self._started(options["month"])
        except NobodyWaits:
            self.stdout.write(
                f"{options['month']}: no account waits for its invoice of this month; nothing ran"
            )
            return
        if options["retry_parked"]:
            retry_parked(run, by=BY)
        work_off(run, clock=timezone.now, by=BY, progress=self._say)
        self._summarise(run)

    def _started(self, text: str) -> BillingRun:
        try:
            return start_run(Month.parse(text), by=BY, now=timezone.now())
        except MonthNotOver as error:
            raise CommandError(f"--month: {text} is not over in the seller's time zone.") from error
        except ValueError as error:
            raise CommandError(f"--month: {error}") from error

    def _say(self, item: BillingRunItem) -> None:
        item.refresh_from_db()
        self.stdout.write(f"{item.account.account_number} {item.account}: {_outcome(item)}")

    def _summarise(self, run: BillingRun) -> None:
        items = run.items.select_related("account", "invoice__document").order_by("account_id")
        parked = [item for item in items if item.state == BillingRunItem.State.PARKED]
        left = [item for item in items if item.state == BillingRunItem.State.TODO]
        billed = [item for item in items if item.invoice is not None]
        later = [item for item in billed if _reaches_beyond(item.invoice, run)]
        self.stdout.write(
            f"{run.month}: {len(items)} accounts, {len(billed) - len(later)} invoices, "
            f"{len(items) - len(billed) - len(parked) - len(left)} without anything to bill, "
            + (f"{len(later)} billed with a later month, " if later else "")
            + f"{len(parked)} parked, {len(left)} to do"
        )
        for item in parked:
            self.stdout.write(f"  parked: {item.account.account_number} {item.reason}")
        if parked or left:
            raise CommandError("Mend what is named above, then run this again with --retry-parked.")


def _reaches_beyond(invoice: Invoice | None, run: BillingRun) -> bool:
    """Say whether a later run's invoice covers this one's month; it is counted there."""
    period = invoice.period if invoice else None
    return period is not None and period.upper > run.period_end


def _outcome(item: BillingRunItem) -> str:
    if item.state == BillingRunItem.State.PARKED:
        return f"parked: {item.reason}"
    if item.state == BillingRunItem.State.TODO:
        return f"failed {item.attempts} times, stays to do"
    if item.invoice is None:
        return "nothing to bill"
    document = item.invoice.document
    return f"{document.number} over {total_text(document)}"
