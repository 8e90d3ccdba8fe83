"""Whose credits are to be topped up: asked by one query, begun once a fall."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.credits.low import with_free
from billing.models import Account, AutoTopUp, Checkout, GatewayAccount, Mandate, Payment
from billing.models.seller import current_seller
from billing.payments.begin import begin_payment
from billing.payments.owed import free_credits
from billing.periods import Month, local_date, month_bounds
from billing.sentences import gettext_noop

BY = "automatic top-up"
State = Payment.State
# What was charged, or may have been; what failed leaves room for another.
COUNTS = [State.INITIATED, State.PENDING_APPROVAL, State.SUCCEEDED]
UNDER_WAY = [State.INITIATED, State.PENDING_APPROVAL]


def claim_top_ups(*, now: datetime) -> int:
    """Begin a payment for each fall that has not been answered; return how many. No money moves.

    Safe to run twice and at once: the account's lock makes the second look find nothing.
    """
    found = list(_moved(now).order_by("pk").values_list("pk", "account_id"))
    return sum(_claim(pk, account_id, now=now) for pk, account_id in found)


def why_not_charged(payment: Payment, *, now: datetime) -> str | None:
    """Say why an automatic top-up that was begun must not be charged now; None where it may be."""
    agreed = AutoTopUp.objects.select_related("mandate").get(payments=payment)
    if agreed.ended_at is not None:
        return gettext_noop("Automatic top-up was turned off before it was charged.")
    if agreed.mandate.state != Mandate.State.ACTIVE:
        return gettext_noop("The payment method was removed before it was charged.")
    if free_credits(payment.account) >= agreed.threshold:
        return gettext_noop("Credits were back up before it was charged.")
    zone = current_seller().zone
    if Month.of(local_date(payment.created_at, zone)) != Month.of(local_date(now, zone)):
        # It would count in a month that is over: the new one has a limit of its own.
        return gettext_noop("The month was over before it was charged.")
    return None


def charged_in_month(now: datetime) -> QuerySet[Payment]:
    """Return the automatic top-ups that count in the month of `now`, in the seller's zone."""
    zone = current_seller().zone
    start, end = month_bounds(Month.of(local_date(now, zone)), zone)
    return Payment.objects.filter(
        auto_top_up__isnull=False,
        state__in=COUNTS,
        created_at__gte=start,
        created_at__lt=end,
    )


def with_charged(rows: QuerySet[Any], *, now: datetime) -> QuerySet[Any]:
    """Add to rows of an `account` what was `charged` by itself in the month of `now`."""
    charged = charged_in_month(now).filter(account=OuterRef("account"))
    total = charged.order_by().values("account").annotate(total=Sum("amount")).values("total")
    counted: QuerySet[Any] = rows.annotate(charged=Coalesce(Subquery(total), Decimal(0)))
    return counted


def _moved(now: datetime) -> QuerySet[Any]:
    """Return those whose credits fell while armed and may be charged, or are up while disarmed.

    The trigger arms again what a rise of credits brings up; what a refused withdrawal sets free
    raises no credits, and is found here.
    """
    under_way = Payment.objects.filter(
        auto_top_up__account=OuterRef("account"), state__in=UNDER_WAY
    )
    rows = with_charged(with_free(AutoTopUp.objects.filter(ended_at=None)), now=now)
    may_be_charged = Q(
        is_armed=True,
        free__lt=F("threshold"),
        paused_at=None,
        currency=F("account__currency"),
        mandate__state=Mandate.State.ACTIVE,
        mandate__provider__in=GatewayAccount.objects.filter(enabled=True).values("provider"),
        charged__lte=F("monthly_limit") - F("amount"),
    ) & ~Exists(under_way)
    return rows.filter(may_be_charged | Q(is_armed=False, free__gte=F("threshold")))


@transaction.atomic
def _claim(pk: int, account_id: int, *, now: datetime) -> bool:
    """Begin the payment for one fall, or arm again after a rise; say whether one was begun."""
    account = Account.objects.lock(Account(pk=account_id))
    agreed = _moved(now).filter(pk=pk).select_related("mandate").first()
    if agreed is None:
        return False
    agreed.is_armed = not agreed.is_armed
    agreed.save(update_fields=["is_armed"])
    if agreed.is_armed:
        return False
    payment = begin_payment(
        account,
        kind=Payment.Kind.TOP_UP,
        method=Payment.Method.GATEWAY,
        provider=agreed.mandate.provider,
        amount=agreed.amount,
        currency=agreed.currency,
        by=BY,
        now=now,
        auto_top_up=agreed,
    )
    # Due at once: whoever looks next asks the gateway, this process or another one.
    Checkout.objects.create(payment=payment, url="", expires_at=now, next_check_at=now)
    return True
