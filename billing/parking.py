"""Parking accounts that cannot be billed, so that the others go on."""

from __future__ import annotations

from datetime import datetime

from billing.errors import CannotBill
from billing.models import Account, ParkedAccount
from certinext.audit.trail import record


def park(account: Account, error: CannotBill, *, now: datetime) -> None:
    """Show the account to the backoffice with the reason; the first moment is kept."""
    parked, created = ParkedAccount.objects.get_or_create(
        account=account,
        defaults={"reason_code": error.code, "reason": error.reason, "parked_at": now},
    )
    if not created and parked.reason != error.reason:
        parked.reason_code, parked.reason = error.code, error.reason
        parked.save(update_fields=["reason_code", "reason"])
        created = True
    if created:
        record(
            "account.parked",
            on=account,
            account_number=account.account_number,
            code=error.code,
            reason=error.reason,
        )


def unpark(account: Account) -> None:
    """Take the account off the list: it was billed."""
    gone, _ = ParkedAccount.objects.filter(account=account).delete()
    if gone:
        record("account.unparked", on=account, account_number=account.account_number)
