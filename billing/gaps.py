"""The gap report: proof, from the documents themselves, that no number is missing or double."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# One statement sees one moment: a document that is being issued is in it with its counter, or not
# at all. Gaps are found between neighbours, so that millions of documents are read once.
REPORT = """
WITH numbered AS (
    SELECT series_id, sequence, issued_at,
        lag(sequence) OVER by_number AS before,
        lag(issued_at) OVER by_number AS earlier
    FROM billing_document WHERE series_id IS NOT NULL
    WINDOW by_number AS (PARTITION BY series_id ORDER BY sequence, id)
), found AS (
    SELECT series_id, count(*) AS documents, min(sequence) AS first, max(sequence) AS last,
        count(*) FILTER (WHERE sequence = before) AS duplicates,
        count(*) FILTER (WHERE issued_at < earlier) AS backwards,
        coalesce(
            json_agg(json_build_array(coalesce(before, 0) + 1, sequence - 1) ORDER BY sequence)
                FILTER (WHERE sequence - coalesce(before, 0) > 1),
            '[]'
        ) AS gaps
    FROM numbered GROUP BY series_id
)
SELECT s.kind, s.financial_year, s.prefix, s.width, s.next_number - 1, coalesce(f.documents, 0),
    f.first, f.last, coalesce(f.duplicates, 0), coalesce(f.backwards, 0), coalesce(f.gaps, '[]')
FROM billing_numberseries s LEFT JOIN found f ON f.series_id = s.id
ORDER BY s.kind DESC, s.financial_year DESC, s.prefix
"""


@dataclass(frozen=True)
class Gap:
    """Numbers that no document has, from the first to the last, both included."""

    first: str
    last: str
    count: int

    def __str__(self) -> str:
        return self.first if self.count == 1 else f"{self.first} - {self.last}"


@dataclass(frozen=True, kw_only=True)
class SeriesReport:
    """One series in one financial year.

    `counter` is the last number that the series has given, `first` and `last` are those of its
    documents. `duplicates` counts numbers that stand twice; `backwards` counts documents issued
    before the one with the number before theirs (CGST Rule 46(b): consecutive).
    """

    kind: str
    financial_year: str
    prefix: str
    counter: int
    documents: int
    first: str
    last: str
    gaps: list[Gap]
    missing: int
    duplicates: int
    backwards: int
    ahead: int

    @property
    def is_sound(self) -> bool:
        """Nothing is missing, double, out of order, or beyond the counter."""
        return not (self.missing or self.duplicates or self.backwards or self.ahead)


def report_gaps() -> list[SeriesReport]:
    """Return every series of the active tenant, the newest financial year first."""
    with connection.cursor() as cursor:
        cursor.execute(REPORT)
        return [_series(*row) for row in cursor.fetchall()]


def _series(
    kind: str,
    financial_year: str,
    prefix: str,
    width: int,
    counter: int,
    documents: int,
    first: int | None,
    last: int | None,
    duplicates: int,
    backwards: int,
    gaps: list[tuple[int, int]],
) -> SeriesReport:
    ranges = [(start, end) for start, end in gaps]
    if counter > (last or 0):
        ranges.append(((last or 0) + 1, counter))

    def number(value: int | None) -> str:
        return "" if value is None else f"{prefix}{value:0{width}}"

    return SeriesReport(
        kind=kind,
        financial_year=financial_year,
        prefix=prefix,
        counter=counter,
        documents=documents,
        first=number(first),
        last=number(last),
        gaps=[Gap(number(start), number(end), end - start + 1) for start, end in ranges],
        missing=sum(end - start + 1 for start, end in ranges),
        duplicates=duplicates,
        backwards=backwards,
        ahead=max(0, (last or 0) - counter),
    )
