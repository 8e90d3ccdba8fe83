"""Parking accounts that cannot be billed, so that the others go on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from billing.errors import UNFORESEEN, CannotBill
from billing.models import Account, ParkedAccount
from certinext.audit.trail import event_of, record, record_all


def park(account: Account, error: CannotBill, *, now: datetime) -> None:
    """Show the account to the backoffice with the reason; the first moment is kept.

    An unforeseen error keeps its first reference too: the sweep tries again every minute, and each
    time would be a new line of the trail.
    """
    parked, created = ParkedAccount.objects.get_or_create(
        account=account,
        defaults={"reason_code": error.code, "reason": error.reason, "parked_at": now},
    )
    is_known = error.code == UNFORESEEN and parked.reason_code == UNFORESEEN
    if not created and not is_known and parked.reason != error.reason:
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


def unpark(accounts: Iterable[Account]) -> None:
    """Take accounts off the list: they were billed."""
    known = {account.pk: account for account in accounts}
    parked = ParkedAccount.objects.filter(account__in=known)
    gone = list(parked.values_list("account_id", flat=True))
    if gone:
        parked.delete()
        record_all(
            event_of("account.unparked", on=known[pk], account_number=known[pk].account_number)
            for pk in gone
        )
