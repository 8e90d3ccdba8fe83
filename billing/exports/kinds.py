"""What can be exported: each kind says how its file is made, under which name, and what it is.

The applications that own the data register their kinds; nothing here knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TypeVar

from billing.models import Export

# Told of each row that is written.
Tick = Callable[[], None]
T = TypeVar("T")


@dataclass(frozen=True)
class ExportKind:
    """One kind of export.

    `write` makes the file as of a moment and returns it open at its start, closing it removes it;
    it tells `tick` of each row, and its memory does not grow with them. `title` says what it is in
    the active language, `file_name` under which name it is downloaded, `page_url` where it was
    asked for, and `downloaded` puts a download on the record.
    """

    name: str
    write: Callable[[Export, datetime, Tick], IO[bytes]]
    title: Callable[[Export], str]
    file_name: Callable[[Export], str]
    page_url: Callable[[Export], str]
    downloaded: Callable[[Export], object]


_KINDS: dict[str, ExportKind] = {}


def register(kind: ExportKind) -> ExportKind:
    """Make a kind known, and return it; done once while the applications are loaded."""
    _KINDS[kind.name] = kind
    return kind


def kind_of(export: Export) -> ExportKind:
    """Return what makes an export; raises KeyError for a kind that nobody registered."""
    return _KINDS[export.kind]


def silent() -> None:
    """Tell nobody of a row: what is made at once has no progress."""


def counted(rows: Iterable[T], tick: Tick) -> Iterator[T]:
    """Yield the rows, and tell of each once it is taken care of."""
    for row in rows:
        yield row
        tick()
