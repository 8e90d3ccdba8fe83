"""Money that comes in at the demo's sellers, by the portal's own verbs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from billing.models import Account, Payment
from billing.money import round_to
from billing.payments.begin import begin_payment
from billing.payments.from_credits import pay_from_credits
from billing.payments.owed import position_of
from billing.payments.settle import settle
from certinext.backoffice.demo.plans import Pays

_PART = Decimal("0.6")
_ROUND_SUM = Decimal(1000)


def pay(account: Account, pays: Pays, *, by: str, now: datetime) -> None:
    """Pay what the account owes in its way; an account that owes nothing pays nothing."""
    owed = position_of(account).receivable
    if not owed:
        return
    if pays == "from_credits":
        amount = min(owed, position_of(account).credits)
        pay_from_credits(account, amount=amount, currency=account.currency, by=by, now=now)
    else:
        amount = round_to(owed * _PART, Decimal(1)) if pays == "in_part" else owed
        _receive(account, Payment.Kind.INVOICES, amount, by=by, now=now)


def add_credits(account: Account, *, by: str, now: datetime) -> None:
    """Receive a round sum on account, more than is owed."""
    owed = position_of(account).receivable
    amount = (owed // _ROUND_SUM + 5) * _ROUND_SUM
    _receive(account, Payment.Kind.TOP_UP, amount, by=by, now=now)


def _receive(
    account: Account, kind: Payment.Kind, amount: Decimal, *, by: str, now: datetime
) -> None:
    payment = begin_payment(
        account,
        kind=kind,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=amount,
        currency=account.currency,
        by=by,
        now=now,
    )
    settle(payment, now=now, by=by, provider_ref=f"DEMO-{payment.reference}")
