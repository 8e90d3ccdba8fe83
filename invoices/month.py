"""One account's monthly invoice: everything open before the period's end, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import unpark
from billing.periods import Month, local_date
from billing.subscription_charges import due_monthly_charges, raise_monthly_charges
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
    months, last_day = _calendar(permission, until)
    raise_monthly_charges(account, months=months, until=last_day)
    period = (permission.billed_until, until)
    charges = _open_charges(account, last_day)
    prepared = _prepare(account, charges, period, now=now, issued_by=issued_by)
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
    """Compute the invoices of [where the last period ended, `until`) without writing anything.

    They are made of the open charges and of the fees and usage that are still to be raised. The
    first is the monthly one; none when there is nothing to bill. Raises `CannotBill`.
    """
    if until <= permission.billed_until:
        return []
    months, last_day = _calendar(permission, until)
    due = due_monthly_charges(account, months=months, until=last_day)
    charges = [*_open_charges(account, last_day), *(one.charge for one in due)]
    period = (permission.billed_until, until)
    return _prepare(account, charges, period, now=now, issued_by=issued_by)


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


def _prepare(
    account: Account,
    charges: list[Charge],
    period: tuple[datetime, datetime],
    *,
    now: datetime,
    issued_by: str,
) -> list[PreparedInvoice]:
    seller = current_seller()
    on = local_date(now, seller.zone)
    return [
        prepare_invoice(draft, seller=seller, on=on, issued_by=issued_by)
        for draft in _drafts(account, charges, period)
    ]


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


def _calendar(permission: MonthlyPermission, until: datetime) -> tuple[list[Month], date]:
    """Return the calendar months that a period touches, and its last local day."""
    zone = current_seller().zone
    last = local_date(until - MICROSECOND, zone)
    months = [Month.of(local_date(permission.billed_until, zone))]
    while months[-1] < Month.of(last):
        months.append(months[-1].next())
    return months, last


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
