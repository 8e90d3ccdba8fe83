"""Short ways to an issued invoice."""

from __future__ import annotations

from datetime import UTC, date, datetime

from billing.models import Account, Charge
from billing.models.seller import current_seller
from invoices.issue import InvoiceDraft, issue_invoices, prepare_invoice
from invoices.models import Invoice

ON = date(2026, 10, 6)
NOW = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)


def issue_order_invoice(
    account: Account, *charges: Charge, on: date = ON, now: datetime = NOW
) -> Invoice:
    """Issue a per-order invoice over the charges."""
    seller = current_seller()
    draft = InvoiceDraft(
        account=account,
        kind=Invoice.Kind.PER_ORDER,
        charges=charges,
        order_number=charges[0].order_number,
    )
    prepared = prepare_invoice(draft, seller=seller, on=on, issued_by="test")
    (invoice,) = issue_invoices([prepared], seller=seller, now=now)
    invoice.refresh_from_db()
    return invoice
