"""Asking for an export."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from billing.exports.tasks import make_exports
from billing.models import Account, Export
from billing.outbox import wake_after_commit
from certinext.audit.trail import record
from certinext.identity.models import User

# More than this at a time one person hardly needs, and others wait for workers too.
MOST_PENDING = 5


class TooManyExports(Exception):
    """The person waits for as many exports as one may."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; the fields are those of `Export`."""

    kind: str
    account: Account | None
    subject: str = ""
    first: date
    last: date
    format: str
    language: str
    rows: int
    is_staffs: bool

    @property
    def same(self) -> dict[str, Any]:
        """What makes two requests one: everything but how many rows it has by now."""
        return {name: value for name, value in vars(self).items() if name != "rows"}


@transaction.atomic
def ask_for_export(wanted: Wanted, *, by: User, now: datetime) -> Export:
    """Have a worker make a file; return the export, or the one that the person waits for already.

    Safe to ask twice and at once: the person's row is locked, so that the second finds the first.
    Raises `TooManyExports`.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    pending = Export.objects.pending().filter(asked_by=by)
    found = pending.filter(**wanted.same).first()
    if found is not None:
        return found
    if pending.count() >= MOST_PENDING:
        raise TooManyExports(f"{by.email} waits for {MOST_PENDING} exports.")
    export = Export.objects.create(**vars(wanted), asked_by=by, asked_at=now, due_at=now)
    record(
        "export.asked",
        on=export,
        by=by.email,
        account_number=wanted.account.account_number if wanted.account else "",
        kind=wanted.kind,
        subject=wanted.subject,
        format=wanted.format,
        first=wanted.first.isoformat(),
        last=wanted.last.isoformat(),
    )
    wake_after_commit(make_exports)
    return export


def ask_again(export: Export, *, language: str, by: User, now: datetime) -> Export:
    """Ask for what failed or was deleted once more, as a new export with the data as it is now.

    Raises `TooManyExports`.
    """
    wanted = Wanted(
        kind=export.kind,
        account=export.account,
        subject=export.subject,
        first=export.first,
        last=export.last,
        format=export.format,
        language=export.language,
        rows=export.rows,
        is_staffs=export.is_staffs,
    )
    return ask_for_export(replace(wanted, language=language), by=by, now=now)
