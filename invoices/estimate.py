"""This month so far: what the next monthly invoice would be, computed as the run does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Max

from billing.errors import CannotBill
from billing.models import Account, DocumentLine, DocumentTax
from billing.models.seller import current_seller
from billing.money import ZERO
from billing.periods import Month, local_date, month_bounds
from invoices.issue import PreparedInvoice
from invoices.models import BillingRunItem, MonthlyPermission
from invoices.month import prepare_period
from invoices.permission import open_permission


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The next monthly invoice as of a moment, in the account's currency.

    It covers [`start`, `until`) and is issued after `until`, which may have passed: then it waits
    for its run. Fees are those of the whole period, orders and usage what is known so far, and
    minimum commitments what would be lacking if nothing more were used. `refusal` says why
    no invoice could be made of it.
    """

    account: Account
    start: datetime
    until: datetime
    as_of: datetime
    batch: list[PreparedInvoice] = field(default_factory=list)
    refusal: str = ""

    @property
    def lines(self) -> list[DocumentLine]:
        """All lines; what one document cannot hold stands on further ones."""
        return [line for prepared in self.batch for line in prepared.lines]

    @property
    def taxes(self) -> list[DocumentTax]:
        """The rows of the tax table."""
        return [tax for prepared in self.batch for tax in prepared.taxes]

    @property
    def net(self) -> Decimal:
        """The sum of the lines."""
        return sum((prepared.document.net_total for prepared in self.batch), ZERO)

    @property
    def rounding(self) -> Decimal:
        """What the total would be rounded by."""
        return sum((prepared.document.rounding for prepared in self.batch), ZERO)

    @property
    def total(self) -> Decimal:
        """What would be owed, with tax."""
        return sum((prepared.document.total for prepared in self.batch), ZERO)

    @property
    def is_over(self) -> bool:
        """Whether the period is over and the invoice is being made."""
        return self.until <= self.as_of


def next_monthly_invoice(account: Account, *, now: datetime) -> Estimate | None:
    """Compute what the account's next monthly invoice would be; None without monthly invoicing.

    Nothing is written. A period that is over is the next one until its run has billed it.
    """
    permission = open_permission(account)
    if permission is None:
        return None
    until = _ends(account, permission)
    estimate = Estimate(account=account, start=permission.billed_until, until=until, as_of=now)
    try:
        batch = prepare_period(account, permission, until=until, now=max(now, until), issued_by="")
    except CannotBill as error:
        return replace(estimate, refusal=error.reason)
    return replace(estimate, batch=batch)


def _ends(account: Account, permission: MonthlyPermission) -> datetime:
    """Return where the next period ends: with its month, or with the last month that is parked."""
    zone = current_seller().zone
    _start, month_end = month_bounds(Month.of(local_date(permission.billed_until, zone)), zone)
    parked = account.run_items.filter(state=BillingRunItem.State.PARKED)
    latest: datetime | None = parked.aggregate(latest=Max("run__period_end"))["latest"]
    return max(latest or month_end, month_end)
