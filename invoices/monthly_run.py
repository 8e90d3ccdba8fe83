"""The monthly run: every account with the permission, one transaction each.

The database is the truth: a run is a row, its accounts are items, an item is claimed by its row
lock. Running it again, twice at once or after a crash makes no second invoice and no gap.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Count, Min
from django.utils.translation import gettext as _

from billing.errors import CannotBill
from billing.models import Account
from billing.models.seller import current_seller
from billing.parking import park
from billing.periods import Month, completed_months, local_date, month_bounds
from certinext.audit.trail import record
from invoices.models import BillingRun, BillingRunItem, Invoice, MonthlyPermission
from invoices.month import invoice_period
from invoices.permission import open_permission

logger = logging.getLogger(__name__)

State = BillingRunItem.State
# An account whose billing fails for an unforeseen reason is parked after this many attempts.
MOST_ATTEMPTS = 5


class MonthNotOver(Exception):
    """The month is not over in the seller's zone: its charges are not complete."""


def due_months(*, now: datetime) -> list[Month]:
    """Return the completed months that lack a run, oldest first.

    Asked from the first month that an account with the permission still waits for, so that a
    portal that stood still catches up.
    """
    seller = current_seller()
    waiting = MonthlyPermission.objects.filter(revoked_at__isnull=True).aggregate(
        since=Min("billed_until")
    )["since"]
    if waiting is None:
        return []
    since = Month.of(local_date(waiting, seller.zone))
    made = set(BillingRun.objects.values_list("month", flat=True))
    return [
        month
        for month in completed_months(since=since, now=now, zone=seller.zone)
        if str(month) not in made
    ]


@transaction.atomic
def start_run(month: Month, *, by: str, now: datetime) -> BillingRun:
    """Return the month's run with an item for every account that waits for it.

    The first call makes it; a later one adds accounts that got the permission since. Raises
    `MonthNotOver`.
    """
    start, end = month_bounds(month, current_seller().zone)
    if end > now:
        raise MonthNotOver
    run, created = BillingRun.objects.get_or_create(
        month=str(month),
        defaults={
            "period_start": start,
            "period_end": end,
            "started_by": by,
            "started_at": now,
        },
    )
    waiting = MonthlyPermission.objects.filter(
        revoked_at__isnull=True, billed_until__lt=run.period_end
    ).values_list("account", flat=True)
    known = set(run.items.values_list("account", flat=True))
    BillingRunItem.objects.bulk_create(
        [BillingRunItem(run=run, account_id=pk) for pk in sorted(set(waiting) - known)],
        ignore_conflicts=True,
    )
    if created:
        record("billing_run.started", on=run, actor=by, accounts=run.items.count())
    _reopen_if_needed(run)
    return run


def work_off(
    run: BillingRun,
    *,
    clock: Callable[[], datetime],
    by: str,
    progress: Callable[[BillingRunItem], None] = lambda item: None,
) -> BillingRun:
    """Bill every item that is to do, as many workers at once as like to; then close the run.

    A poisonous account is tried again by later calls and parked after `MOST_ATTEMPTS`; it never
    blocks the others.
    """
    tried: set[int] = set()
    while (item := _bill_next(run, clock(), by, tried)) is not None:
        tried.add(item.pk)
        progress(item)
    return close_if_finished(run, now=clock())


def retry_parked(run: BillingRun, *, by: str, account: Account | None = None) -> int:
    """Put parked items back on the list; return how many. `work_off` then tries them again."""
    parked = run.items.filter(state=State.PARKED)
    if account is not None:
        parked = parked.filter(account=account)
    with transaction.atomic():
        count = parked.update(state=State.TODO, attempts=0, reason="", reason_code="")
        if count:
            record("billing_run.retried", on=run, actor=by, accounts=count)
            _reopen_if_needed(run)
    return count


@transaction.atomic
def close_if_finished(run: BillingRun, *, now: datetime) -> BillingRun:
    """Close the run when nothing is to do any more; return it as it now is."""
    run = BillingRun.objects.select_for_update().get(pk=run.pk)
    left = run.items.filter(state=State.TODO).exists()
    if run.state == BillingRun.State.RUNNING and not left:
        run.state, run.closed_at = BillingRun.State.CLOSED, now
        run.save(update_fields=["state", "closed_at"])
        counts = dict(run.items.values_list("state").annotate(number=Count("pk")))
        record("billing_run.closed", on=run, **counts)
    return run


def _bill_next(run: BillingRun, now: datetime, by: str, tried: set[int]) -> BillingRunItem | None:
    """Claim one item and bill it; return it, or None when nothing can be claimed."""
    item: BillingRunItem | None = None
    try:
        with transaction.atomic():
            item = _claim(run, tried)
            if item is not None:
                _bill(item, run, now, by)
    except (
        CannotBill,
        DatabaseError,
        ArithmeticError,
        LookupError,
        ValueError,
        TypeError,
    ) as error:
        # The transaction is gone with all it wrote; what stays is why.
        if item is None:
            raise
        _note_failure(item, error, now)
    return item


def _claim(run: BillingRun, tried: set[int]) -> BillingRunItem | None:
    """Take the next item's row lock; a worker that dies gives it back at once."""
    return (
        BillingRunItem.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(run=run, state=State.TODO)
        .exclude(pk__in=tried)
        .select_related("account")
        .order_by("account_id")
        .first()
    )


def _bill(item: BillingRunItem, run: BillingRun, now: datetime, by: str) -> None:
    account = Account.objects.lock(item.account)
    permission = open_permission(account)
    invoice: Invoice | None = None
    if permission is not None:
        invoice = invoice_period(account, permission, until=run.period_end, now=now, issued_by=by)
    item.state, item.invoice, item.finished_at = State.DONE, invoice, now
    item.attempts += 1
    item.reason = item.reason_code = ""
    item.save()


def _note_failure(item: BillingRunItem, error: Exception, now: datetime) -> None:
    if not isinstance(error, CannotBill):
        logger.exception("Billing account %s failed.", item.account.account_number)
    with transaction.atomic():
        item = BillingRunItem.objects.select_for_update().get(pk=item.pk)
        if item.state != State.TODO:
            return
        item.attempts += 1
        if isinstance(error, CannotBill):
            reason = error
        elif item.attempts >= MOST_ATTEMPTS:
            reason = CannotBill(
                "unexpected-error",
                _("An unexpected error stopped billing %(times)s times: %(error)s. See the log.")
                % {"times": item.attempts, "error": type(error).__name__},
            )
        else:
            item.save(update_fields=["attempts"])
            return
        item.state, item.reason_code, item.reason = State.PARKED, reason.code, reason.reason
        item.finished_at = now
        item.save()
        park(item.account, reason, now=now)


def _reopen_if_needed(run: BillingRun) -> None:
    if run.state == BillingRun.State.CLOSED and run.items.filter(state=State.TODO).exists():
        run.state, run.closed_at = BillingRun.State.RUNNING, None
        run.save(update_fields=["state", "closed_at"])
