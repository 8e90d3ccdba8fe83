"""Monthly invoices: everything open before a period's end, once. Many accounts at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.einvoice.rules_inv01 import MOST_ITEMS
from billing.errors import CannotBill
from billing.models import Account, Charge, Group, Product
from billing.models.seller import current_seller
from billing.parking import unpark
from billing.periods import Month, local_date
from billing.registering.needed import is_einvoiced
from billing.subscription_books import DueCharge
from billing.subscription_charges import due_monthly_charges, raise_due
from invoices.issue import (
    MOST_LINES,
    InvoiceDraft,
    PreparedInvoice,
    issue_invoices,
    prepare_invoice,
)
from invoices.models import BillingRunItem, Invoice, MonthlyPermission

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wanted:
    """An account's period to bill: [where its last one ended, `until`)."""

    account: Account
    permission: MonthlyPermission
    until: datetime

    @property
    def is_due(self) -> bool:
        """Whether it is not billed yet."""
        return self.until > self.permission.billed_until


@dataclass
class Outcome:
    """What became of a period: an invoice, nothing to bill, or why it cannot be billed."""

    wanted: Wanted
    invoice: Invoice | None = None
    refusal: CannotBill | None = None


@dataclass
class _Prepared:
    """What is to be written for one account."""

    outcome: Outcome
    due: list[DueCharge] = field(default_factory=list)
    invoices: list[PreparedInvoice] = field(default_factory=list)


def invoice_periods(
    batch: Sequence[Wanted], *, now: datetime, issued_by: str
) -> dict[int, Outcome]:
    """Bill the periods of many accounts, in one transaction; return the outcomes by account's id.

    Raises the subscription and usage charges of the calendar months that each period touches, then
    takes *all* open charges before its end; late ones say so on their line. What one document
    cannot hold goes on supplementary invoices, which have no period. Of an account that cannot be
    billed nothing is written. The caller holds the accounts' locks and a transaction; safe to run
    again: a period that is billed already changes nothing. The number of queries does not grow with
    the accounts.
    """
    seller = current_seller()
    prepared = list(_prepared(batch, now=now, issued_by=issued_by))
    standing = [one for one in prepared if one.outcome.refusal is None]
    raise_due(due for one in standing for due in one.due)
    for one in standing:
        if not seller.issue_zero_invoices:
            one.invoices = [invoice for invoice in one.invoices if invoice.is_wanted]
    issued = iter(
        issue_invoices(
            [invoice for one in standing for invoice in one.invoices], seller=seller, now=now
        )
    )
    for one in standing:
        own = [next(issued) for _ in one.invoices]
        one.outcome.invoice = own[0] if own else None
    _move_on([one.outcome for one in standing], now=now)
    return {one.outcome.wanted.account.pk: one.outcome for one in prepared}


def invoice_period(
    account: Account,
    permission: MonthlyPermission,
    *,
    until: datetime,
    now: datetime,
    issued_by: str,
) -> Invoice | None:
    """Bill one account's period as `invoice_periods` does; return its monthly invoice, if any.

    Raises `CannotBill`; then nothing was written.
    """
    wanted = Wanted(account, permission, until)
    outcome = invoice_periods([wanted], now=now, issued_by=issued_by)[account.pk]
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.invoice


def prepare_period(
    account: Account,
    permission: MonthlyPermission,
    *,
    until: datetime,
    now: datetime,
    issued_by: str,
) -> list[PreparedInvoice]:
    """Compute the invoices of [where the last period ended, `until`) without writing anything.

    They are made of the open charges and of the fees and usage that are still to be raised. The
    first is the monthly one; none when there is nothing to bill. Raises `CannotBill`.
    """
    (one,) = _prepared([Wanted(account, permission, until)], now=now, issued_by=issued_by)
    if one.outcome.refusal is not None:
        raise one.outcome.refusal
    return one.invoices


def covering_invoices(ids: Sequence[int], moment: datetime) -> dict[int, Invoice]:
    """Return monthly invoices whose period reaches `moment` or beyond and began before it.

    They are those of the accounts with these ids, by id; one each at most, for periods of one
    account do not overlap.
    """
    found = Invoice.objects.filter(
        account__in=ids, period__startswith__lt=moment, period__endswith__gte=moment
    )
    return {invoice.account_id: invoice for invoice in found}


def _prepared(batch: Sequence[Wanted], *, now: datetime, issued_by: str) -> Iterator[_Prepared]:
    """Compute what each period needs; nothing is written."""
    seller = current_seller()
    on = local_date(now, seller.zone)
    most = MOST_ITEMS if is_einvoiced(seller, on=on) else MOST_LINES
    yield from (_Prepared(Outcome(wanted)) for wanted in batch if not wanted.is_due)
    for (months, last_day), group in _by_calendar(batch, seller.zone).items():
        accounts = [wanted.account for wanted in group]
        due = due_monthly_charges(accounts, months=months, until=last_day)
        charges = _open_charges(accounts, last_day)
        for wanted in group:
            one = _Prepared(Outcome(wanted), due[wanted.account.pk])
            all_charges = [*charges[wanted.account.pk], *(due.charge for due in one.due)]
            try:
                one.invoices = [
                    prepare_invoice(draft, seller=seller, on=on, issued_by=issued_by)
                    for draft in _drafts(wanted, all_charges, most=most)
                ]
            except CannotBill as error:
                one.outcome.refusal = error
            yield one


def _by_calendar(
    batch: Sequence[Wanted], zone: ZoneInfo
) -> dict[tuple[tuple[Month, ...], date], list[Wanted]]:
    """Put together what touches the same calendar months and ends on the same day: nearly all."""
    groups: dict[tuple[tuple[Month, ...], date], list[Wanted]] = defaultdict(list)
    for wanted in batch:
        if wanted.is_due:
            groups[_calendar(wanted, zone)].append(wanted)
    return groups


def _calendar(wanted: Wanted, zone: ZoneInfo) -> tuple[tuple[Month, ...], date]:
    """Return the calendar months that a period touches, and its last local day."""
    last = local_date(wanted.until - MICROSECOND, zone)
    months = [Month.of(local_date(wanted.permission.billed_until, zone))]
    while months[-1] < Month.of(last):
        months.append(months[-1].next())
    return tuple(months), last


def _open_charges(accounts: Sequence[Account], last_day: date) -> dict[int, list[Charge]]:
    """Return the open charges by payer, each with its account, group and product.

    Those are few and shared: a join would make an object of each for every charge.
    """
    charges = list(
        Charge.objects.open()
        .payable_by(*accounts)
        .filter(service_from__lte=last_day)
        .order_by("id")
    )
    known = {account.pk: account for account in accounts}
    known |= Account.objects.in_bulk({charge.account_id for charge in charges} - known.keys())
    groups = Group.objects.in_bulk({c.group_id for c in charges if c.group_id is not None})
    products = Product.objects.in_bulk({c.product_id for c in charges if c.product_id is not None})
    found: dict[int, list[Charge]] = defaultdict(list)
    for charge in charges:
        charge.account = known[charge.account_id]
        charge.group = None if charge.group_id is None else groups[charge.group_id]
        charge.product = None if charge.product_id is None else products[charge.product_id]
        found[charge.payer_id].append(charge)
    return found


def _drafts(wanted: Wanted, charges: list[Charge], *, most: int) -> list[InvoiceDraft]:
    """Return the monthly invoice, and supplementary ones for what it cannot hold."""
    parts = [charges[first : first + most] for first in range(0, len(charges), most)]
    period = (wanted.permission.billed_until, wanted.until)
    return [
        InvoiceDraft(
            account=wanted.account,
            kind=Invoice.Kind.SUPPLEMENTARY if later else Invoice.Kind.MONTHLY,
            charges=part,
            period=None if later else period,
        )
        for later, part in enumerate(parts)
    ]


def _move_on(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Have the permissions' next periods begin where these end; nobody is parked any more."""
    moved = [one for one in outcomes if one.wanted.is_due]
    ends: dict[datetime, list[MonthlyPermission]] = defaultdict(list)
    for one in moved:
        ends[one.wanted.until].append(one.wanted.permission)
    for until, permissions in ends.items():
        ids = [permission.pk for permission in permissions]
        MonthlyPermission.objects.filter(pk__in=ids).update(billed_until=until)
        for permission in permissions:
            permission.billed_until = until
    _settle_parked(moved, now=now)
    unpark(one.wanted.account for one in moved)


def _settle_parked(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Note in runs whose month is billed now that the accounts do not wait there any more."""
    by_account = {one.wanted.account.pk: one for one in outcomes}
    parked = BillingRunItem.objects.filter(
        account__in=by_account, state=BillingRunItem.State.PARKED
    )
    for item in parked.select_related("run"):
        one = by_account[item.account_id]
        if item.run.period_end <= one.wanted.until:
            item.state, item.invoice, item.finished_at = BillingRunItem.State.DONE, one.invoice, now
            item.reason = item.reason_code = ""
            item.save()
