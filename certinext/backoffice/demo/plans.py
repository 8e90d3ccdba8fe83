"""What the demo's world is made of, before anything of it is in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Literal
from zoneinfo import ZoneInfo

# Complete months that the demo looks back on; the last of them is left to the monthly run.
MONTHS = 4


class Fate(Enum):
    """What becomes of an order."""

    FULFILLED = "fulfilled"
    GENERATED = "generated"
    PENDING = "pending"
    REVOKED = "revoked"
    ON_HOLD = "on hold"
    # Waits for an approval across the month's end, so that its charge comes late.
    APPROVED_LATE = "approved late"
    # Before the portal hears of it again: what was not invoiced yet will never be.
    CANCELLED_SOON = "cancelled soon"
    REJECTED_SOON = "rejected soon"
    # Weeks later, when it stands on an invoice.
    CANCELLED_LATER = "cancelled later"
    REJECTED_LATER = "rejected later"


@dataclass(frozen=True, kw_only=True)
class SpecialOrder:
    """An order that the demo needs: in which month (how many ago), on which day, with what fate."""

    months_ago: int
    day: int
    fate: Fate
    product: str
    term_years: int = 1


@dataclass(frozen=True, kw_only=True)
class PortalOrder:
    """An order placed in the portal by one of the seller's people."""

    months_ago: int
    day: int
    account: str
    by: str
    product: str
    term_years: int = 1
    domain: str = ""
    po_number: str = ""
    # Cancelled by the same person, or rejected by the backoffice, so long after.
    cancelled_after: timedelta | None = None
    rejected_after: timedelta | None = None
    on_hold: bool = False
    # Names that the same person adds to its certificate, so long after it was placed.
    added_names: tuple[str, ...] = ()
    added_after: timedelta = timedelta(days=4)


@dataclass(frozen=True, kw_only=True)
class ProductPlan:
    """A product with its net price in the seller's currency for 1, 2 and 3 years."""

    code: str
    name: str
    type_id: str
    prices: tuple[str, str, str]
    # The code of the product as which each name added to a certificate is charged.
    added_name: str = ""


@dataclass(frozen=True, kw_only=True)
class CategoryPlan:
    """A category of the platform's catalogue."""

    category_id: str
    name: str
    products: tuple[ProductPlan, ...]


@dataclass(frozen=True, kw_only=True)
class MeterPlan:
    """What a subscription counts."""

    code: str
    name: str
    included: Decimal
    unit_price: Decimal
    # Another price above so many further units: graduated tiers.
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True, kw_only=True)
class SubscriptionPlan:
    """A monthly fee with its meters, in the seller's currency."""

    code: str
    name: str
    description: str
    fee: Decimal
    meters: tuple[MeterPlan, ...]
    # What fee and usage of a month come to at least.
    commitment: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class GroupPlan:
    """A cost centre of an account."""

    number: str
    name: str


# How an account pays what it owes, once in the demo's last month: `by_transfer` announces it, and
# the bank's statement brings it.
Pays = Literal["in_full", "in_part", "from_credits", "by_transfer", "never"]


@dataclass(frozen=True, kw_only=True)
class TopUpPlan:
    """An automatic top-up that an account agreed to, in its currency."""

    threshold: Decimal
    amount: Decimal
    monthly_limit: Decimal


@dataclass(frozen=True, kw_only=True)
class AccountPlan:
    """A customer and its habits. `details` are the fields of `billing.models.Account`."""

    number: str
    kind: str
    name: str
    details: Mapping[str, object]
    domains: tuple[str, ...]
    groups: tuple[GroupPlan, ...]
    # Product codes that it orders, the usual ones more than once.
    products: tuple[str, ...]
    orders_a_month: int
    orders_last_month: int | None = None
    special: tuple[SpecialOrder, ...] = ()
    organization: str = ""
    parent: str = ""
    billed_to_parent: bool = False
    monthly: bool = False
    # Months ago from whose first day it is billed; earlier orders are history.
    billed_from_months_ago: int | None = None
    # A partner's own prices: per cent off the general list.
    discount: int = 0
    subscription: str = ""
    # The day of the oldest month on which it starts: another one than the first is prorated.
    subscription_day: int = 1
    # Units used by meter and month, the oldest month first.
    usage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pays: Pays = "in_full"
    top_up: TopUpPlan | None = None

    def invoiced_monthly(self, seller: SellerPlan) -> bool:
        """Say whether its charges wait for a monthly invoice, its own or its partner's."""
        return seller.account(self.parent).monthly if self.billed_to_parent else self.monthly


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """Somebody who signs in. `roles` maps account numbers to roles of the membership."""

    email: str
    name: str
    title: str
    roles: Mapping[str, str] = field(default_factory=dict)
    is_staff: bool = False


@dataclass(frozen=True, kw_only=True)
class MoneyPlan:
    """What the clerk's desk shows: accounts by number, amounts in the seller's currency."""

    # Owes invoices for so long that it is reminded.
    reminded: str
    # Complains about an open invoice, of which a part is credited.
    partly_credited: str
    # Sends less than its invoice by bank.
    short: str
    # Asks credits back, to this account.
    withdraws: str
    withdrawn: Decimal
    destination: Mapping[str, str]
    # Says that it has sent a transfer for credits.
    announces: str
    announced: Decimal


@dataclass(frozen=True, kw_only=True)
class SellerPlan:
    """A tenant. `legal` are the fields of `billing.models.Seller`."""

    schema: str
    name: str
    legal: Mapping[str, object]
    zone: ZoneInfo
    currency: str
    issuer_ca: str
    # The platform's production prints dates without a zone, its sandbox in UTC with a Z.
    dates_without_zone: bool
    # Whether its report says the term of each order.
    reports_validity: bool
    catalogue: tuple[CategoryPlan, ...]
    plans: tuple[SubscriptionPlan, ...]
    accounts: tuple[AccountPlan, ...]
    people: tuple[PersonPlan, ...]
    portal_orders: tuple[PortalOrder, ...]
    money: MoneyPlan
    # The month, counted back from now, from which on documents are registered at the sandbox; none:
    # e-invoicing does not apply.
    e_invoices_since: int | None = None

    @property
    def host(self) -> str:
        """Where it answers: browsers send every name below localhost to this machine."""
        return f"{self.schema}.localhost"

    def account(self, number: str) -> AccountPlan:
        """Return an account by its number; raises StopIteration when there is none."""
        return next(account for account in self.accounts if account.number == number)

    @property
    def added_names(self) -> set[str]:
        """The products that only stand for added names: nobody orders them by themselves."""
        return {product.added_name for product in self.products.values()} - {""}

    def category_of(self, product: str) -> str:
        """Return the name of a product's category; raises StopIteration for an unknown product."""
        return next(c.name for c in self.catalogue if any(p.code == product for p in c.products))

    @property
    def products(self) -> dict[str, ProductPlan]:
        """The catalogue's products by code."""
        return {p.code: p for category in self.catalogue for p in category.products}
