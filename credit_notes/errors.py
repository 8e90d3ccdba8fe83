"""Why something cannot be credited, in sentences that name the fix."""

from __future__ import annotations

from billing.sentences import SentenceError


class CannotCredit(SentenceError):
    """A credit note that is not issued. Nothing was written.

    `position` is the invoice's line that is meant, none where it is the whole; `field` is what was
    asked of it: `quantity`, `amount`, `order_number` or `reason`.
    """

    def __init__(
        self, message: str, *, position: int | None = None, field: str = "", **params: object
    ) -> None:
        self.position = position
        self.field = field
        super().__init__(message, **({"position": position} if position else {}), **params)


class NothingLeftToCredit(CannotCredit):
    """All of it is credited already, or it is worth nothing."""


class MoreThanIsLeft(CannotCredit):
    """More was asked for than earlier notes left of the line."""


class UnusableFigure(CannotCredit):
    """A quantity or an amount that no line can be credited by."""


class ChangedMeanwhile(CannotCredit):
    """What was shown is not what would be issued now: another note or a payment came between."""
