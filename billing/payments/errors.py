"""What a payment can be refused for, in sentences that name the field and the fix."""

from __future__ import annotations

from billing.sentences import SentenceError


class PaymentRefused(SentenceError):
    """The payment cannot be made like this; nothing was written. `field` names the input."""

    def __init__(self, message: str, *, field: str = "amount", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class NotEnoughCredits(PaymentRefused):
    """The account's credits do not cover the amount."""


class PaymentIsOver(SentenceError):
    """The payment has succeeded or was rejected: nothing can change it any more."""
