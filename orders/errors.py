"""What the verbs of orders refuse. The edges write `gettext(error.message) % error.params`."""

from __future__ import annotations

from billing.sentences import SentenceError


class InvalidOrder(SentenceError):
    """Something that was entered cannot be ordered; `field` is where the fix belongs.

    Fields are named as `place_order` names its arguments.
    """

    def __init__(self, field: str, message: str, **params: object) -> None:
        self.field = field
        super().__init__(message, **params)


class OrderNotAllowed(SentenceError):
    """This person does not order for this account."""


class OrderCannotBeCancelled(SentenceError):
    """The order has ended otherwise, or it is not the customer's to cancel any more."""


class OrderCannotBeRejected(SentenceError):
    """The order has ended already."""


class OrderCannotProceed(SentenceError):
    """The order is not on hold, or is not this portal's to accept."""


class OrderCannotBeExtended(SentenceError):
    """Names or a renewal cannot be charged on this order, or somebody else was quicker."""


class OrderCannotBeReissued(SentenceError):
    """There is no certificate to issue anew."""
