"""Whether a parked account could be billed by now: somebody mended what its reason names."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

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
    """Say whether a parked account's invoices could be made now; nothing stays written."""
    if not hasattr(account, "parked") or account.parked.reason_code == UNFORESEEN:
        return False
    try:
        with transaction.atomic():
            locked = Account.objects.lock(account)
            _prepare(locked, open_permission(locked), now)
            transaction.set_rollback(True)
    except CannotBill:
        return False
    return True


def _prepare(account: Account, permission: MonthlyPermission | None, now: datetime) -> None:
    if permission is None:
        refuse_open_orders(account, on=local_date(now, current_seller().zone))
        return
    item = latest_parked(account)
    if item is not None:
        prepare_period(account, permission, until=item.run.period_end, now=now, issued_by="")
