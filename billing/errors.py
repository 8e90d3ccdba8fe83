"""Errors of billing that the edges put into words."""

from __future__ import annotations

# The code of what no fact of the account explains: it can only be found out by trying again.
UNFORESEEN = "unexpected-error"


class CannotBill(Exception):
    """This account cannot be billed until somebody mends what `reason` names.

    `code` is stable, for programs and counts; `reason` is one sentence that names the field and
    the fix, in the language active when it was raised.
    """

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)
