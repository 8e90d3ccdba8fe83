"""The expectations: one line a route, subject and method, one column a persona.

`200` shows it, `404` and `405` are what they are, `sign-in` leads to the sign-in page, and
`>invoices:list` to that page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NO_SUBJECT = "-"
# Who speaks for all where the method alone is refused: nobody, the least of the roles, a stranger
# of each sort, and staff.
SPOKESPEOPLE = ("anonymous", "basic", "rival", "beta_admin", "staff", "operator", "clerk")


@dataclass(frozen=True)
class Line:
    """What one route answers to everybody for one subject and method."""

    route: str
    subject: str
    method: str
    answers: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.subject}"

    @property
    def expected(self) -> dict[str, str]:
        """The answers by persona; of a method that everybody is refused, some speak for all."""
        answers = dict(self.answers)
        if set(answers.values()) == {"405"}:
            return {who: answers[who] for who in SPOKESPEOPLE if who in answers}
        return answers


def read_grid(name: str) -> list[Line]:
    """Read a grid; raises ValueError for a line that does not fit its columns."""
    rows = [
        line.split()
        for line in (HERE / name).read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    head, body = rows[0], rows[1:]
    if head[:3] != ["route", "subject", "method"]:
        raise ValueError(f"{name} must begin with its columns' names.")
    for row in body:
        if len(row) != len(head):
            raise ValueError(f"{name}: {' '.join(row)} has {len(row)} columns, not {len(head)}.")
    return [
        Line(row[0], row[1], row[2], tuple(zip(head[3:], row[3:], strict=True))) for row in body
    ]


def personas_of(lines: list[Line]) -> list[str]:
    """Return the grid's personas."""
    return list(lines[0].expected)
