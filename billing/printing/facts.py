"""Reading the snapshots that a document carries: missing facts are empty, texts are clean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from certinext.pdf.text import clean_text

# A name or an address line of 300 characters still fits its cell; real ones are far shorter.
LONGEST_NAME = 300
# Account, order and document numbers: ten digits, or sixteen characters.
LONGEST_NUMBER = 20
_MOST_LINES = 8


class Facts:
    """A snapshot: JSON as it was frozen with the document."""

    def __init__(self, snapshot: Any) -> None:
        self._snapshot: Mapping[str, Any] = snapshot if isinstance(snapshot, Mapping) else {}

    def text(self, name: str, *, limit: int = LONGEST_NAME) -> str:
        """Return a fact as one clean line, empty when it is missing."""
        return clean_text(self.raw(name), limit=limit)

    def raw(self, name: str) -> str:
        """Return a fact as it was written: for texts of several lines and for drawings."""
        value = self._snapshot.get(name)
        return "" if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of facts, the empty ones left out."""
        value = self._snapshot.get(name)
        lines = value if isinstance(value, list) else []
        cleaned = (clean_text(line, limit=LONGEST_NAME) for line in lines[:_MOST_LINES])
        return tuple(line for line in cleaned if line)

    def flag(self, name: str) -> bool:
        """Return a yes or no, no when it is missing."""
        return self._snapshot.get(name) is True

    def part(self, name: str) -> Facts:
        """Return the facts below a name."""
        return Facts(self._snapshot.get(name))
