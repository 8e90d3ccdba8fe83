"""Who reads: what pages ask of a membership, which staff answer too."""

from __future__ import annotations

from typing import Protocol

from billing.models.accounts import AccountQuerySet
from certinext.identity.models import User


class Reader(Protocol):
    """Somebody who reads accounts' orders and documents. A `Membership` is one.

    `account_id` is the reader's own account, None where no account is.
    """

    @property
    def user(self) -> User:
        """The person."""
        ...

    @property
    def user_id(self) -> int:
        """The person's key."""
        ...

    @property
    def account_id(self) -> int | None:
        """The key of the reader's own account."""
        ...

    @property
    def sees_all_documents(self) -> bool:
        """Whether every document of the accounts is shown."""
        ...

    @property
    def sees_own_documents(self) -> bool:
        """Whether the invoices of orders that the reader placed are shown."""
        ...

    @property
    def may_order(self) -> bool:
        """Whether the reader places orders."""
        ...

    def accounts(self) -> AccountQuerySet:
        """Return the accounts that are read."""
        ...
