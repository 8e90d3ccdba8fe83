"""The record of one import: what became of every row, kept with what the row did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from django.db import transaction
from django.db.models.functions import Now

from billing.importing.errors import BrokenFile, RowReported, in_words
from billing.importing.kinds import refuse_lists, refuse_other_kind
from billing.importing.reading import BATCH_SIZE, MissingList, Row, in_batches
from billing.models import Account, ImportRow, ImportRun
from billing.sentences import SentenceError
from billing.text import printable
from certinext.audit.trail import record

Outcome = ImportRow.Outcome
Progress = Callable[[int], None]


class ImportRecord:
    """Collects outcomes and writes them batch by batch, in the transaction of their rows."""

    def __init__(
        self,
        *,
        kind: ImportRun.Kind,
        file_name: str,
        imported_by: str,
        account: Account | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.run = ImportRun.objects.create(
            kind=kind,
            account=account,
            file_name=printable(file_name, at_most=200),
            imported_by=imported_by[:254],
        )
        self.by = self.run.imported_by
        self._progress = progress
        self._rows: list[ImportRow] = []
        self._counts: Counter[str] = Counter()
        self._last_row = 0

    def note(
        self,
        row_number: int,
        key: str,
        outcome: Outcome,
        message: str = "",
        *,
        term_assumed: bool = False,
    ) -> None:
        """Say what became of a row; `key` is the number by which people know it."""
        self._rows.append(
            ImportRow(
                run=self.run,
                row_number=row_number,
                key=printable(key, at_most=100),
                outcome=outcome,
                message=printable(message, at_most=500),
                term_assumed=term_assumed,
            )
        )

    def refuse(self, row_number: int, key: str, error: SentenceError) -> None:
        """Say why a row did not go in."""
        outcome = Outcome.REPORTED if isinstance(error, RowReported) else Outcome.FAILED
        self.note(row_number, key, outcome, in_words(error))

    def name_documents(self, documents: Mapping[str, list[dict[str, str]]]) -> None:
        """Say which documents the batch's rows caused, by the rows' numbers."""
        for row in self._rows:
            if row.outcome in {Outcome.CREATED, Outcome.UPDATED}:
                row.documents = documents.get(row.key, [])

    def work_through(
        self,
        rows: Iterable[Row],
        handle: Callable[[list[Row]], None],
        *,
        size: int = BATCH_SIZE,
    ) -> ImportRun:
        """Let `handle` write batch after batch, each in one transaction with its outcomes.

        A file that breaks is one failed row after the last good one.
        """
        try:
            for batch in in_batches(rows, size):
                if not self._last_row:
                    refuse_other_kind(self.run.kind, batch)
                with transaction.atomic():
                    handle(batch)
                    self._last_row = batch[-1].number
                    self._write()
                if self._progress is not None:
                    self._progress(self._last_row)
        except BrokenFile as error:
            self.refuse(self._last_row + 1, "", self._named(error))
        return self._finish()

    def _named(self, error: BrokenFile) -> BrokenFile:
        """Say which report the file is, where its lists tell."""
        if isinstance(error, MissingList):
            try:
                refuse_lists(error.seen, kind=self.run.kind)
            except BrokenFile as named:
                return named
        return error

    def _write(self) -> None:
        ImportRow.objects.bulk_create(self._rows)
        self._counts.update(str(row.outcome) for row in self._rows)
        self._rows = []
        self.run.counts = dict(self._counts)
        self.run.save(update_fields=["counts"])

    @transaction.atomic
    def _finish(self) -> ImportRun:
        self._write()
        ImportRun.objects.filter(pk=self.run.pk).update(finished_at=Now())
        self.run.refresh_from_db()
        record(
            f"{self.run.kind}.imported",
            on=self.run,
            by=self.by,
            account_number=self.run.account.account_number if self.run.account else "",
            counts=self.run.counts,
        )
        return self.run
