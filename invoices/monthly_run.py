"""The monthly run: every account with the permission, one transaction each.

The database is the truth: a run is a row, its accounts are items, an item is claimed by its row
lock. Running it again, twice at once or after a crash makes no second invoice and no gap.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import Greatest

from billing.errors import CannotBill
from billing.models import Account
from billing.models.seller import current_seller
from billing.parking import park
from billing.periods import Month, completed_months, local_date, month_bounds
from billing.unforeseen import note_unforeseen, stopped_billing
from certinext.audit.trail import record
from invoices.models import BillingRun, BillingRunItem, Invoice, MonthlyPermission
from invoices.month import covering_invoice, invoice_period
from invoices.permission import open_permission

logger = logging.getLogger(__name__)

State = BillingRunItem.State
# An account whose billing fails for an unforeseen reason is parked after this many attempts.
MOST_ATTEMPTS = 5


class MonthNotOver(Exception):
    """The month is not over in the seller's zone: its charges are not complete."""


class WorkerDied(Exception):
    """Each attempt at an account ended with its worker: there is no error to go by."""


class NobodyWaits(Exception):
    """No account waits for its invoice of the month, and it has no run: none is made."""


def due_months(*, now: datetime) -> list[Month]:
    """Return the completed months that lack a run or an account in it, oldest first.

    Asked from the first month that an account with the permission still waits for, so that a
    portal that stood still catches up. The months in which an account did not have the permission
    are none of its runs': its next invoice takes them.

    Nothing has to be remembered of a month without anything to bill. An account that waits for it
    gets an item all the same, done without an invoice, and its permission's `billed_until` moves
    on; a month that nobody waits for is not asked for at all. What turns up late for either, usage
    or an order of that month, stands open and goes on the next invoice.
    """
    zone = current_seller().zone
    waits_since = Greatest("billed_until", "granted_at")
    since = MonthlyPermission.objects.open().aggregate(first=Min(waits_since))["first"]
    if since is None:
        return []
    months = completed_months(since=Month.of(local_date(since, zone)), now=now, zone=zone)
    runs = {run.month: run for run in BillingRun.objects.filter(month__in=map(str, months))}
    return [month for month in months if _lacks(runs.get(str(month)))]


@transaction.atomic
def start_run(month: Month, *, by: str, now: datetime) -> BillingRun:
    """Return the month's run with an item for every account that waits for it.

    The first call makes it; a later one adds accounts that got the permission since. Raises
    `MonthNotOver`, and `NobodyWaits` instead of making a run without accounts.
    """
    start, end = month_bounds(month, current_seller().zone)
    if end > now:
        raise MonthNotOver
    made, created = BillingRun.objects.get_or_create(
        month=str(month),
        defaults={
            "period_start": start,
            "period_end": end,
            "started_by": by,
            "started_at": now,
        },
    )
    # Closing looks at the items under the same lock, so that no new one is left in a closed run.
    run = BillingRun.objects.select_for_update().get(pk=made.pk)
    missing = list(_waiting(run).order_by("account_id").values_list("account_id", flat=True))
    if created and not missing:
        raise NobodyWaits
    BillingRunItem.objects.bulk_create(
        [BillingRunItem(run=run, account_id=pk) for pk in missing], ignore_conflicts=True
    )
    if created:
        record("billing_run.started", on=run, by=by, accounts=run.items.count())
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

    A poisonous account, one that kills its worker too, is tried again by later calls and parked
    after `MOST_ATTEMPTS`; it never blocks the others.
    """
    tried: set[int] = set()
    while (item := _bill_next(run, clock(), by, tried)) is not None:
        tried.add(item.pk)
        progress(item)
    return close_if_finished(run, by=by, now=clock())


def retry_parked(run: BillingRun, *, by: str, account: Account | None = None) -> int:
    """Put parked items back on the list; return how many. `work_off` then tries them again."""
    parked = run.items.filter(state=State.PARKED)
    if account is not None:
        parked = parked.filter(account=account)
    with transaction.atomic():
        run = BillingRun.objects.select_for_update().get(pk=run.pk)
        count = parked.update(
            state=State.TODO, attempts=0, reason="", reason_code="", finished_at=None
        )
        if count:
            record("billing_run.retried", on=run, by=by, accounts=count)
            _reopen_if_needed(run)
    return count


@transaction.atomic
def close_if_finished(run: BillingRun, *, by: str, now: datetime) -> BillingRun:
    """Close the run when nothing is to do any more; return it as it now is."""
    run = BillingRun.objects.select_for_update().get(pk=run.pk)
    left = run.items.filter(state=State.TODO).exists()
    if run.state == BillingRun.State.RUNNING and not left:
        run.state, run.closed_at = BillingRun.State.CLOSED, now
        run.save(update_fields=["state", "closed_at"])
        counts = dict(run.items.values_list("state").annotate(number=Count("pk")))
        record("billing_run.closed", on=run, by=by, **counts)
    return run


def _lacks(run: BillingRun | None) -> bool:
    """Say whether a completed month has no run yet, or one without an account that waits for it."""
    return run is None or _waiting(run).exists()


def _waiting(run: BillingRun) -> QuerySet[MonthlyPermission]:
    """Return the permissions of accounts that wait for this month and have no item in its run."""
    return _waiting_until(run.period_end).exclude(account__in=run.items.values("account"))


def _waiting_until(end: datetime) -> QuerySet[MonthlyPermission]:
    """Return the permissions of accounts that had it before `end` and are not billed until then."""
    return MonthlyPermission.objects.open().filter(granted_at__lt=end, billed_until__lt=end)


def _bill_next(run: BillingRun, now: datetime, by: str, tried: set[int]) -> BillingRunItem | None:
    """Claim one item and bill it; return it, or None when nothing can be claimed."""
    item = _claim(run, tried)
    if item is None:
        return None
    try:
        if item.attempts > MOST_ATTEMPTS:
            raise WorkerDied
        with transaction.atomic():
            # Another worker may have been quicker: then it holds the row, or the item is done.
            item = _items().select_for_update(of=("self",)).get(pk=item.pk)
            if item.state == State.TODO:
                _bill(item, run, now, by)
    except Exception as error:
        # The transaction is gone with all it wrote; what stays is why.
        _note_failure(item, error, now)
    return item


@transaction.atomic
def _claim(run: BillingRun, tried: set[int]) -> BillingRunItem | None:
    """Note the attempt on the next item, and commit: what kills a worker is counted too.

    The least tried come first; a worker that dies gives its item back at once.
    """
    item = (
        _items()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(run=run, state=State.TODO)
        .exclude(pk__in=tried)
        .order_by("attempts", "account_id")
        .first()
    )
    if item is not None:
        item.attempts += 1
        item.save(update_fields=["attempts"])
    return item


def _items() -> QuerySet[BillingRunItem]:
    return BillingRunItem.objects.select_related("account")


def _bill(item: BillingRunItem, run: BillingRun, now: datetime, by: str) -> None:
    account = Account.objects.lock(item.account)
    permission = open_permission(account)
    invoice: Invoice | None = None
    if permission is not None:
        until = _until(account, run)
        invoice = invoice_period(account, permission, until=until, now=now, issued_by=by)
        # A later run may have billed this month too.
        invoice = invoice or covering_invoice(account, run.period_end)
    item.state, item.invoice, item.finished_at = State.DONE, invoice, now
    item.reason = item.reason_code = ""
    item.save()


def _until(account: Account, run: BillingRun) -> datetime:
    """Return up to where to bill: months that are parked in later runs come along.

    So one invoice follows, whichever of its runs an account is tried again in.
    """
    parked = account.run_items.filter(state=State.PARKED)
    latest: datetime | None = parked.aggregate(latest=Max("run__period_end"))["latest"]
    return max(latest or run.period_end, run.period_end)


def _note_failure(item: BillingRunItem, error: Exception, now: datetime) -> None:
    reference = ""
    if not isinstance(error, CannotBill):
        what = f"Billing account {item.account.account_number} failed."
        reference = note_unforeseen(logger, what)
    with transaction.atomic():
        item = _items().select_for_update(of=("self",)).get(pk=item.pk)
        if item.state != State.TODO:
            return
        if isinstance(error, CannotBill):
            reason = error
        elif item.attempts >= MOST_ATTEMPTS:
            reason = stopped_billing(reference, times=MOST_ATTEMPTS)
        else:
            return
        item.state, item.reason_code, item.reason = State.PARKED, reason.code, reason.reason
        item.finished_at = now
        item.save()
        park(item.account, reason, now=now)


def _reopen_if_needed(run: BillingRun) -> None:
    if run.state == BillingRun.State.CLOSED and run.items.filter(state=State.TODO).exists():
        run.state, run.closed_at = BillingRun.State.RUNNING, None
        run.save(update_fields=["state", "closed_at"])
