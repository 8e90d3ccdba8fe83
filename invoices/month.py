"""One account's monthly invoice: everything open before the period's end, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import unpark
from billing.periods import Month, local_date
from billing.subscription_charges import raise_monthly_charges
from invoices.issue import (
    MOST_LINES,
    InvoiceDraft,
    PreparedInvoice,
    issue_invoices,
    prepare_invoice,
)
from invoices.models import BillingRunItem, Invoice, MonthlyPermission

MICROSECOND = timedelta(microseconds=1)


def invoice_period(
    account: Account,
    permission: MonthlyPermission,
    *,
    until: datetime,
    now: datetime,
    issued_by: str,
) -> Invoice | None:
    """Bill [where the last period ended, `until`) and move the permission's `billed_until` there.

    Raises the subscription and usage charges of the calendar months that the period touches, then
    takes *all* open charges before its end; late ones say so on their line. What one document
    cannot hold goes on supplementary invoices, which have no period. Returns the monthly invoice,
    or None when there is nothing to bill. Raises `CannotBill`. The caller holds the account lock;
    safe to run again: a period that is billed already changes nothing.
    """
    if until <= permission.billed_until:
        return None
    prepared = prepare_period(account, permission, until=until, now=now, issued_by=issued_by)
    invoice = _issue(prepared, now=now)
    permission.billed_until = until
    permission.save(update_fields=["billed_until"])
    _settle_parked(account, invoice, until=until, now=now)
    unpark(account)
    return invoice


def prepare_period(
    account: Account,
    permission: MonthlyPermission,
    *,
    until: datetime,
    now: datetime,
    issued_by: str,
) -> list[PreparedInvoice]:
    """Raise the period's charges and compute its invoices, which are not written yet.

    The first is the monthly one; none when there is nothing to bill. Raises `CannotBill`. The
    caller holds the account lock, and rolls back when it only wanted to know.
    """
    if until <= permission.billed_until:
        return []
    seller = current_seller()
    start = permission.billed_until
    last_day = local_date(until - MICROSECOND, seller.zone)
    raise_monthly_charges(
        account, months=_months(local_date(start, seller.zone), last_day), until=last_day
    )
    drafts = _drafts(account, _open_charges(account, last_day), (start, until))
    on = local_date(now, seller.zone)
    return [prepare_invoice(draft, seller=seller, on=on, issued_by=issued_by) for draft in drafts]


def covering_invoice(account: Account, moment: datetime) -> Invoice | None:
    """Return the monthly invoice whose period reaches `moment` or beyond and began before it."""
    return Invoice.objects.filter(
        account=account, period__startswith__lt=moment, period__endswith__gte=moment
    ).first()


def _settle_parked(
    account: Account, invoice: Invoice | None, *, until: datetime, now: datetime
) -> None:
    """Note in runs whose month is billed now that the account does not wait there any more."""
    account.run_items.filter(state=BillingRunItem.State.PARKED, run__period_end__lte=until).update(
        state=BillingRunItem.State.DONE,
        invoice=invoice,
        reason="",
        reason_code="",
        finished_at=now,
    )


def _drafts(
    account: Account, charges: list[Charge], period: tuple[datetime, datetime]
) -> list[InvoiceDraft]:
    """Return the monthly invoice, and supplementary ones for what it cannot hold."""
    parts = [charges[first : first + MOST_LINES] for first in range(0, len(charges), MOST_LINES)]
    return [
        InvoiceDraft(
            account=account,
            kind=Invoice.Kind.SUPPLEMENTARY if later else Invoice.Kind.MONTHLY,
            charges=part,
            period=None if later else period,
        )
        for later, part in enumerate(parts)
    ]


def _months(first: date, last: date) -> list[Month]:
    months = [Month.of(first)]
    while months[-1] < Month.of(last):
        months.append(months[-1].next())
    return months


def _open_charges(account: Account, last_day: date) -> list[Charge]:
    return list(
        Charge.objects.open()
        .payable_by(account)
        .filter(service_from__lte=last_day)
        .select_related("account", "group", "product")
        .order_by("id")
    )


def _issue(batch: list[PreparedInvoice], *, now: datetime) -> Invoice | None:
    seller = current_seller()
    wanted = [prepared for prepared in batch if prepared.is_wanted or seller.issue_zero_invoices]
    invoices = issue_invoices(wanted, seller=seller, now=now)
    return invoices[0] if invoices else None
