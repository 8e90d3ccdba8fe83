"""The list of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """What one guard refuses. `without`: guards that would be quicker to refuse the same."""

    guard: str
    what: str
    violate: Callable[[], object]
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.guard}-{self.what}"


CASES: list[Case] = []

Act = Callable[[], object]


def refuses(guard: str, what: str, *, without: tuple[str, ...] = ()) -> Callable[[Act], Act]:
    """Register what the decorated function does as something that the guard refuses."""

    def register(act: Act) -> Act:
        CASES.append(Case(guard, what, act, without))
        return act

    return register


def table(cases: dict[tuple[str, str], Act]) -> None:
    """Register short cases."""
    CASES.extend(Case(guard, what, act) for (guard, what), act in cases.items())
