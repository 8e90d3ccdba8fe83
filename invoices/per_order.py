"""One invoice per order, at once, for accounts without the monthly permission."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from billing.errors import CannotBill
from billing.models import Account, Charge
from billing.models.seller import current_seller
from billing.parking import park, unpark
from billing.periods import local_date
from billing.unforeseen import note_unforeseen, stopped_billing
from invoices.issue import InvoiceDraft, PreparedInvoice, issue_invoices, prepare_invoice
from invoices.models import Invoice, MonthlyPermission
from invoices.permission import has_monthly_permission

logger = logging.getLogger(__name__)


@transaction.atomic
def invoice_open_orders(
    *, account: Account, on: date, now: datetime, issued_by: str
) -> list[Invoice]:
    """Issue one invoice per order for every open order charge that `account` pays for.

    Does nothing for an account with the monthly permission. Orders that cannot be billed stay open
    and park the account with the reason; its other orders are invoiced. Safe to run again.
    """
    account = Account.objects.lock(account)
    if has_monthly_permission(account):
        return []
    seller = current_seller()
    batch: list[PreparedInvoice] = []
    refusals: list[CannotBill] = []
    for draft in _drafts(account):
        try:
            batch.append(prepare_invoice(draft, seller=seller, on=on, issued_by=issued_by))
        except CannotBill as error:
            refusals.append(error)
    wanted = [prepared for prepared in batch if prepared.is_wanted or seller.issue_zero_invoices]
    invoices: list[Invoice] = []
    try:
        invoices = issue_invoices(wanted, seller=seller, now=now)
    except CannotBill as error:
        refusals.append(error)
    if refusals:
        park(account, refusals[0], now=now)
    elif batch:
        unpark([account])
    return invoices


def invoice_left_behind(*, clock: Callable[[], datetime], issued_by: str) -> list[Invoice]:
    """Invoice orders that should have been: what a crash left, and accounts that were mended.

    An account whose invoices fail for an unforeseen reason is parked and blocks nobody.
    """
    zone = current_seller().zone
    invoices: list[Invoice] = []
    for account in payers_with_open_orders():
        now = clock()
        on = local_date(now, zone)
        try:
            invoices += invoice_open_orders(account=account, on=on, now=now, issued_by=issued_by)
        except Exception:
            # Whatever went wrong, the others go on; this one is shown to the backoffice.
            what = f"Invoicing orders of {account.account_number} failed."
            park(account, stopped_billing(note_unforeseen(logger, what)), now=now)
    return invoices


def payers_with_open_orders() -> Iterable[Account]:
    """Return accounts that somebody should have invoiced at once: what a crash left behind."""
    charges = Charge.objects.open().filter(kind=Charge.Kind.ORDER)
    if not current_seller().issue_zero_invoices:
        charges = charges.filter(net_amount__gt=0)
    return Account.objects.filter(pk__in=charges.values("payer")).exclude(
        pk__in=MonthlyPermission.objects.open().values("account")
    )


def refuse_open_orders(account: Account, *, on: date) -> None:
    """Raise `CannotBill` when an open order of the account cannot be invoiced; write nothing."""
    seller = current_seller()
    for draft in _drafts(account):
        prepare_invoice(draft, seller=seller, on=on, issued_by="")


def _drafts(account: Account) -> Iterable[InvoiceDraft]:
    charges = (
        Charge.objects.open()
        .payable_by(account)
        .filter(kind=Charge.Kind.ORDER)
        .select_related("account", "group", "product")
        .order_by("order_number", "id")
    )
    for order_number, of_order in groupby(charges, key=lambda charge: charge.order_number):
        yield InvoiceDraft(
            account=account,
            kind=Invoice.Kind.PER_ORDER,
            charges=list(of_order),
            order_number=order_number,
        )
