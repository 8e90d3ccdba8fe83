"""One invoice per order, at once, for accounts without the monthly permission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from billing.errors import CannotBill
from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import park, unpark
from invoices.issue import InvoiceDraft, issue_invoices, prepare_invoice
from invoices.models import Invoice, MonthlyPermission
from invoices.permission import has_monthly_permission


@transaction.atomic
def invoice_open_orders(
    *, account: Account, on: date, now: datetime, issued_by: str
) -> list[Invoice]:
    """Issue one invoice per order for every open order charge that `account` pays for.

    Does nothing for an account with the monthly permission. An account that cannot be billed is
    parked with the reason and keeps its charges open. Safe to run again.
    """
    account = Account.objects.lock(account)
    if has_monthly_permission(account):
        return []
    charges = (
        Charge.objects.open()
        .payable_by(account)
        .filter(kind=Charge.Kind.ORDER)
        .select_related("account", "group", "product")
        .order_by("order_number", "id")
    )
    seller = current_seller()
    try:
        batch = [
            prepare_invoice(draft, seller=seller, on=on, issued_by=issued_by)
            for draft in _drafts(account, charges)
        ]
    except CannotBill as error:
        park(account, error, now=now)
        return []
    wanted = [prepared for prepared in batch if prepared.is_wanted or seller.issue_zero_invoices]
    invoices = issue_invoices(wanted, seller=seller, now=now)
    if batch:
        unpark(account)
    return invoices


def payers_with_open_orders() -> Iterable[Account]:
    """Return accounts that somebody should have invoiced at once: what a crash left behind."""
    return Account.objects.filter(
        pk__in=Charge.objects.open().filter(kind=Charge.Kind.ORDER).values("payer")
    ).exclude(pk__in=MonthlyPermission.objects.filter(revoked_at__isnull=True).values("account"))


def _drafts(account: Account, charges: Iterable[Charge]) -> Iterable[InvoiceDraft]:
    for order_number, of_order in groupby(charges, key=lambda charge: charge.order_number):
        yield InvoiceDraft(
            account=account,
            kind=Invoice.Kind.PER_ORDER,
            charges=list(of_order),
            order_number=order_number,
        )
