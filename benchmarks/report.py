"""A benchmark's results: a table to read and a file to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parent.parent / ".run" / "bench"


@dataclass(frozen=True)
class Result:
    """One figure; `target` is the most that it may be, or None where it only informs."""

    name: str
    value: float
    target: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is within its target."""
        return self.target is None or self.value <= self.target


def report(benchmark: str, results: Sequence[Result]) -> int:
    """Print the results and write them to `.run/bench/`; return 1 when a target is missed."""
    width = max(len(result.name) for result in results)
    for result in results:
        target = "" if result.target is None else f"at most {result.target:g}"
        verdict = "" if result.target is None else ("met" if result.met else "MISSED")
        print(f"{result.name:<{width}}  {result.value:>12.3f}  {target:<14} {verdict}")
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    found = [{**asdict(result), "met": result.met} for result in results]
    (DIRECTORY / f"{benchmark}.json").write_text(json.dumps({"results": found}, indent=2) + "\n")
    return 0 if all(result.met for result in results) else 1
