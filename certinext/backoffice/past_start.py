"""What a subscription that starts in the past charges for the months that are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.models import Subscription
from billing.models.seller import current_seller
from billing.periods import Month, completed_months, local_date
from billing.subscription_charges import fees_of_new
from invoices.permission import next_period_start

# A start that lies further back is asked about: it may be a slip of the year.
USUAL_DAYS = 31


@dataclass(frozen=True, kw_only=True)
class PastStart:
    """The past months that the next monthly invoice charges, with their fees before tax.

    `fees_from` is the first day whose fee is not invoiced yet; `billing_from` is given where the
    subscription starts before the account is billed. Without monthly invoicing of its payer, which
    the page says beside it, the next monthly invoice is one that comes once that is turned on.
    """

    subscription: Subscription
    months: list[Month]
    net: Decimal
    fees_from: date
    billing_from: date | None

    @property
    def key(self) -> str:
        """What is confirmed: another plan, day or amount is asked about again."""
        plan, day = self.subscription.plan_id, self.subscription.starts_on.isoformat()
        return f"{plan} {day} {self.net:f} {len(self.months)}"

    @property
    def first_month(self) -> date:
        """The first charged month's first day."""
        return self.months[0].first_day

    @property
    def last_month(self) -> date:
        """The last charged month's first day."""
        return self.months[-1].first_day

    @property
    def skips_months(self) -> bool:
        """Whether months in which it ran are over and invoiced, and so never charged."""
        first = max(self.subscription.starts_on, self.billing_from or date.min)
        return Month.of(first) < Month.of(self.fees_from)


def past_start(subscription: Subscription, *, now: datetime) -> PastStart | None:
    """Say what a new subscription charges for the past; None where its start is a usual one.

    Unusual is a start more than a month back, or before the account is billed.
    """
    seller = current_seller()
    today, starts_on = local_date(now, seller.zone), subscription.starts_on
    account = subscription.account
    billing_from = account.billing_from
    is_early = billing_from is not None and starts_on < billing_from
    if (today - starts_on).days <= USUAL_DAYS and not is_early:
        return None
    fees_from = local_date(next_period_start(account.payer, seller, now), seller.zone)
    months = completed_months(since=Month.of(fees_from), now=now, zone=seller.zone)
    fees = fees_of_new(subscription, months=months, until=today) if months else []
    charged = {Month.of(fee.service_from) for fee in fees}
    return PastStart(
        subscription=subscription,
        months=[month for month in months if month in charged],
        net=sum((fee.net_amount for fee in fees), Decimal(0)),
        fees_from=fees_from,
        billing_from=billing_from if is_early else None,
    )
