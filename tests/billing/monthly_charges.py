"""One account's fees, usage and commitments, raised as its monthly invoice raises them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billing.models import Account, Charge
from billing.periods import Month
from billing.subscription_charges import due_monthly_charges, raise_due


def raise_monthly_charges(
    account: Account, *, months: Sequence[Month], until: date
) -> list[Charge]:
    """Raise what is due and return it."""
    return raise_due(due_monthly_charges([account], months=months, until=until)[account.pk])
