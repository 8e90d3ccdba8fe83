"""Accounts that top up by themselves, and falls of their credits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core import mail

from billing.auto_top_up.tasks import work_off_falls
from billing.auto_top_up.terms import agree
from billing.gateways.mandates import ask_mandate, begin_mandate
from billing.gateways.sandbox_off_session import choose
from billing.models import Account, AutoTopUp, Mandate, Payment, SandboxSession
from billing.payments.from_credits import adjust_credits
from tests.billing.gateways.scenes import NOW
from tests.factories import AccountFactory

__all__ = ["NOW"]


def change(account: Account, amount: str, *, now: datetime = NOW) -> None:
    """Give or take credits."""
    adjust_credits(
        account, amount=Decimal(amount), currency="INR", reason="Test", by="clerk", now=now
    )


def method_being_kept(account: Account, *, now: datetime = NOW) -> Mandate:
    """Begin to keep a payment method at the sandbox, as far as its page."""
    return begin_mandate(
        account,
        provider="sandbox",
        by="ravi@example.com",
        description="Automatic top-up",
        return_url=lambda reference: f"/credits/auto-top-up/method/{reference}/back/",
        now=now,
    )


def kept(account: Account, how: str = "pays", *, now: datetime = NOW) -> Mandate:
    """Keep a payment method at the sandbox that behaves like this."""
    mandate = method_being_kept(account, now=now)
    choose(mandate.session_ref, how=how, now=now)
    return ask_mandate(mandate, now=now)


def agreed(account: Account, mandate: Mandate, **changes: Any) -> AutoTopUp:
    """Top up by 5,000 below 1,000, at most by 12,000 a month."""
    values: dict[str, Any] = {
        "threshold": Decimal("1000.00"),
        "amount": Decimal("5000.00"),
        "monthly_limit": Decimal("12000.00"),
        "currency": "INR",
        "mandate": mandate,
        "consent": "Charge it.",
        "by": "ravi@example.com",
        "now": NOW,
        **changes,
    }
    return agree(account, **values)


def topping_up(how: str = "pays", *, credits: str = "1500", **changes: Any) -> Account:
    """Return an account with credits that are topped up by themselves."""
    account: Account = AccountFactory.create(contact_name="Ravi <Shankar>")
    change(account, credits)
    agreed(account, kept(account, how), **changes)
    return account


def work(now: datetime = NOW) -> int:
    """Do what the worker does; return how many e-mails went out."""
    before = len(mail.outbox)
    work_off_falls(clock=lambda: now)
    return len(mail.outbox) - before


def top_ups(account: Account) -> list[Payment]:
    """Return the account's automatic top-ups, the oldest first."""
    return list(account.payments.filter(auto_top_up__isnull=False).order_by("id"))


def charged() -> list[int]:
    """Return what the sandbox has charged to kept methods, in paise."""
    sessions = SandboxSession.objects.filter(method__isnull=False)
    return [charge["amount"] for session in sessions for charge in session.charges]
