"""Money that comes in at the demo's sellers, by the portal's own verbs."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from billing.auto_top_up.page import consent_text
from billing.auto_top_up.terms import agree
from billing.gateways.mandates import ask_mandate, begin_mandate
from billing.gateways.sandbox_off_session import choose
from billing.models import Account, Payment, Provider
from billing.money import round_to
from billing.payments.begin import ALPHABET, begin_payment
from billing.payments.from_credits import pay_from_credits
from billing.payments.owed import position_of
from billing.payments.settle import settle
from certinext.backoffice.demo.orders import SEED
from certinext.backoffice.demo.plans import AccountPlan, Pays
from certinext.tenancy.schema import active_schema

_PART = Decimal("0.6")
_ROUND_SUM = Decimal(1000)


def payment_number() -> str:
    """Return the active tenant's next payment number."""
    return number_of(active_schema(), Payment.objects.count())


def number_of(schema: str, index: int) -> str:
    """Return a seller's so-manieth payment number: like a real one, and the same in every demo."""
    dice = random.Random(f"{SEED}/{schema}/payment {index}")  # noqa: S311  nothing is guarded by it
    return "P" + "".join(dice.choice(ALPHABET) for _ in range(10))


def pay(account: Account, pays: Pays, *, by: str, now: datetime) -> None:
    """Pay what the account owes in its way; an account that owes nothing pays nothing."""
    owed = position_of(account).receivable
    if not owed:
        return
    if pays == "from_credits":
        pay_from_credits(
            account,
            amount=min(owed, position_of(account).credits),
            currency=account.currency,
            by=by,
            now=now,
            reference=payment_number(),
        )
        return
    amount = round_to(owed * _PART, Decimal(1)) if pays == "in_part" else owed
    payment = begin_transfer(account, Payment.Kind.INVOICES, amount, by=by, now=now)
    if pays != "by_transfer":
        settle(payment, now=now, by=by, provider_ref=f"DEMO-{payment.reference}")


def add_credits(account: Account, *, by: str, now: datetime) -> None:
    """Receive a round sum on account, more than is owed."""
    owed = position_of(account).receivable
    amount = (owed // _ROUND_SUM + 5) * _ROUND_SUM
    payment = begin_transfer(account, Payment.Kind.TOP_UP, amount, by=by, now=now)
    settle(payment, now=now, by=by, provider_ref=f"DEMO-{payment.reference}")


def agree_to_top_up(account: Account, plan: AccountPlan, *, by: str, now: datetime) -> None:
    """Keep a payment method at the sandbox, and agree to what is charged to it."""
    if plan.top_up is None:
        return
    mandate = begin_mandate(
        account,
        provider=Provider.SANDBOX.value,
        by=by,
        description=f"Automatic top-up of {account.display_name}",
        return_url=lambda reference: reverse(
            "credits:method_back", args=[reference], urlconf="certinext.urls"
        ),
        now=now,
    )
    choose(mandate.session_ref, how="pays", now=now)
    mandate = ask_mandate(mandate, now=now)
    terms = {"currency": account.currency, **asdict(plan.top_up)}
    consent = consent_text(account, mandate, terms)
    agree(account, mandate=mandate, consent=consent, by=by, now=now, **terms)


def begin_transfer(
    account: Account, kind: Payment.Kind, amount: Decimal, *, by: str, now: datetime
) -> Payment:
    """Begin a bank transfer, of which the money has still to come."""
    return begin_payment(
        account,
        kind=kind,
        method=Payment.Method.BANK_TRANSFER,
        provider="bank",
        amount=amount,
        currency=account.currency,
        by=by,
        now=now,
        reference=payment_number(),
    )
