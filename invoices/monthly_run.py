"""The monthly run: every account with the permission, many in one transaction.

The database is the truth: a run is a row, its accounts are items, an item is claimed by its row
lock. Running it again, twice at once or after a crash makes no second invoice and no gap. What
fails together is tried again one by one, so that whoever is to blame stands alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import accumulate

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, QuerySet
from django.db.models.functions import Greatest

from billing.errors import CannotBill
from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import park
from billing.periods import Month, completed_months, local_date, month_bounds
from billing.unforeseen import note_unforeseen, stopped_billing
from certinext.audit.trail import record
from invoices.models import BillingRun, BillingRunItem, MonthlyPermission
from invoices.month import Outcome, Wanted, covering_invoices, invoice_periods

logger = logging.getLogger(__name__)

State = BillingRunItem.State
# An account whose billing fails for an unforeseen reason is parked after this many attempts.
MOST_ATTEMPTS = 5
# Accounts that go into one transaction, and the open charges that they may have together: they
# bound what a worker holds in memory, and how long a customer who orders meanwhile waits.
MOST_AT_ONCE = 200
MOST_CHARGES = 10_000
# Where so many fail for unforeseen reasons, something is wrong with all: a later call goes on.
MOST_FAILED = 1000


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
    while claimed := _claim(run, tried):
        for item in _bill_claimed(claimed, run, clock(), by):
            # What is billed or parked is off the list; what failed waits for the next call.
            if item.state == State.TODO:
                tried.add(item.pk)
            progress(item)
        if len(tried) > MOST_FAILED:
            break
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


@transaction.atomic
def _claim(run: BillingRun, tried: set[int]) -> list[BillingRunItem]:
    """Note the attempt on the next items, and commit: what kills a worker is counted too.

    The least tried come first, many at once; what was tried before stands alone. A worker that
    dies gives its items back at once.
    """
    found = list(
        _items()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(run=run, state=State.TODO)
        .exclude(pk__in=tried)
        .order_by("attempts", "account_id")[:MOST_AT_ONCE]
    )
    items = _together(found)
    for item in items:
        item.attempts += 1
    ids = [item.pk for item in items]
    BillingRunItem.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)
    return items


def _together(found: list[BillingRunItem]) -> list[BillingRunItem]:
    """Return the first of the items that go into one transaction: they bound its memory."""
    fresh = [item for item in found if not item.attempts]
    if not fresh:
        return found[:1]
    counts = dict(
        Charge.objects.open()
        .filter(payer__in=[item.account_id for item in fresh])
        .values_list("payer")
        .annotate(Count("pk"))
        .order_by()
    )
    sizes = accumulate(counts.get(item.account_id, 0) for item in fresh)
    fitting = sum(1 for size in sizes if size <= MOST_CHARGES)
    return fresh[: max(1, fitting)]


def _bill_claimed(
    items: list[BillingRunItem], run: BillingRun, now: datetime, by: str
) -> list[BillingRunItem]:
    """Bill items together, or one by one where that fails for an unforeseen reason."""
    if len(items) > 1:
        try:
            return _bill_together(items, run, now, by)
        except Exception:
            logger.warning("%s accounts of run %s go one by one.", len(items), run, exc_info=True)
    done: list[BillingRunItem] = []
    for item in items:
        done += _bill_alone(item, run, now, by)
    return done


def _bill_alone(
    item: BillingRunItem, run: BillingRun, now: datetime, by: str
) -> list[BillingRunItem]:
    try:
        if item.attempts > MOST_ATTEMPTS:
            raise WorkerDied
        return _bill_together([item], run, now, by)
    except Exception as error:
        # The transaction is gone with all it wrote; what stays is why.
        return [_note_failure(item, error, now)]


def _bill_together(
    items: list[BillingRunItem], run: BillingRun, now: datetime, by: str
) -> list[BillingRunItem]:
    """Bill items in one transaction, then park those that cannot be billed."""
    with transaction.atomic():
        # Another worker may have been quicker: then it holds the rows, or the items are done.
        held = list(
            _items()
            .select_for_update(of=("self",))
            .filter(pk__in=[item.pk for item in items], state=State.TODO)
            .order_by("account_id")
        )
        refusals = _bill(held, run, now, by)
    refused = {item.pk for item, _error in refusals}
    done = [item for item in held if item.pk not in refused]
    return [*done, *(_note_failure(item, error, now) for item, error in refusals)]


def _items() -> QuerySet[BillingRunItem]:
    return BillingRunItem.objects.select_related("account")


def _bill(
    items: list[BillingRunItem], run: BillingRun, now: datetime, by: str
) -> list[tuple[BillingRunItem, CannotBill]]:
    """Write the invoices of all that can be billed; return the others with their reasons."""
    accounts = Account.objects.lock_all(item.account_id for item in items)
    permissions = MonthlyPermission.objects.open().filter(account__in=accounts)
    ends = _ends(accounts, run)
    outcomes = invoice_periods(
        [
            Wanted(accounts[permission.account_id], permission, ends[permission.account_id])
            for permission in permissions.order_by("account_id")
        ],
        now=now,
        issued_by=by,
    )
    refusals = [
        (item, outcome.refusal)
        for item in items
        if (outcome := outcomes.get(item.account_id)) and outcome.refusal
    ]
    refused = {item.pk for item, _error in refusals}
    _note_done([item for item in items if item.pk not in refused], outcomes, run, now)
    return refusals


def _note_done(
    items: list[BillingRunItem], outcomes: dict[int, Outcome], run: BillingRun, now: datetime
) -> None:
    own = {pk: outcome.invoice for pk, outcome in outcomes.items() if outcome.invoice}
    # A later run, or turning the permission off, may have billed this month too.
    nothing = outcomes.keys() - own.keys()
    without = [item.account_id for item in items if item.account_id in nothing]
    covering = covering_invoices(without, run.period_end) if without else {}
    for item in items:
        item.invoice = own.get(item.account_id) or covering.get(item.account_id)
        item.state, item.finished_at = State.DONE, now
        item.reason = item.reason_code = ""
    # One statement for all: an UPDATE of the ORM would grow a CASE with every item.
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE invoices_billingrunitem AS item
            SET state = %s, finished_at = %s, reason = '', reason_code = '',
                invoice_id = done.invoice
            FROM unnest(%s::bigint[], %s::bigint[]) AS done (item, invoice)
            WHERE item.id = done.item""",
            [
                State.DONE.value,
                now,
                [item.pk for item in items],
                [item.invoice_id for item in items],
            ],
        )


def _ends(accounts: Iterable[int], run: BillingRun) -> dict[int, datetime]:
    """Return up to where to bill each: months that are parked in later runs come along.

    So one invoice follows, whichever of its runs an account is tried again in.
    """
    ends = dict.fromkeys(accounts, run.period_end)
    parked = BillingRunItem.objects.filter(account__in=ends, state=State.PARKED)
    for pk, latest in parked.values_list("account_id").annotate(Max("run__period_end")).order_by():
        ends[pk] = max(latest, run.period_end)
    return ends


def _note_failure(item: BillingRunItem, error: Exception, now: datetime) -> BillingRunItem:
    """Park the item's account, or leave it to a later attempt; return the item as it is then."""
    reference = ""
    if not isinstance(error, CannotBill):
        what = f"Billing account {item.account.account_number} failed."
        reference = note_unforeseen(logger, what)
    with transaction.atomic():
        item = _items().select_for_update(of=("self",)).get(pk=item.pk)
        if item.state != State.TODO:
            return item
        if isinstance(error, CannotBill):
            reason = error
        elif item.attempts >= MOST_ATTEMPTS:
            reason = stopped_billing(reference, times=MOST_ATTEMPTS)
        else:
            return item
        item.state, item.reason_code, item.reason = State.PARKED, reason.code, reason.reason
        item.finished_at = now
        item.save()
        park(item.account, reason, now=now)
    return item


def _reopen_if_needed(run: BillingRun) -> None:
    if run.state == BillingRun.State.CLOSED and run.items.filter(state=State.TODO).exists():
        run.state, run.closed_at = BillingRun.State.RUNNING, None
        run.save(update_fields=["state", "closed_at"])
