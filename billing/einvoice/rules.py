"""Rules of electronic invoices, checked before anything is issued.

Each has the id that the official validators print, and a sentence for a bookkeeper that names the
field and the fix. Arithmetic is exact to the minor unit; the validators let a whole unit pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

Subject = TypeVar("Subject")


class Mends(Enum):
    """Where the fix belongs, and so whether a document waits for it.

    What somebody can put right at the seller, the account or a charge parks the account. Wrong sums
    do too: an issued document never changes. What the format cannot say parks nobody: the document
    is issued and has no electronic form.
    """

    SELLER = "seller"
    ACCOUNT = "account"
    CHARGE = "charge"
    SUMS = "sums"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Violation:
    """A rule that a document breaks. `message` is for gettext, `params` fills its places."""

    rule: str
    mends: Mends
    message: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def parks(self) -> bool:
        """Whether the document is not issued."""
        return self.mends is not Mends.NOBODY


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """A rule: `broken` gives the facts of each violation, nothing for a good document."""

    id: str
    mends: Mends
    message: str
    broken: Callable[[Subject], Iterable[dict[str, object]]]

    def violations(self, subject: Subject) -> Iterator[Violation]:
        """Return where the document breaks the rule."""
        for params in self.broken(subject):
            yield Violation(self.id, self.mends, self.message, params)


def violations(rules: Iterable[Rule[Subject]], subject: Subject) -> list[Violation]:
    """Return all rules that the document breaks, in the order of the rules."""
    return [violation for rule in rules for violation in rule.violations(subject)]


def when(is_broken: bool, **params: object) -> list[dict[str, object]]:
    """Return one violation with these facts if the condition holds."""
    return [params] if is_broken else []
