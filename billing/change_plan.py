"""Ending a subscription and changing its plan, on a day in the seller's calendar.

The month of the day is charged by calendar days: up to the day before with the old plan, from the
day on with the new one. What is charged already stays: another day is refused.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from billing.locks import lock_with_payer
from billing.models import Plan, Subscription
from billing.sentences import SentenceError, gettext_noop
from billing.subscription_charges import charged_until
from certinext.audit.trail import record


class CannotEnd(SentenceError):
    """The subscription cannot end on this day."""


class ChargedAlready(CannotEnd):
    """Days from then on are charged."""


class SamePlan(SentenceError):
    """The account has this plan already."""


def end_subscription(subscription: Subscription, *, on: date, by: str = "") -> Subscription:
    """End it: `on` is the first day without it. Raises `CannotEnd` and `ChargedAlready`.

    A year's fee is not given back; the month's fee and commitment are charged by days.
    """
    with transaction.atomic():
        account = lock_with_payer(subscription.account)
        ended = _end(subscription, on)
        record(
            "subscription.ended",
            on=ended,
            by=by,
            account_number=account.account_number,
            ends_on=on.isoformat(),
        )
    return ended


def change_plan(subscription: Subscription, *, plan: Plan, on: date, by: str = "") -> Subscription:
    """Go on with another plan from a day on; return the new subscription.

    Usage that was reported for the day or later stays with the old plan. The plan is in the same
    currency. Raises `SamePlan`, `CannotEnd` and `ChargedAlready`.
    """
    with transaction.atomic():
        account = lock_with_payer(subscription.account)
        taken = account.subscriptions.filter(plan=plan).going_on(on=on)
        if plan.pk == subscription.plan_id or taken.exists():
            raise SamePlan(
                gettext_noop("The account has %(plan)s then already: choose another plan."),
                plan=plan.name,
            )
        ended = _end(subscription, on)
        changed = Subscription.objects.create(account=account, plan=plan, starts_on=on)
        record(
            "subscription.changed",
            on=changed,
            by=by,
            account_number=account.account_number,
            before=ended.plan.code,
            after=plan.code,
            starts_on=on.isoformat(),
        )
    return changed


def _end(subscription: Subscription, on: date) -> Subscription:
    # Asked under the account's lock: nothing charges it meanwhile.
    subscription = Subscription.objects.select_related("plan").get(pk=subscription.pk)
    if subscription.ends_on is not None:
        raise CannotEnd(
            gettext_noop("It ends on %(day)s already."), day=subscription.ends_on.isoformat()
        )
    if on <= subscription.starts_on:
        raise CannotEnd(
            gettext_noop("It starts on %(day)s: choose a later day."),
            day=subscription.starts_on.isoformat(),
        )
    charged = charged_until(subscription)
    if charged is not None and on < charged:
        raise ChargedAlready(
            gettext_noop(
                "Its days before %(day)s are charged already: choose %(day)s or later, and credit"
                " on the invoice what is not owed."
            ),
            day=charged.isoformat(),
        )
    subscription.ends_on = on
    subscription.save(update_fields=["ends_on"])
    return subscription
