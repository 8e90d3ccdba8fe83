"""Who is to hear that credits are low: asked by one query, told by one mail a fall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.credits.letter import LOW_CREDITS
from billing.mailing.deliver import deliver_waiting
from billing.models import Account, AccountBalance, LowCreditAlert, LowCreditMail, Payment


def tell_of_low_credits(*, clock: Callable[[], datetime]) -> int:
    """Claim a mail for each fall below a threshold, and send what waits; return how many went out.

    Safe to run twice and at once: the account's lock makes the second look find nothing.
    """
    for alert in with_free(LowCreditAlert.objects.all()).filter(_moved()).order_by("pk"):
        _follow(alert.account_id, now=clock())
    return deliver_waiting(LOW_CREDITS, clock=clock)


def with_free(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add to rows of an `account` in a `currency` its `free` credits, which nothing will take."""
    balances = AccountBalance.objects.filter(
        account=OuterRef("account"), currency=OuterRef("currency")
    )
    reserved = (
        Payment.objects.filter(account=OuterRef("account"))
        .reserving_credits()
        .order_by()
        .values("account")
        .annotate(reserved=Sum("amount"))
    )
    free: QuerySet[Any] = rows.annotate(
        free=Coalesce(Subquery(balances.values("credits")), Decimal(0))
        - Coalesce(Subquery(reserved.values("reserved")), Decimal(0))
    )
    return free


def _moved() -> Q:
    """What stands otherwise than the alert knows: fallen while armed, or risen since its mail."""
    return Q(is_armed=True, free__lt=F("threshold")) | Q(is_armed=False, free__gte=F("threshold"))


@transaction.atomic
def _follow(account_id: int, *, now: datetime) -> None:
    """Tell a fall once, and have the alert wait for the next one after a rise."""
    Account.objects.lock(Account(pk=account_id))
    found = with_free(LowCreditAlert.objects.filter(pk=account_id)).filter(_moved()).first()
    if found is None:
        return
    found.is_armed = not found.is_armed
    found.save(update_fields=["is_armed"])
    waiting = LowCreditMail.objects.filter(account_id=account_id, state=LowCreditMail.State.WAITING)
    # A letter is written when it is sent: one that waits for the mail server tells this fall too.
    if not found.is_armed and not waiting.exists():
        LowCreditMail.objects.create(account_id=account_id, claimed_at=now, next_attempt_at=now)
