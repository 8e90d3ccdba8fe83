"""Paying an order from prepaid credits: what they are, and taking them in the order's transaction.

Offered where the payer is the orderer's own account (or its partner's, for a partner) and is
invoiced per order: a monthly invoice is paid when it is issued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.models import Account, Charge, Document, Payment, Reader
from billing.money import ZERO
from billing.payments.errors import PaymentRefused
from billing.payments.from_credits import pay_from_credits
from billing.payments.owed import free_credits
from billing.sentences import gettext_noop
from invoices.permission import has_monthly_permission
from orders.models import Order


@dataclass(frozen=True, kw_only=True)
class Wallet:
    """The payer's credits that are free to spend, in `currency`, beside what the order costs."""

    free: Decimal
    currency: str
    total: Decimal | None
    is_offered: bool

    @property
    def suffices(self) -> bool:
        """Whether the order can be paid from it."""
        return self.total is not None and self.free >= self.total

    @property
    def left(self) -> Decimal:
        """What would be left."""
        return self.free - (self.total or ZERO)


def wallet_of(account: Account, reader: Reader, *, total: Decimal | None) -> Wallet | None:
    """Return what an order summary says of credits; nothing where the reader's account pays not.

    `total` is what the order comes to with tax, in the payer's currency; None while it is unknown.
    """
    payer = account.payer
    if reader.account_id != payer.pk:
        return None
    return Wallet(
        free=free_credits(payer),
        currency=payer.currency,
        total=total,
        is_offered=bool(total) and not has_monthly_permission(payer),
    )


def pay_order(order: Order, *, by: str, now: datetime) -> Payment | None:
    """Settle the invoice of an order that has just been billed from the payer's credits.

    In the order's own transaction: raises `NotEnoughCredits` and `PaymentRefused`, and then there
    is no order either. None for an order that costs nothing.
    """
    payer = order.account.payer
    if has_monthly_permission(payer):
        raise PaymentRefused(
            gettext_noop("This account is invoiced monthly: credits pay its invoices."),
            field="pay",
        )
    invoices = _invoices(order)
    if not invoices and Charge.objects.filter(order_charge__order=order, net_amount__gt=0).exists():
        raise PaymentRefused(
            gettext_noop(
                "The order cannot be invoiced now, and so not be paid from credits: place it to be"
                " invoiced later, or ask us to complete the account."
            ),
            field="pay",
        )
    owed = sum((invoice.balance.open_amount for invoice in invoices), ZERO)
    if not owed:
        return None
    return pay_from_credits(
        payer, amount=owed, currency=payer.currency, invoices=invoices, by=by, now=now
    )


def _invoices(order: Order) -> Sequence[Document]:
    found = Document.objects.filter(
        kind=Document.Kind.INVOICE, lines__charge__order_charge__order=order
    )
    return list(found.select_related("balance").distinct())
