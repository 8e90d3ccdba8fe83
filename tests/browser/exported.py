"""Files that people asked for: one that is being made, one that is ready, one that failed."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing.exports.ask import Wanted, ask_for_export
from billing.exports.make import work_off_exports
from billing.models import Account, Export
from billing.periods import Month
from billing.statement.large import wanted_export
from billing.statement.read import read_statement
from billing.statement.span import Span
from certinext.identity.models import User

FAILED = "An unexpected error stopped it. It is in the log as 4f1c9d20a7b3."


def exported(account: Account, *, by: User, clerk: User, now: datetime) -> None:
    """Ask for statements and books; what is being made is so for longer than a test lasts."""
    month = Month.of(now.date())
    span = Span.of_months(month.previous(), month)
    statement = read_statement(account, span)
    ready = wanted_export(statement, "xlsx", language="en", is_staffs=False)
    ask_for_export(ready, by=by, now=now)
    ask_for_export(_register(month.previous()), by=clerk, now=now)
    work_off_exports(clock=lambda: now)
    failed = wanted_export(statement, "pdf", language="en", is_staffs=False)
    export = ask_for_export(failed, by=by, now=now)
    Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED, error=FAILED)
    working = wanted_export(statement, "csv", language="en", is_staffs=False)
    export = ask_for_export(working, by=by, now=now)
    Export.objects.filter(pk=export.pk).update(
        state=Export.State.WORKING,
        attempts=1,
        due_at=now + timedelta(days=1),
        rows=200_000,
        rows_done=82_000,
    )


def _register(month: Month) -> Wanted:
    return Wanted(
        kind="books",
        account=None,
        subject=f"register/{month}/",
        first=month.first_day,
        last=month.last_day,
        format="xlsx",
        language="en",
        rows=2,
        is_staffs=True,
    )
