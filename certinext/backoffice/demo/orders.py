"""What the platform knows of each account's orders: drawn from a fixed seed, moment by moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from billing.periods import Month, local_date
from certinext.backoffice.demo.calendar import Calendar
from certinext.backoffice.demo.plans import AccountPlan, Fate, SellerPlan, SpecialOrder

SEED = "certinext demo 1"
ISSUED = {"Certificate Generated", "Certificate Downloaded", "Certificate Revoked"}
_TAGS = ((), ("prod",), ("prod", "web"), ("lab",), ("prod", "eu"))
_COUNTRIES = {
    "IN": "India",
    "US": "United States of America (USA)",
    "DE": "Germany",
    "NL": "Netherlands",
    "FR": "France",
    "SE": "Sweden",
    "IE": "Ireland",
    "CH": "Switzerland",
    "ES": "Spain",
    "PL": "Poland",
    "GR": "Greece",
    "AT": "Austria",
    "BE": "Belgium",
}
_FREE = "0.00"


@dataclass(frozen=True)
class Step:
    """From when on an order shows these two statuses, in the platform's words."""

    at: datetime
    order_status: str
    certificate_status: str

    @property
    def is_about_money(self) -> bool:
        """Say whether it places or ends an order; issuing the certificate does neither."""
        return self.certificate_status not in ISSUED


@dataclass(frozen=True, kw_only=True)
class ReportedOrder:
    """An order as the platform knows it; its steps are in the order of time."""

    account: str
    order_number: str
    request_number: str
    product: str
    term_years: int
    group: str
    domain: str
    organization: str
    country: str
    ordered_at: datetime
    steps: tuple[Step, ...]
    fate: Fate
    serial: str
    issuer: str
    originator: str
    tags: tuple[str, ...]
    cost_centre: str

    def step_at(self, moment: datetime) -> Step | None:
        """Return what the platform says at a moment; None before the order was placed."""
        past = [step for step in self.steps if step.at <= moment]
        return past[-1] if past else None


def orders_of(seller: SellerPlan, calendar: Calendar) -> list[ReportedOrder]:
    """Return every order of the seller's platform up to the calendar's now, oldest first."""
    orders = [
        order
        for account in seller.accounts
        for order in _Draw(seller, account, calendar).orders()
        if order.ordered_at <= calendar.now
    ]
    return sorted(orders, key=lambda order: (order.ordered_at, order.request_number))


class _Draw:
    """One account's orders. Each account and month has dice of its own, so that adding an order
    to one leaves the others as they were."""

    def __init__(self, seller: SellerPlan, account: AccountPlan, calendar: Calendar) -> None:
        self._seller = seller
        self._account = account
        self._calendar = calendar
        self._names = [*account.domains]

    def orders(self) -> Iterator[ReportedOrder]:
        """Yield the usual orders of each month, then the special ones."""
        for ago, month in self._calendar.months:
            dice = self._dice(f"month {ago}")
            for index in range(self._wanted(ago)):
                yield self._usual(ago, month, index, dice)
        for index, special in enumerate(self._account.special):
            yield self._special(special, self._dice(f"special {index}"))

    def _wanted(self, ago: int) -> int:
        if ago == 1 and self._account.orders_last_month is not None:
            return self._account.orders_last_month
        return self._account.orders_a_month

    def _usual(self, ago: int, month: Month, index: int, dice: random.Random) -> ReportedOrder:
        at = self._calendar.on(month, dice.randint(1, month.days), _office_hour(dice))
        wanted = self._account.products
        # In turn, each month beginning elsewhere: small accounts too come to all of their products.
        product = wanted[(index + ago * self._account.orders_a_month) % len(wanted)]
        fate = Fate.FULFILLED
        if ago == 0 or (ago == 1 and dice.random() < 0.1):
            fate = dice.choice((Fate.FULFILLED, Fate.GENERATED, Fate.PENDING))
        term = 1 if self._is_free(product) else dice.choice((1, 1, 1, 2, 3))
        return self._order(at, product, term, fate, dice)

    def _special(self, special: SpecialOrder, dice: random.Random) -> ReportedOrder:
        at = self._calendar.at(special.months_ago, special.day, _office_hour(dice))
        return self._order(at, special.product, special.term_years, special.fate, dice)

    def _order(
        self, at: datetime, product: str, term: int, fate: Fate, dice: random.Random
    ) -> ReportedOrder:
        account = self._account
        steps = tuple(self._life(fate, at, dice))
        issued = any(step.order_status == "Order Fulfilled" for step in steps)
        issued = issued or fate is Fate.GENERATED
        return ReportedOrder(
            account=account.number,
            order_number="" if fate is Fate.ON_HOLD else _number(dice),
            request_number=_number(dice),
            product=product,
            # Only a report that names the term can have another one than the usual year.
            term_years=term if self._seller.reports_validity else 1,
            group=dice.choice(account.groups).number,
            domain=self._domain(product, dice),
            organization=account.organization or str(account.details["legal_name"])[:200],
            country=_COUNTRIES[str(account.details["country"])],
            ordered_at=at,
            steps=steps,
            fate=fate,
            serial=str(dice.randrange(10**35, 10**36)) if issued else "",
            issuer=self._seller.issuer_ca if issued else "",
            originator=self._originator(product, dice),
            tags=dice.choice(_TAGS),
            cost_centre=str(dice.randint(1000, 9999)) if dice.random() < 0.4 else "",
        )

    def _life(self, fate: Fate, at: datetime, dice: random.Random) -> Iterator[Step]:
        """Yield the statuses that an order goes through, from the moment it was placed."""
        done = at + timedelta(minutes=dice.randint(40, 2400))
        if fate is Fate.ON_HOLD:
            yield Step(at, "Order On Hold", "")
            return
        if fate is Fate.APPROVED_LATE:
            yield Step(at, "Order Pending Approval", "")
            at = at + timedelta(days=9)
            done = at + timedelta(days=1)
        yield Step(at, "Order Accepted", "Pending for Approver")
        if fate in {Fate.CANCELLED_SOON, Fate.CANCELLED_LATER}:
            yield Step(self._end(fate, at), "Order Cancelled", "Rejected due to Order Cancellation")
        elif fate in {Fate.REJECTED_SOON, Fate.REJECTED_LATER}:
            yield Step(self._end(fate, at), "Order Rejected", "Rejected")
        else:
            yield from _issued(fate, done)

    def _end(self, fate: Fate, at: datetime) -> datetime:
        """Return when an order is cancelled or rejected: before or after it is invoiced.

        Without the monthly permission that is the evening of its day; with it, the month's end.
        """
        soon = fate in {Fate.CANCELLED_SOON, Fate.REJECTED_SOON}
        if not self._account.invoiced_monthly(self._seller):
            return at + (timedelta(minutes=25) if soon else timedelta(days=6))
        if soon:
            return at + timedelta(days=8)
        month = Month.of(local_date(at, self._calendar.zone)).next()
        return self._calendar.on(month, 5, time(11, 20))

    def _domain(self, product: str, dice: random.Random) -> str:
        """Return a domain, a mailbox or nothing, as the product's category wants it."""
        plan = self._seller.products[product]
        name = dice.choice(self._names)
        category = self._seller.category_of(product)
        if category == "Document Signing":
            return ""
        if category == "S/MIME Certificates":
            people = ("accounts", "office", "it-desk", "security", "orders", "press")
            host = str(self._account.details["billing_email"]).partition("@")[2]
            return f"{dice.choice(people)}{dice.randint(1, 40)}@{host}"
        if "Wildcard" in plan.name:
            return name if name.startswith("*.") else f"*.{name.removeprefix('www.')}"
        return name.removeprefix("*.")

    def _originator(self, product: str, dice: random.Random) -> str:
        if self._is_free(product):
            return "ACME"
        if self._seller.dates_without_zone:
            return ""
        return dice.choice(("emSign-Hub API", "emSign-Hub API", "ACME"))

    def _is_free(self, product: str) -> bool:
        return self._seller.products[product].prices[0] == _FREE

    def _dice(self, what: str) -> random.Random:
        # Not for secrets: everybody shall get the same demo.
        return random.Random(f"{SEED}/{self._seller.schema}/{self._account.number}/{what}")  # noqa: S311


def _issued(fate: Fate, done: datetime) -> Iterator[Step]:
    if fate is Fate.GENERATED:
        yield Step(done, "Order Accepted", "Certificate Generated")
    elif fate is not Fate.PENDING:
        yield Step(done, "Order Fulfilled", "Certificate Downloaded")
    if fate is Fate.REVOKED:
        yield Step(done + timedelta(days=11), "Order Fulfilled", "Certificate Revoked")


def _office_hour(dice: random.Random) -> time:
    return time(dice.randint(8, 18), dice.randint(0, 59), dice.randint(0, 59))


def _number(dice: random.Random) -> str:
    """Return ten digits; that no two are alike is proved by a test over the whole demo."""
    return str(dice.randrange(10**9, 10**10))
