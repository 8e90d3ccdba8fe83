"""Cases of the guards of low-balance alerts."""

from __future__ import annotations

from decimal import Decimal

from billing.models import Account, LowCreditAlert, LowCreditMail
from billing.payments.from_credits import adjust_credits
from tests.billing.guards.registry import table
from tests.factories import AccountFactory
from tests.invoices.helpers import NOW


def alert(threshold: str, *, is_armed: bool = True) -> LowCreditAlert:
    """Set an alert."""
    return LowCreditAlert.objects.create(
        account=AccountFactory.create(),
        threshold=Decimal(threshold),
        currency="INR",
        is_armed=is_armed,
        set_by="test",
        set_at=NOW,
    )


def give(account: Account, amount: str) -> None:
    """Bring the account's credits up."""
    adjust_credits(
        account, amount=Decimal(amount), currency="INR", reason="Test", by="test", now=NOW
    )


def mail(**changes: object) -> LowCreditMail:
    """Claim a mail."""
    values: dict[str, object] = {
        "account": AccountFactory.create(),
        "claimed_at": NOW,
        "next_attempt_at": NOW,
        **changes,
    }
    return LowCreditMail.objects.create(**values)


table(
    {
        ("low_credit_alert_above_zero", "of nothing"): lambda: alert("0"),
        ("low_credit_mail_sent_is_dated", "without its moment"): lambda: mail(state="sent"),
        ("low_credit_mail_failure_has_reason", "without a word"): lambda: mail(state="failed"),
    }
)
