"""Proving the books of the active tenant: every rule asked of the database, the result kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from billing.models import LedgerCheck
from certinext.audit.trail import record
from certinext.backoffice.invariants import INVARIANTS, Invariant

logger = logging.getLogger(__name__)

# Of each broken rule so many rows are named; all are counted.
NAMED_ROWS = 50


@dataclass(frozen=True)
class BrokenRule:
    """A rule that does not hold: how many rows break it, and the first of them as text."""

    rule: Invariant
    count: int
    rows: list[list[str]]


def verify_ledger(*, by: str, clock: Callable[[], datetime]) -> LedgerCheck:
    """Ask every rule, keep the result, and log what is broken. Nothing is repaired."""
    started = clock()
    broken = broken_rules()
    with transaction.atomic():
        check = LedgerCheck.objects.create(
            checked_at=started,
            checked_by=by[:254],
            seconds=(clock() - started).total_seconds(),
            rules=len(INVARIANTS),
            broken=[
                {"rule": found.rule.code, "count": found.count, "rows": found.rows}
                for found in broken
            ],
        )
        record(
            "ledger.verified",
            on=check,
            by=by,
            broken=[found.rule.code for found in broken],
            rules=check.rules,
        )
    for found in broken:
        logger.error("The books break %s: %s rows.", found.rule.code, found.count)
    return check


def broken_rules(rules: Sequence[Invariant] = INVARIANTS) -> list[BrokenRule]:
    """Return the rules that do not hold in the active tenant; one query a rule."""
    broken = []
    with connection.cursor() as cursor:
        for rule in rules:
            # The queries are ours and take no input.
            cursor.execute(rule.query)
            rows = [[str(value) for value in row] for row in cursor.fetchmany(NAMED_ROWS)]
            if rows:
                broken.append(BrokenRule(rule, cursor.rowcount, rows))
    return broken
