"""What a customer chose to pay: which invoices, how much, and how; and doing it, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from billing.gateways.checkouts import open_checkout
from billing.models import Account, Document, Payment, Provider, Seller
from billing.money import ZERO
from billing.payments.begin import begin_payment
from billing.payments.from_credits import pay_from_credits
from billing.payments.owed import share_out

BANK = "bank"
# Gateways print it on the card's page: what is longer, they refuse.
LONGEST_DESCRIPTION = 120


class Way(StrEnum):
    """How the money moves; the others are the providers of gateways."""

    CREDITS = "credits"
    TRANSFER = "transfer"


@dataclass(frozen=True, kw_only=True)
class Share:
    """One invoice on the summary: what is owed on it, what is settled now."""

    invoice: Document
    settled: Decimal

    @property
    def left(self) -> Decimal:
        """What is owed on it afterwards."""
        owed: Decimal = self.invoice.balance.open_amount
        return owed - self.settled


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is to be paid, in the account's currency.

    `opening` is an earlier debt that the payment settles first; it is chosen with everything else
    that is owed, or not at all.
    """

    account: Account
    invoices: Sequence[Document]
    opening: Decimal
    amount: Decimal
    way: str

    @property
    def settled_opening(self) -> Decimal:
        """What the payment takes off the earlier debt."""
        return min(self.opening, self.amount)

    @property
    def shares(self) -> list[Share]:
        """What each invoice gets, the oldest due first."""
        given = dict(share_out(self.amount - self.settled_opening, self.invoices))
        return [
            Share(invoice=invoice, settled=given.get(invoice, ZERO)) for invoice in self.invoices
        ]

    @property
    def untouched(self) -> list[Share]:
        """The invoices that the amount does not reach."""
        return [share for share in self.shares if not share.settled]

    @property
    def targets(self) -> Sequence[Document]:
        """The invoices to name: none when everything that is owed is meant."""
        return () if self.opening else self.invoices

    @property
    def description(self) -> str:
        """What the gateway's page says it is for."""
        numbers = ", ".join(str(invoice) for invoice in self.invoices)
        if len(numbers) <= LONGEST_DESCRIPTION:
            return numbers
        return f"{numbers[: LONGEST_DESCRIPTION - 1]}…"


def pay(
    choice: Choice,
    *,
    reference: str,
    by: str,
    return_url: Callable[[Payment], str],
    now: datetime,
) -> Payment:
    """Do what was chosen, once for each `reference`, and return the payment.

    From credits it has succeeded; a transfer waits for a clerk; online it was begun at the
    gateway. Raises `PaymentRefused` (nothing is written) and `GatewayUnavailable` (it failed).
    """
    if choice.way == Way.CREDITS:
        return pay_from_credits(
            choice.account,
            amount=choice.amount,
            currency=choice.account.currency,
            invoices=choice.targets,
            reference=reference,
            by=by,
            now=now,
        )
    is_transfer = choice.way == Way.TRANSFER
    payment = begin_payment(
        choice.account,
        kind=Payment.Kind.INVOICES,
        method=Payment.Method.BANK_TRANSFER if is_transfer else Payment.Method.GATEWAY,
        provider=BANK if is_transfer else choice.way,
        amount=choice.amount,
        currency=choice.account.currency,
        invoices=choice.targets,
        state=Payment.State.PENDING_APPROVAL if is_transfer else Payment.State.INITIATED,
        reference=reference,
        by=by,
        now=now,
    )
    if not is_transfer and payment.state == Payment.State.INITIATED:
        open_checkout(
            payment,
            description=choice.description,
            email=by,
            return_url=return_url(payment),
            now=now,
        )
    return payment


def takes_transfers(seller: Seller) -> bool:
    """Say whether the seller has told where money can be sent to."""
    return bool(seller.bank_account or seller.iban)


def way_label(way: str) -> str:
    """Return a gateway's name, for a way that is one; the sandbox's says what it is."""
    if way == Provider.SANDBOX:
        return _("Sandbox (no money moves)")
    return str(Provider(way).label) if way in Provider.values else way
