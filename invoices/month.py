"""One account's monthly invoice: everything open before the period's end, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import unpark
from billing.periods import Month, local_date
from billing.subscription_charges import raise_monthly_charges
from invoices.issue import InvoiceDraft, PreparedInvoice, issue_invoices, prepare_invoice
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
    takes *all* open charges before its end; late ones say so on their line. Returns None when there
    is nothing to bill. Raises `CannotBill`. The caller holds the account lock; safe to run again:
    a period that is billed already changes nothing.
    """
    if until <= permission.billed_until:
        return None
    prepared = prepare_period(account, permission, until=until, now=now, issued_by=issued_by)
    invoice = _issue(prepared, now=now) if prepared else None
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
) -> PreparedInvoice | None:
    """Raise the period's charges and compute its invoice, which is not written yet.

    None when there is nothing to bill. Raises `CannotBill`. The caller holds the account lock, and
    rolls back when it only wanted to know.
    """
    if until <= permission.billed_until:
        return None
    seller = current_seller()
    start = permission.billed_until
    last_day = local_date(until - MICROSECOND, seller.zone)
    raise_monthly_charges(
        account, months=_months(local_date(start, seller.zone), last_day), until=last_day
    )
    charges = _open_charges(account, last_day)
    if not charges:
        return None
    draft = InvoiceDraft(
        account=account, kind=Invoice.Kind.MONTHLY, charges=charges, period=(start, until)
    )
    return prepare_invoice(
        draft, seller=seller, on=local_date(now, seller.zone), issued_by=issued_by
    )


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


def _issue(prepared: PreparedInvoice, *, now: datetime) -> Invoice | None:
    seller = current_seller()
    if not prepared.is_wanted and not seller.issue_zero_invoices:
        return None
    (invoice,) = issue_invoices([prepared], seller=seller, now=now)
    return invoice
