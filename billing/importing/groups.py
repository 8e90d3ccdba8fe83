"""Importing the platform's groups (`groups`) of one account: its cost centres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from billing.importing.errors import RowFailed
from billing.importing.fields import Fields
from billing.importing.reading import Row, json_rows
from billing.importing.record import ImportRecord, Outcome, Progress
from billing.models import Account, Group, ImportRun
from billing.sentences import gettext_noop


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A group of the file."""

    group_number: str
    name: str
    finance: str
    is_default: bool

    @property
    def columns(self) -> dict[str, str | bool]:
        """What the file says about the group."""
        return {"name": self.name, "finance": self.finance, "is_default": self.is_default}


def import_groups(
    *,
    file: BinaryIO,
    account: Account,
    imported_by: str,
    file_name: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Create and update the groups of `account`; groups that the file leaves out stay.

    Bad rows are reported. Importing the same file again changes nothing.
    """
    record = ImportRecord(
        kind=ImportRun.Kind.GROUPS,
        account=account,
        file_name=file_name,
        imported_by=imported_by,
        progress=progress,
    )
    work = _Groups(record, account)
    return record.work_through(json_rows(file, lists=("groups", "content")), work.write)


class _Groups:
    """Writes the rows of one file."""

    def __init__(self, record: ImportRecord, account: Account) -> None:
        self.record = record
        self.account = account
        self.seen: dict[str, int] = {}
        self.default_row = 0

    def write(self, rows: list[Row]) -> None:
        """Write a batch of groups; one transaction, the caller's."""
        self.account = Account.objects.lock(self.account)
        read = [(row, _read(row)) for row in rows]
        numbers = [found.group_number for _, found in read if isinstance(found, GroupRow)]
        known = {
            group.group_number: group for group in Group.objects.filter(group_number__in=numbers)
        }
        for row, found in read:
            if isinstance(found, RowFailed):
                self.record.refuse(row.number, "", found)
                continue
            try:
                self._refuse(row, found, known.get(found.group_number))
            except RowFailed as error:
                self.record.refuse(row.number, found.group_number, error)
                continue
            outcome = self._write_group(found, known.get(found.group_number))
            self.record.note(row.number, found.group_number, outcome)

    def _refuse(self, row: Row, found: GroupRow, known: Group | None) -> None:
        first = self.seen.setdefault(found.group_number, row.number)
        if first != row.number:
            raise RowFailed(
                gettext_noop("Group %(group)s is in the file twice, first in row %(row)s."),
                group=found.group_number,
                row=first,
            )
        if known is not None and known.account_id != self.account.pk:
            raise RowFailed(
                gettext_noop("Group %(group)s belongs to another account."),
                group=found.group_number,
            )
        if found.is_default and self.default_row:
            raise RowFailed(
                gettext_noop("An account has one default group, and row %(row)s is it already."),
                field="isDefaultGroup",
                row=self.default_row,
            )
        if found.is_default:
            self.default_row = row.number

    def _write_group(self, found: GroupRow, known: Group | None) -> Outcome:
        changed = [
            name
            for name, value in found.columns.items()
            if known is None or getattr(known, name) != value
        ]
        if not changed:
            return Outcome.UNCHANGED
        if found.is_default:
            # An account has one default group: the one before makes room.
            others = self.account.groups.exclude(group_number=found.group_number)
            others.filter(is_default=True).update(is_default=False)
        if known is None:
            Group.objects.create(
                account=self.account, group_number=found.group_number, **found.columns
            )
            return Outcome.CREATED
        for name in changed:
            setattr(known, name, found.columns[name])
        known.save(update_fields=changed)
        return Outcome.UPDATED


def _read(row: Row) -> GroupRow | RowFailed:
    try:
        fields = Fields(row.value)
        return GroupRow(
            group_number=fields.ten_digits("groupNumber", required=True),
            name=fields.text("groupName", at_most=160, required=True),
            finance=fields.one_of("finance", set(Group.Finance.values)) or Group.Finance.ACCOUNT,
            is_default=fields.one_of("isDefaultGroup", {"0", "1"}) == "1",
        )
    except RowFailed as error:
        return error
