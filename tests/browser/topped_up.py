"""An account that tops up by itself, and one that is keeping a payment method."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from billing.auto_top_up.page import consent_text
from billing.auto_top_up.tasks import work_off_falls
from billing.auto_top_up.terms import agree
from billing.gateways.mandates import ask_mandate, begin_mandate
from billing.gateways.sandbox_off_session import choose
from billing.models import Account, Mandate
from billing.payments.from_credits import adjust_credits

TERMS: dict[str, Any] = {
    "threshold": Decimal("35000.00"),
    "amount": Decimal("40000.00"),
    "monthly_limit": Decimal("150000.00"),
    "currency": "INR",
}


def topped_up(account: Account, *, by: str, now: datetime) -> None:
    """Agree to a top-up, and let the credits fall."""
    mandate = ask_mandate(_kept(account, by=by, now=now), now=now)
    text = consent_text(account, mandate, TERMS)
    agree(account, mandate=mandate, consent=text, by=by, now=now, **TERMS)
    _change(account, "-6000.00", now=now)
    work_off_falls(clock=lambda: now)


def being_kept(account: Account, *, by: str, now: datetime) -> Mandate:
    """Begin to keep a method, as far as the sandbox's page."""
    return begin_mandate(
        account,
        provider="sandbox",
        by=by,
        description=f"Automatic top-up of {account.display_name}",
        return_url=lambda reference: f"/credits/auto-top-up/method/{reference}/back/",
        now=now,
    )


def _kept(account: Account, *, by: str, now: datetime) -> Mandate:
    mandate = being_kept(account, by=by, now=now)
    choose(mandate.session_ref, how="pays", now=now)
    return mandate


def _change(account: Account, amount: str, *, now: datetime) -> None:
    adjust_credits(
        account,
        amount=Decimal(amount),
        currency=account.currency,
        reason="Correction",
        by="clerk",
        now=now,
    )
