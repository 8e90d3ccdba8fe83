"""What is known of subscriptions before their charges are computed: usage, and what is charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from billing.models import Charge, PlanMeter, Subscription, SubscriptionCharge, UsageRecord
from billing.money import ONE, ZERO, line_net
from billing.periods import Month
from billing.proration import Days

What = SubscriptionCharge.What


@dataclass(frozen=True)
class DueCharge:
    """A charge that is not raised yet, and what of its subscription it stands for."""

    charge: Charge
    link: SubscriptionCharge


@dataclass
class SubscriptionBook:
    """One subscription with its usage by month and meter, and its charges so far."""

    subscription: Subscription
    usage: dict[tuple[Month, int], Decimal] = field(default_factory=dict)
    links: list[SubscriptionCharge] = field(default_factory=list)

    @property
    def months_with_usage(self) -> list[Month]:
        """The months in which anything was used, oldest first."""
        return sorted({month for month, _meter in self.usage})

    def days_in(self, month: Month) -> Days | None:
        """Return the days of a month in which it runs and is billed, if there are any."""
        return Days.of_month(month).within(self.begins, self.subscription.ends_on)

    @property
    def begins(self) -> date:
        """The first day that is billed."""
        billed_from = self.subscription.account.billing_from or date.min
        return max(self.subscription.starts_on, billed_from)

    def charged(
        self, what: str, month: Month, meter: PlanMeter | None = None
    ) -> list[SubscriptionCharge]:
        """Return the links to charges of a month, also to voided ones: their keys stay taken."""
        return [
            link
            for link in self.links
            if link.what == what
            and link.first_day in month
            and (meter is None or link.meter_id == meter.pk)
        ]

    def standing(
        self, what: str, month: Month, meter: PlanMeter | None = None
    ) -> list[SubscriptionCharge]:
        """Return the links to charges of a month that were not voided."""
        return [link for link in self.charged(what, month, meter) if not is_void(link)]

    def charge(
        self,
        *,
        what: str,
        key: str,
        days: Days,
        description: str,
        detail: str,
        unit_price: Decimal,
        quantity: Decimal = ONE,
        meter: PlanMeter | None = None,
        units: Decimal = ZERO,
        covered: Decimal = ZERO,
    ) -> DueCharge:
        """Compute a charge of the subscription, in its plan's currency."""
        subscription = self.subscription
        plan, account = subscription.plan, subscription.account
        is_fee = what in (What.MONTH, What.YEAR)
        charge = Charge(
            source_key=key,
            kind=Charge.Kind.SUBSCRIPTION if is_fee else Charge.Kind.USAGE,
            account=account,
            payer=account.payer,
            description=description[:200],
            detail=detail[:300],
            tax_code=plan.tax_code,
            quantity=quantity,
            unit_price=unit_price,
            net_amount=line_net(quantity=quantity, unit_price=unit_price, currency=plan.currency),
            currency=plan.currency,
            service_from=days.first,
            service_until=days.last,
        )
        link = SubscriptionCharge(
            charge=charge,
            subscription=subscription,
            what=what,
            meter=meter,
            first_day=days.first,
            until=days.until,
            units=units,
            covered=covered,
        )
        return DueCharge(charge, link)


def books_of(subscriptions: Sequence[Subscription], *, until: date) -> Iterator[SubscriptionBook]:
    """Return a book for each of them in two queries; usage of later days than `until` is left."""
    books = {one.pk: SubscriptionBook(one) for one in subscriptions}
    for pk, meter, year, month, total in _usage(books, until):
        books[pk].usage[Month(year, month), meter] = total
    links: dict[int, list[SubscriptionCharge]] = defaultdict(list)
    for link in (
        SubscriptionCharge.objects.filter(subscription__in=books)
        .select_related("charge__void")
        .order_by("charge_id")
    ):
        links[link.subscription_id].append(link)
    for pk, book in books.items():
        book.links = links[pk]
        yield book


def is_void(link: SubscriptionCharge) -> bool:
    """Say whether the charge was voided."""
    return hasattr(link.charge, "void")


def _usage(
    subscriptions: Iterable[int], until: date
) -> Iterator[tuple[int, int, int, int, Decimal]]:
    billed_from = "subscription__account__billing_from"
    yield from (
        UsageRecord.objects.filter(
            Q(**{f"{billed_from}__isnull": True}) | Q(occurred_on__gte=F(billed_from)),
            subscription__in=subscriptions,
            occurred_on__lte=until,
        )
        .values_list("subscription_id", "meter_id", "occurred_on__year", "occurred_on__month")
        .annotate(total=Sum("quantity"))
        .order_by()
    )
