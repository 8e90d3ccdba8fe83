"""What follows when an automatic top-up is declined: one e-mail, and a pause after several."""

from __future__ import annotations

from datetime import datetime

from billing.models import AutoTopUp, DeclinedTopUpMail, Payment
from certinext.audit.trail import record

# In a row; then a person has to look.
PAUSED_AFTER = 3
State = Payment.State


def note_decline(payment: Payment, *, now: datetime) -> None:
    """Note that the gateway declined it, in the transaction that notes its failure.

    Called under the account's lock. Safe to call again: a payment is declined once. Payments that
    a person made are left alone.
    """
    if payment.auto_top_up_id is None:
        return
    _mail, is_new = DeclinedTopUpMail.objects.get_or_create(
        payment=payment, defaults={"claimed_at": now, "next_attempt_at": now}
    )
    if not is_new:
        return
    agreed = AutoTopUp.objects.get(pk=payment.auto_top_up_id)
    account_number = payment.account.account_number
    record(
        "auto_top_up.declined",
        on=payment,
        by=payment.provider,
        account_number=account_number,
        reason=payment.reason,
    )
    if agreed.ended_at or agreed.paused_at or declines_in_a_row(agreed) < PAUSED_AFTER:
        return
    agreed.paused_at = now
    agreed.save(update_fields=["paused_at"])
    record("auto_top_up.paused", on=agreed, account_number=account_number, declines=PAUSED_AFTER)


def declines_in_a_row(agreed: AutoTopUp) -> int:
    """Return how many of its latest top-ups were declined, since the last one that succeeded."""
    counted = agreed.payments.filter(created_at__gte=agreed.counted_from)
    succeeded = counted.filter(state=State.SUCCEEDED).order_by("-id").values_list("id", flat=True)
    declined = counted.filter(state=State.FAILED, declined_top_up_mail__isnull=False)
    return declined.filter(id__gt=succeeded.first() or 0).count()
