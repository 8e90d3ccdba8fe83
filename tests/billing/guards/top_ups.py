"""Cases of the guards of automatic top-ups and kept payment methods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing.models import Account, AutoTopUp, DeclinedTopUpMail, Mandate, Payment, SandboxMethod
from tests.billing.guards import money
from tests.billing.guards.registry import refuses, table
from tests.billing.guards.scenes import sql
from tests.factories import AccountFactory
from tests.invoices.helpers import NOW


def mandate(**changes: Any) -> Mandate:
    """Keep a payment method."""
    values: dict[str, Any] = {
        "reference": f"M{Mandate.objects.count():010}",
        "provider": "sandbox",
        "state": "active",
        "method_ref": "sbm_1",
        "expires_at": NOW,
        "begun_by": "test",
        "begun_at": NOW,
        "kept_at": NOW,
        **changes,
    }
    account = values.pop("account", None) or AccountFactory.create()
    return Mandate.objects.create(account=account, **values)


def top_up(**changes: Any) -> AutoTopUp:
    """Agree to top up by 5,000 below 1,000, at most by 10,000 a month."""
    kept = changes.pop("mandate", None) or mandate()
    values: dict[str, Any] = {
        "threshold": Decimal(1000),
        "amount": Decimal(5000),
        "monthly_limit": Decimal(10000),
        "currency": "INR",
        "consent": "Charge it.",
        "set_by": "test",
        "set_at": NOW,
        "counted_from": NOW,
        "is_armed": True,
        **changes,
    }
    return AutoTopUp.objects.create(account=kept.account, mandate=kept, **values)


def charge(agreed: AutoTopUp | None = None, **changes: Any) -> Payment:
    """Begin an automatic top-up."""
    agreed = agreed or top_up()
    values: dict[str, Any] = {"method": Payment.Method.GATEWAY, "provider": "sandbox", **changes}
    return money.payment(account=agreed.account, auto_top_up=agreed, **values)


def mail(**changes: Any) -> DeclinedTopUpMail:
    """Note a decline."""
    values: dict[str, Any] = {"claimed_at": NOW, "next_attempt_at": NOW, **changes}
    payment = values.pop("payment", None) or money.payment()
    return DeclinedTopUpMail.objects.create(payment=payment, **values)


def twice(make: Any, **common: Any) -> None:
    """Make two of a kind that have this in common."""
    make(**common)
    make(**common)


def _two_active() -> None:
    account: Account = AccountFactory.create()
    twice(mandate, account=account)


def _sandbox_method(**changes: Any) -> SandboxMethod:
    name = f"sbm_{SandboxMethod.objects.count()}"
    return SandboxMethod.objects.create(session_ref=name, reference="M1", expires_at=NOW, **changes)


table(
    {
        ("mandate_reference_once", "twice"): lambda: twice(mandate, reference="M1"),
        ("mandate_one_active", "two"): _two_active,
        ("mandate_active_is_known", "no number"): lambda: mandate(method_ref=""),
        ("mandate_active_is_known", "no moment"): lambda: mandate(kept_at=None),
        ("mandate_end_has_reason", "none"): lambda: mandate(state="removed", ended_at=NOW),
        ("mandate_end_has_reason", "no moment"): lambda: mandate(state="failed", reason="No"),
        ("auto_top_up_one_in_force", "two"): lambda: twice(top_up, mandate=mandate()),
        ("auto_top_up_threshold_above_zero", "0"): lambda: top_up(threshold=Decimal(0)),
        ("auto_top_up_amount_lifts", "too little"): lambda: top_up(amount=Decimal("999.99")),
        ("auto_top_up_limit_allows_one", "too low"): lambda: top_up(monthly_limit=Decimal(4999)),
        ("auto_top_up_has_consent", "none"): lambda: top_up(consent=""),
        ("auto_top_up_end_has_reason", "none"): lambda: top_up(ended_at=NOW, ended_by="test"),
        ("auto_top_up_end_has_reason", "nobody"): lambda: top_up(ended_at=NOW, end_reason="No"),
        ("payment_automatic_is_top_up", "bank"): lambda: charge(
            method=Payment.Method.BANK_TRANSFER
        ),
        ("payment_automatic_is_top_up", "invoices"): lambda: charge(kind=Payment.Kind.INVOICES),
        ("payment_automatic_one_at_a_time", "two"): lambda: twice(charge, agreed=top_up()),
        ("declined_top_up_mail_sent_is_dated", "without its moment"): lambda: mail(state="sent"),
        ("declined_top_up_mail_failure_has_reason", "none"): lambda: mail(state="failed"),
        ("billing_declinedtopupmail_payment_id_key", "twice"): lambda: twice(
            mail, payment=money.payment()
        ),
        ("sandbox_method_once", "twice"): lambda: twice(_sandbox_method),
    }
)


@refuses("auto_top_up_keeps_its_terms", "another amount")
def _another_amount() -> None:
    top_up()
    sql("UPDATE billing_autotopup SET amount = 6000")


@refuses("auto_top_up_keeps_its_terms", "another text")
def _another_text() -> None:
    top_up()
    sql("UPDATE billing_autotopup SET consent = 'Charge more.'")


@refuses("auto_top_up_keeps_its_terms", "after its end")
def _after_its_end() -> None:
    top_up(ended_at=NOW, ended_by="test", end_reason="No")
    sql("UPDATE billing_autotopup SET ended_at = NULL")


@refuses("auto_top_up_is_never_deleted", "delete")
def _deleted() -> None:
    top_up()
    sql("DELETE FROM billing_autotopup")


@refuses("payment_keeps_its_agreement", "none")
def _loses_its_agreement() -> None:
    charge()
    sql("UPDATE billing_payment SET auto_top_up_id = NULL")
