"""Short ways to a monthly invoice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from billing.models import Account
from billing.models.seller import current_seller
from billing.periods import Month
from invoices.models import BillingRun, Invoice, MonthlyPermission
from invoices.monthly_run import start_run, work_off
from invoices.permission import grant, revoke

KOLKATA = "Asia/Kolkata"


def at(text: str, zone: str = KOLKATA) -> datetime:
    """Return a local moment, such as `at("2026-10-20 14:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def granted(account: Account, when: str = "2026-10-01 09:00") -> MonthlyPermission:
    """Turn monthly invoicing on."""
    zone = current_seller().time_zone
    return grant(account, by="clerk@example.com", reason="asked for it", now=at(when, zone))


def revoked(account: Account, when: str) -> Invoice | None:
    """Turn monthly invoicing off; return the closing invoice."""
    zone = current_seller().time_zone
    return revoke(account, by="clerk@example.com", reason="asked for it", now=at(when, zone))


def bill(month: str, when: str | None = None) -> BillingRun:
    """Run a month on the first of the next one, at half past midnight unless told otherwise."""
    zone = current_seller().time_zone
    now = at(when or f"{Month.parse(month).next()}-01 00:30", zone)
    run = start_run(Month.parse(month), by="test", now=now)
    return work_off(run, clock=lambda: now, by="test")


def invoices_of(account: Account) -> list[Invoice]:
    """Return the account's invoices, oldest first."""
    return list(
        Invoice.objects.filter(account=account).select_related("document").order_by("document_id")
    )


def nets(invoice: Invoice) -> list[tuple[str, str]]:
    """Return what each line is and costs, in the invoice's order."""
    return [(line.description, f"{line.net_amount:.2f}") for line in invoice.document.lines.all()]
