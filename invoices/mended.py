"""Whether an account could be billed by now, and if not, why."""

from __future__ import annotations

from datetime import datetime

from billing.errors import UNFORESEEN, CannotBill
from billing.models import Account
from billing.models.seller import current_seller
from billing.periods import local_date
from invoices.models import BillingRunItem, MonthlyPermission
from invoices.month import prepare_period
from invoices.per_order import refuse_open_orders
from invoices.permission import open_permission


def latest_parked(account: Account) -> BillingRunItem | None:
    """Return the parked item whose run bills everything that the account waits for."""
    parked = account.run_items.filter(state=BillingRunItem.State.PARKED)
    return parked.select_related("run").order_by("-run__period_end").first()


def is_mended(account: Account, *, now: datetime) -> bool:
    """Say whether a parked account's invoices could be made now; nothing is written."""
    return hasattr(account, "parked") and not refusal(account, now=now)


def refusal(account: Account, *, now: datetime) -> str:
    """Return why the account's invoices cannot be made now, or ""; nothing is written.

    Whether an unforeseen error is gone only billing itself can tell.
    """
    if hasattr(account, "parked") and account.parked.reason_code == UNFORESEEN:
        return account.parked.reason
    try:
        _prepare(account, open_permission(account), now)
    except CannotBill as error:
        return error.reason
    return ""


def _prepare(account: Account, permission: MonthlyPermission | None, now: datetime) -> None:
    if permission is None:
        refuse_open_orders(account, on=local_date(now, current_seller().zone))
        return
    # Parked before it was invoiced monthly: no run has tried it yet.
    item = latest_parked(account)
    until = item.run.period_end if item else now
    prepare_period(account, permission, until=until, now=now, issued_by="")
