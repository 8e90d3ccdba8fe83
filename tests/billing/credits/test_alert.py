"""Low-balance alerts: told once a fall, and again only after a rise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from billing.credits.alert import set_alert, turn_off_alert
from billing.credits.low import tell_of_low_credits
from billing.credits.tasks import tell_low_credits
from billing.credits.withdraw import request_withdrawal
from billing.models import Account, LowCreditAlert, LowCreditMail
from billing.payments.from_credits import adjust_credits
from billing.payments.settle import reject
from certinext.audit.models import AuditEvent
from tests.billing.payments.test_settle import NOW
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def change(account: Account, amount: str) -> None:
    adjust_credits(
        account, amount=Decimal(amount), currency="INR", reason="Test", by="clerk", now=NOW
    )


def watched(credits: str = "1500", threshold: str = "1000.00") -> Account:
    """Return an account with credits, to be told once less than the threshold is left."""
    account: Account = AccountFactory.create(contact_name="Ravi <Shankar>")
    change(account, credits)
    alert_below(account, threshold)
    return account


def alert_below(account: Account, threshold: str) -> LowCreditAlert:
    return set_alert(account, threshold=Decimal(threshold), currency="INR", by="ravi", now=NOW)


def tell(minutes: int = 0) -> int:
    return tell_of_low_credits(clock=lambda: NOW + timedelta(minutes=minutes))


def test_credits_that_fall_below_the_threshold_are_told_once() -> None:
    account = watched()
    assert tell() == 0
    change(account, "-500.00")
    assert tell() == 0
    change(account, "-0.01")
    assert tell() == 1
    change(account, "-100")
    assert tell(minutes=60) == 0

    (sent,) = mail.outbox
    assert sent.subject == "Your credits are low - Aravalli Trust"
    assert sent.to == [account.billing_email]
    assert "Hello Ravi <Shankar>," in sent.body
    assert "₹999.99 left to spend: less than ₹1,000.00" in sent.body
    assert "http://alpha.testserver/credits/add/" in sent.body
    assert isinstance(sent, EmailMultiAlternatives)
    html, kind = sent.alternatives[0]
    assert kind == "text/html"
    assert "Ravi &lt;Shankar&gt;" in str(html)
    assert "₹999.99" in str(html)
    assert AuditEvent.objects.filter(action="credit_alert.sent").count() == 1


def test_the_letter_is_in_the_accounts_language() -> None:
    account = watched()
    Account.objects.filter(pk=account.pk).update(document_language="de")
    change(account, "-600")
    tell()

    assert isinstance(mail.outbox[0], EmailMultiAlternatives)
    assert '<html lang="de">' in str(mail.outbox[0].alternatives[0][0])


def test_after_a_rise_the_next_fall_is_told_even_if_nobody_looked_meanwhile() -> None:
    account = watched()
    change(account, "-600")
    assert tell() == 1
    change(account, "99.99")
    change(account, "-1")
    assert tell() == 0
    change(account, "1.01")
    change(account, "-1")
    assert tell() == 1


def test_credits_asked_back_are_not_free_and_count_again_when_refused() -> None:
    account = watched()
    asked = request_withdrawal(
        account,
        amount=Decimal("600.00"),
        currency="INR",
        destination={"holder": "x"},
        by="ravi",
        now=NOW,
    )
    assert tell() == 1
    reject(asked, reason="No", by="clerk", now=NOW)
    assert tell() == 0
    assert LowCreditAlert.objects.get().is_armed


def test_a_threshold_that_credits_are_below_already_waits_for_the_next_fall() -> None:
    account = watched(credits="500")
    assert tell() == 0
    change(account, "500")
    change(account, "-1")
    assert tell() == 1


def test_an_account_without_credits_or_alert_is_left_alone() -> None:
    AccountFactory.create()
    account = watched()
    assert turn_off_alert(account, by="ravi")
    assert not turn_off_alert(account, by="ravi")
    change(account, "-1500")

    assert tell() == 0
    trail = AuditEvent.objects.filter(action__startswith="credit_alert").order_by("id")
    assert list(trail.values_list("action", flat=True)) == [
        "credit_alert.set",
        "credit_alert.turned_off",
    ]


def test_nothing_is_said_where_credits_rose_before_the_mail_went_out() -> None:
    account = watched()
    Account.objects.filter(pk=account.pk).update(billing_email="")
    change(account, "-600")
    assert tell() == 0
    assert "enter one" in LowCreditMail.objects.get().error
    change(account, "600")
    assert tell(minutes=5) == 0

    assert LowCreditMail.objects.get().state == "dropped"


def test_a_fall_while_a_mail_waits_for_its_server_is_told_by_that_mail() -> None:
    account = watched()
    Account.objects.filter(pk=account.pk).update(billing_email="")
    change(account, "-600")
    tell()
    change(account, "600")
    change(account, "-700")
    Account.objects.filter(pk=account.pk).update(billing_email="late@example.com")

    assert tell(minutes=5) == 1
    assert tell(minutes=10) == 0
    assert "₹800.00 left" in mail.outbox[0].body


def test_spending_asks_at_once_and_a_rise_does_not(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tell_low_credits, "apply_async", lambda **sent: woken.append(sent))
    account: Account = AccountFactory.create()
    with django_capture_on_commit_callbacks(execute=True):
        change(account, "1500")
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        change(account, "-600")
    assert woken == [{"headers": {"tenant": "alpha"}}]


def test_asking_whose_credits_are_low_costs_the_same_for_any_number(
    django_assert_num_queries: Any,
) -> None:
    for _ in range(3):
        watched()
    tell()

    with django_assert_num_queries(5):
        tell()
