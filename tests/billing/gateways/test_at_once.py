"""Real processes at once: messages, refunds and spends that race for one account."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from billing.gateways.refunds import refund_payment
from billing.models import Account, Allocation, Document, Payment, WebhookDelivery
from billing.payments.errors import NotEnoughCredits
from billing.payments.from_credits import adjust_credits, pay_from_credits
from billing.payments.owed import position_of
from tests.billing.gateways.scenes import bodies, delivered, online, sandbox_account
from tests.billing.payments.test_settle import invoiced, state_of
from tests.factories import AccountFactory
from tests.invariants import broken_invariants
from tests.processes import at_once, deadlocks


def test_twenty_deliveries_at_once_have_one_effect(own_database: str) -> None:
    sandbox_account()
    account = AccountFactory.create()
    invoice = invoiced(account)
    now = timezone.now()
    payment = online(account, "10531.50", invoices=[invoice], now=now)
    (body,) = bodies(payment, "pay", now=now)

    outcomes = at_once(*[lambda: str(delivered(body).outcome)] * 20)

    assert outcomes == ["applied"] * 20
    assert WebhookDelivery.objects.count() == Allocation.objects.count() == 1
    assert Document.objects.filter(kind="receipt").count() == 1
    assert state_of(invoice) == ("paid", "0.00")
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_fifty_spends_at_once_take_exactly_what_the_credits_afford(own_database: str) -> None:
    account = AccountFactory.create()
    invoiced(account)
    now = timezone.now()
    adjust_credits(
        account, amount=Decimal("1700.00"), currency="INR", reason="Gift", by="clerk", now=now
    )

    def spend() -> str:
        try:
            pay_from_credits(
                Account.objects.get(pk=account.pk),
                amount=Decimal("100.00"),
                currency="INR",
                by="ana",
                now=now,
            )
        except NotEnoughCredits:
            return "refused"
        return "paid"

    outcomes = at_once(*[spend] * 50)

    assert outcomes.count("paid") == 17
    assert position_of(account).credits == 0
    assert Payment.objects.filter(state="succeeded").count() == 17
    assert broken_invariants() == {}
    assert deadlocks() == 0


def test_a_refund_that_is_submitted_eight_times_goes_back_once(own_database: str) -> None:
    sandbox_account()
    account = AccountFactory.create()
    now = timezone.now()
    payment = online(account, "100.00", kind=Payment.Kind.TOP_UP, now=now)
    delivered(bodies(payment, "pay", now=now)[0])

    def refund() -> str:
        return refund_payment(
            Payment.objects.get(pk=payment.pk),
            amount=Decimal("40.00"),
            ordinal=1,
            by="clerk",
            now=now,
        ).reference

    references = at_once(*[refund] * 8)

    assert len(set(references)) == 1
    assert position_of(account).credits == Decimal("60.00")
    assert broken_invariants() == {}
    assert deadlocks() == 0
