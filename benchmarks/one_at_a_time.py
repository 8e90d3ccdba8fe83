"""What the monthly run is compared with: one account at a time, one object of the ORM at a time.

The straightforward loop that one writes first: the same rules, validation, guards and hash chain,
each row saved by itself, each account in a transaction of its own.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing.issuing import _event, number_documents, total_text
from billing.models import Account, Charge, OutboxMessage
from billing.models.seller import current_seller
from billing.outbox import wake_after_commit
from billing.parking import unpark
from billing.periods import Month, local_date, month_bounds
from billing.posting import post
from billing.subscription_charges import due_monthly_charges
from billing.tasks import render_outbox
from certinext.audit.trail import record
from invoices.issue import InvoiceDraft, PreparedInvoice, prepare_invoice
from invoices.models import Invoice, MonthlyPermission

BY = "loop"


def bill_one_at_a_time(month: Month, *, now: datetime) -> int:
    """Bill each account that has the permission; return how many invoices were made."""
    _start, until = month_bounds(month, current_seller().zone)
    made = 0
    for permission in MonthlyPermission.objects.open().order_by("account_id"):
        with transaction.atomic():
            made += _bill(permission, month, until, now)
    return made


def _bill(permission: MonthlyPermission, month: Month, until: datetime, now: datetime) -> int:
    account = Account.objects.lock(permission.account)
    seller = current_seller()
    due = due_monthly_charges([account], months=[month], until=month.last_day)
    for one in due[account.pk]:
        one.charge.save()
        one.link.save()
    charges = list(
        Charge.objects.open()
        .payable_by(account)
        .filter(service_from__lte=month.last_day)
        .select_related("account", "group", "product")
        .order_by("id")
    )
    if not charges:
        return 0
    period = (permission.billed_until, until)
    draft = InvoiceDraft(account=account, kind=Invoice.Kind.MONTHLY, charges=charges, period=period)
    on = local_date(now, seller.zone)
    prepared = prepare_invoice(draft, seller=seller, on=on, issued_by=BY)
    _write(prepared, period, now)
    number_documents([prepared], seller=seller)
    record(
        "invoice.issued",
        on=prepared.document,
        by=BY,
        account_number=account.account_number,
        kind=str(prepared.kind),
        total=total_text(prepared.document),
    )
    permission.billed_until = until
    permission.save(update_fields=["billed_until"])
    unpark([account])
    wake_after_commit(render_outbox)
    return 1


def _write(prepared: PreparedInvoice, period: tuple[datetime, datetime], now: datetime) -> None:
    document = prepared.document
    document.save()
    for line in prepared.lines:
        line.document = document
        line.save()
    for tax in prepared.taxes:
        tax.document = document
        tax.save()
    # A guard wants an entry's transfers in one statement.
    post([_event(prepared)])
    OutboxMessage.objects.create(
        document=document, topic=OutboxMessage.Topic.RENDER, next_attempt_at=now
    )
    Invoice.objects.create(
        document=document,
        account=document.account,
        kind=prepared.kind,
        period=DateTimeTZRange(*period, bounds="[)"),
    )
