"""An account's low-balance alert: setting its threshold, and turning it off."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.models import Account, LowCreditAlert
from billing.money import amount_text
from billing.payments.begin import check_amount
from billing.payments.owed import free_credits
from certinext.audit.trail import record


def alert_of(account: Account) -> LowCreditAlert | None:
    """Return the account's alert, or None while it is off."""
    return LowCreditAlert.objects.filter(account=account).first()


@transaction.atomic
def set_alert(
    account: Account, *, threshold: Decimal, currency: str, by: str, now: datetime
) -> LowCreditAlert:
    """Have the account written to once its free credits fall below the threshold, on the record.

    Where they are below it already nobody is written to: whoever sets it sees the balance. Raises
    `PaymentRefused` for an amount that the account's currency does not know.
    """
    account = Account.objects.lock(account)
    check_amount(threshold, currency=currency, account=account)
    free = free_credits(account)
    alert, _made = LowCreditAlert.objects.update_or_create(
        account=account,
        defaults={
            "threshold": threshold,
            "currency": currency,
            "is_armed": free >= threshold,
            "set_by": by,
            "set_at": now,
        },
    )
    record(
        "credit_alert.set",
        on=account,
        by=by,
        account_number=account.account_number,
        threshold=amount_text(threshold, currency),
    )
    return alert


@transaction.atomic
def turn_off_alert(account: Account, *, by: str) -> bool:
    """Write to the account no more; what waits to be sent is dropped. Says whether it was on."""
    account = Account.objects.lock(account)
    was_on, _rows = LowCreditAlert.objects.filter(account=account).delete()
    if was_on:
        record("credit_alert.turned_off", on=account, by=by, account_number=account.account_number)
    return bool(was_on)
