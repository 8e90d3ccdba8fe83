"""Charges for plans and metered usage: computed first, raised when a monthly invoice is made.

What is due is what is not charged yet, so computing it again after it was raised finds nothing.
Usage is rated on the month's cumulated units: what arrives late is charged on the next invoice for
the difference alone. Days before the account's `billing_from` are history, as orders of such days
are. A closing invoice in mid-month charges the month's fee for all days of the month in which the
subscription runs, once; the month's commitment is charged when the month is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import override

from billing.fees import commitment, monthly_fee, yearly_fees
from billing.models import Account, Charge, Subscription, SubscriptionCharge
from billing.periods import Month
from billing.subscription_books import DueCharge, SubscriptionBook, books_of
from billing.usage_charges import usage

What = SubscriptionCharge.What


def due_monthly_charges(
    accounts: Sequence[Account], *, months: Sequence[Month], until: date
) -> dict[int, list[DueCharge]]:
    """Compute fees, usage and commitments that `accounts` are to pay, by their ids, in order.

    Nothing is written. `months` are the calendar months, one or more, whose fees are due; `until`
    is the last local day (inclusive) of usage to rate. Months before the first given one are rated
    again for usage that arrived late. Amounts are in the plan's currency. The number of queries
    grows neither with the accounts nor with their subscriptions.
    """
    languages = {account.pk: account.document_language for account in accounts}
    subscriptions = (
        Subscription.objects.payable_by(*accounts)
        .select_related("plan", "account__parent")
        .prefetch_related("plan__meters__tiers")
        .order_by("id")
    )
    due: dict[int, list[DueCharge]] = {account.pk: [] for account in accounts}
    for book in books_of(list(subscriptions), until=until):
        payer = book.subscription.account.payer
        with override(languages[payer.pk]):
            due[payer.pk] += _due(book, months, until)
    return due


def raise_due(due: Iterable[DueCharge]) -> list[Charge]:
    """Raise what was computed as due and return it. The caller holds the payers' locks.

    No charge is raised twice: each has its `source_key`, and the days that it pays for, by a
    constraint of the database.
    """
    due = list(due)
    charges = Charge.objects.bulk_create([one.charge for one in due])
    SubscriptionCharge.objects.bulk_create([one.link for one in due])
    return charges


def fees_of_new(
    subscription: Subscription, *, months: Sequence[Month], until: date
) -> list[Charge]:
    """Compute the fees of the given months for a subscription that nothing has charged yet."""
    book = SubscriptionBook(subscription)
    due = [one for month in months for one in monthly_fee(book, month, until)]
    return [one.charge for one in (*due, *yearly_fees(book, months[0].first_day, until))]


def charged_until(subscription: Subscription) -> date | None:
    """Return the day after the last one whose monthly fee or commitment is charged, if any is.

    Charges of nothing and voided ones do not count. A year's fee is not given back: it does not
    keep a subscription from ending.
    """
    last = (
        subscription.charges.filter(
            what__in=[What.MONTH, What.COMMITMENT],
            charge__void__isnull=True,
            charge__net_amount__gt=0,
        )
        .order_by("-until")
        .first()
    )
    return last.until if last else None


def _due(book: SubscriptionBook, months: Sequence[Month], until: date) -> list[DueCharge]:
    due: list[DueCharge] = []
    for month in months:
        due += monthly_fee(book, month, until)
    due += yearly_fees(book, months[0].first_day, until)
    for month in book.months_with_usage:
        due += usage(book, month)
    for month in months:
        due += commitment(book, month, until, due)
    return due
