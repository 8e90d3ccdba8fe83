"""What the portal asks of a payment gateway, whichever it is.

Amounts cross this border as whole minor units, counted as that gateway counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from billing.money import decimals_of
from billing.sentences import SentenceError

# Long enough for a card's second factor and a bank's queue; what nobody pays is then over.
CHECKOUT_LASTS = timedelta(hours=24)
PATIENCE_SECONDS = 20


class GatewayUnavailable(SentenceError):
    """The gateway gave no usable answer: what was asked of it may or may not have happened."""


class GatewayRefused(GatewayUnavailable):
    """The gateway said no: what was asked of it has not happened."""


class WebhookRefused(Exception):
    """The message is not the gateway's: its signature is missing, wrong or too old."""


class EventKind(StrEnum):
    """What a message says."""

    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    REFUND_FAILED = "unrefunded"
    # A charge to a kept method that will not be made, and was not.
    CALLED_OFF = "called_off"
    # Keeping a payment method came to an end: the gateway knows which.
    KEEPING = "keeping"
    # Nothing that changes a payment, or nothing final yet.
    IGNORED = "ignored"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a gateway says of a payment, verified. `reference` is our own number of it.

    `provider_ref` is the gateway's id of the money, `session_ref` of the checkout; for refunds
    `provider_ref` is the id of the refund. `amount` is in minor units of `currency`.
    """

    event_id: str = ""
    kind: EventKind
    session_ref: str = ""
    provider_ref: str = ""
    reference: str = ""
    amount: int | None = None
    currency: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a checkout is for. The customer comes back to `return_url`, paid or not."""

    reference: str
    description: str
    amount: int
    currency: str
    email: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A checkout at the gateway: where the customer pays."""

    session_ref: str
    url: str


class Keeping(StrEnum):
    """How keeping a payment method went."""

    OPEN = "open"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class KeepOrder:
    """What a page to keep a payment method on is for."""

    reference: str
    description: str
    name: str
    email: str
    currency: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A payment method at the gateway: its own ids, and what people know it by."""

    state: Keeping
    customer_ref: str = ""
    method_ref: str = ""
    brand: str = ""
    last4: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What is charged to a kept method, in the gateway's minor units of `currency`."""

    reference: str
    description: str
    amount: int
    currency: str
    customer_ref: str
    method_ref: str


class Gateway(Protocol):
    """One seller's account at one gateway. Every method but `read_webhook` may ask the network.

    They raise `GatewayUnavailable` when there is no usable answer.

    The last six work without the customer, on a method that it keeps there. Charging takes two
    steps, so that nothing is charged twice whoever dies in between: `prepare` makes a charge that
    moves no money, its id is committed here, and only then `charge` moves it.
    """

    def minor_units(self, amount: Decimal, currency: str) -> int:
        """Return an amount as the gateway counts it."""

    def begin(self, order: Order) -> Begun:
        """Open a checkout. Safe to repeat: the reference makes it one."""

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """Return what a message says; raises `WebhookRefused` when it is not the gateway's."""

    def state_of(self, session_ref: str) -> Event:
        """Return how a checkout or a charge to a kept method stands."""

    def refund(self, *, provider_ref: str, amount: int, currency: str, reference: str) -> Event:
        """Send money back. Safe to repeat: the reference makes it one."""

    def refund_state(self, refund_ref: str) -> Event:
        """Return how a refund stands."""

    def keep(self, order: KeepOrder) -> Begun:
        """Open a page to keep a payment method on."""

    def kept(self, session_ref: str) -> Kept:
        """Return how that went."""

    def prepare(self, charge: Charge) -> str:
        """Make a charge that moves no money yet, and return the gateway's id of it."""

    def charge(self, session_ref: str, charge: Charge) -> Event:
        """Move the money of a prepared charge, once, however often it is asked for.

        Returns how it stands then: paid, failed (declined, or the bank asks for the customer), or
        ignored while the gateway does not know yet.
        """

    def call_off(self, session_ref: str) -> Event:
        """See to it that a prepared charge is never made; paid where the money has moved already.

        Ignored where the gateway has begun and can neither stop it nor say how it ends.
        """

    def forget(self, *, customer_ref: str, method_ref: str) -> None:
        """Have the gateway forget a kept method. Safe to repeat."""


def in_minor_units(amount: Decimal, decimals: int) -> int:
    """Return an amount as whole units; the caller has checked that it has no finer part."""
    return int(amount.scaleb(decimals))


def iso_minor_units(amount: Decimal, currency: str) -> int:
    """Return an amount in ISO 4217's minor units: INR in paise, JPY in yen."""
    return in_minor_units(amount, decimals_of(currency))


def cut(text: object, most: int) -> str:
    """Return a text from outside in the size of its column, without NUL, which no column takes."""
    return str(text or "").replace("\x00", "")[:most]
